// What somebody asks about a child, from the question to the letter, through the command line.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

namespace json = boost::json;

class Requests : public testing::Test {
 protected:
  explicit Requests(const std::string& date = "2026-11-20 10:00") : f(date) {
    f.two_organisations();
    for (const char* name : {kOfficer, kSecond}) f.know_worker("jgt-leiden", name);
    const std::string grant =
        f.grant("de-binnenvest", "jgt-leiden", "routing,care-need,child-voice,safety,network");
    const std::string document = f.write(
        "whole.json",
        R"({"routing":{"urgency":"regulier","secretAddress":false},"careNeed":{"tried":"gesprekken"},"safety":{"conclusion":"veilig genoeg"},
            "network":{"roles":[{"role":"tante","support":"oppas"}]},
            "childVoice":{"answers":[{"ownQuestion":"a","answer":"b","childAgreesToShare":true}]}})");
    const Ran sent = f.as("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
    EXPECT_EQ(sent.code, 0) << sent.out << sent.err;
    referral = std::string(sent.json().at("referralId").as_string());
    message = f.received("jgt-leiden");
    EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
    EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "accept", "--document",
                                  f.write("yes.json", R"({"decision":"wij beginnen"})")})
                  .code,
              0);
    EXPECT_EQ(f.as("jgt-leiden", {"audit", "sync"}).code, 0);
  }
  Ran asks(std::vector<std::string> command, const std::string& person = kOfficer) {
    command.insert(command.begin(), {"audit", "access-request"});
    command.insert(command.end(), {"--worker", person, "--json"});
    return f.as("jgt-leiden", command);
  }
  // Its number.
  std::string begins(const std::string& by, std::vector<std::string> more = {}) {
    std::vector<std::string> command{
        "new", "--by", by, "--shown", "paspoort gezien, gezagsregister", "--referral", referral};
    command.insert(command.end(), more.begin(), more.end());
    const Ran ran = asks(command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.code == 0 ? std::to_string(json::parse(ran.out).at("number").to_number<int>()) : "";
  }
  json::object shown(const std::string& number) {
    const Ran ran = asks({"show", number});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.code == 0 ? json::parse(ran.out).as_object() : json::object();
  }
  static json::object part(const json::object& request, std::string_view category) {
    for (const auto& one : request.at("parts").as_array())
      if (std::string_view(one.at("category").as_string()) == category) return one.as_object();
    ADD_FAILURE() << "no " << category;
    return {};
  }
  static std::string said(const json::object& of, const char* field) {
    const auto* found = of.if_contains(field);
    return found == nullptr ? "" : std::string(found->as_string());
  }
  Ran answers(const std::string& number, const std::string& second, const char* pin = "314159") {
    return asks({"answer", number, "--second", second, "--second-pin-file", f.write("pin", pin)});
  }
  static constexpr char kOfficer[] = "de functionaris";
  static constexpr char kSecond[] = "de tweede lezer";
  Federation f;
  std::string referral, message;
};

// A father with authority asks about his child of ten.
TEST_F(Requests, AFathersRequestFromTheQuestionToTheLetter) {
  const std::string number = begins("parent-with-authority");
  ASSERT_EQ(number, "1");
  json::object request = shown(number);
  EXPECT_EQ(said(request.at("request").as_object(), "due"), "2026-12-20T23:00:00Z");
  // What could lead somebody to the child, what the child said and what is about others is not
  // given until a person says so.
  EXPECT_EQ(said(part(request, "child-voice"), "article"), "child-interest");
  EXPECT_EQ(said(part(request, "network"), "article"), "rights-of-others");
  EXPECT_EQ(said(part(request, "safety"), "verdict"), "withhold");
  EXPECT_EQ(said(part(request, "care-need"), "verdict"), "give");
  EXPECT_FALSE(part(request, "care-need").at("decided").as_bool());
  EXPECT_TRUE(part(request, "update").at("ours").as_bool()) << "what was sent back too";
  ASSERT_FALSE(request.at("readers").as_array().empty());
  EXPECT_EQ(said(request.at("readers").as_array().front().as_object(), "person"), f.kWorker);
  const std::string draft = said(request, "letter");
  EXPECT_NE(draft.find("Autoriteit Persoonsgegevens"), std::string::npos);
  EXPECT_NE(draft.find("terugkoppeling, op 20 november 2026 verstuurd naar De Binnenvest"),
            std::string::npos)
      << draft;
  EXPECT_EQ(draft.find("1970"), std::string::npos);
  EXPECT_EQ(draft.find(f.kWorker), std::string::npos) << "names nobody who works here";

  const auto decides = [&](const char* category, const char* verdict, const char* article) {
    std::vector<std::string> command{"decide",     number,   "--message", message,
                                     "--category", category, "--verdict", verdict};
    if (*article != 0) command.insert(command.end(), {"--article", article});
    return asks(command).code;
  };
  EXPECT_EQ(decides("safety", "withhold", ""), 2) << "why not is said";
  EXPECT_EQ(decides("safety", "give", "safety"), 2);
  EXPECT_EQ(decides("school", "give", ""), 2) << "there is no such part";
  EXPECT_EQ(decides("safety", "partly", "safety"), 0);
  EXPECT_EQ(decides("child-voice", "give", ""), 0);
  EXPECT_EQ(decides("child-voice", "withhold", "child-interest"), 0) << "the newest counts";
  request = shown(number);
  EXPECT_EQ(said(part(request, "safety"), "verdict"), "partly");
  EXPECT_TRUE(part(request, "safety").at("decided").as_bool());
  EXPECT_EQ(said(part(request, "child-voice"), "verdict"), "withhold");

  EXPECT_EQ(answers(number, kOfficer).code, 2) << "who decided is no second reader";
  EXPECT_EQ(answers(number, kSecond, "000000").code, 3);
  const Ran answered = answers(number, kSecond);
  ASSERT_EQ(answered.code, 0) << answered.err;
  request = json::parse(answered.out).as_object();
  const std::string letter = said(request, "letter");
  EXPECT_NE(letter.find("veiligheid (een deel)"), std::string::npos) << letter;
  EXPECT_NE(letter.find("- stem van het kind: omdat het belang van het kind"), std::string::npos);
  EXPECT_NE(letter.find("20 november 2026"), std::string::npos);
  EXPECT_EQ(said(request.at("request").as_object(), "answeredBy"), kSecond);
  EXPECT_EQ(decides("safety", "give", ""), 2) << "nothing changes any more";
  EXPECT_EQ(answers(number, kSecond).code, 2);
  EXPECT_EQ(said(shown(number), "letter"), letter);
  // Every act of it is in the access log.
  const json::value rows = f.as("jgt-leiden", {"audit", "accesses", "--json"}).json();
  std::size_t about = 0;
  for (const auto& row : rows.as_array())
    about += row.as_object().contains("list") && row.at("list") == "request 1" ? 1u : 0u;
  EXPECT_EQ(about, 3u + 3 + 1) << "three looks, three decisions, the letter";
}

TEST_F(Requests, WithoutAuthorityNothingIsGivenAndWhoGotItIsToldOfACorrection) {
  const json::object without = shown(begins("parent-without-authority"));
  for (const auto& one : without.at("parts").as_array())
    EXPECT_EQ(said(one.as_object(), "article"), "no-authority");
  EXPECT_NE(said(without, "letter").find("Dit krijgt u:\n- niets"), std::string::npos);
  EXPECT_EQ(
      asks({"new", "--kind", "correction", "--by", "youth", "--shown", "x", "--referral", referral})
          .code,
      2)
      << "what is asked is said";
  const json::object corrects =
      shown(begins("youth", {"--kind", "correction", "--words", "de datum klopt niet"}));
  EXPECT_TRUE(corrects.at("recipients").as_array().empty()) << "nobody said yet what is corrected";
  EXPECT_NE(said(corrects, "letter").find("Dit verbeteren wij:\n- niets"), std::string::npos);
  EXPECT_EQ(answers("2", kSecond).code, 2) << "somebody decides first";
  for (const auto& one : corrects.at("parts").as_array()) {
    const json::object& held = one.as_object();
    const bool ours = said(held, "category") == "update";
    std::vector<std::string> decide{"decide",     "2",
                                    "--message",  said(held, "messageId"),
                                    "--category", said(held, "category"),
                                    "--verdict",  ours ? "give" : "withhold"};
    if (!ours) decide.insert(decide.end(), {"--article", "not-incorrect"});
    EXPECT_EQ(asks(decide).code, 0);
  }
  const Ran corrected = answers("2", kSecond);
  ASSERT_EQ(corrected.code, 0) << corrected.err;
  const json::object told = json::parse(corrected.out).as_object();
  ASSERT_EQ(told.at("recipients").as_array().size(), 1u);
  EXPECT_NE(said(told, "letter").find("Wij vertellen dit aan"), std::string::npos);
  EXPECT_EQ(asks({"new", "--by", "child", "--shown", "x", "--referral", std::string(32, '0')}).code,
            3);
  EXPECT_EQ(
      asks({"new", "--by", "child", "--shown", "x", "--referral", referral}, "een vreemde").code,
      2);
  EXPECT_EQ(asks({"new", "--by", "child", "--shown", "x", "--referral", referral, "--received",
                  "2026-11-21"})
                .code,
            2);
  EXPECT_EQ(asks({"show", "99"}).code, 2);
  EXPECT_EQ(contents(f.home("jgt-leiden")).find("de datum klopt niet"), std::string::npos)
      << "sealed";
}

// The name of the team alone could lead somebody to the child.
TEST_F(Requests, UnderASecretAddressNothingIsGivenUntilSomebodyDecides) {
  const std::string secret = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  referral = secret;
  const json::object request = shown(begins("parent-with-authority"));
  ASSERT_FALSE(request.at("parts").as_array().empty());
  for (const auto& one : request.at("parts").as_array())
    EXPECT_EQ(said(one.as_object(), "article"), "safety");
  EXPECT_EQ(said(request, "letter").find("De Binnenvest"), std::string::npos);
}

TEST_F(Requests, WhatIsSaidAtTheSameTimeIsKeptTwice) {
  const std::string number = begins("youth");
  std::vector<Federation::Running> running;
  for (int i = 0; i < 4; ++i) {
    running.push_back(
        f.begin("jgt-leiden", {"audit", "access-request", "new", "--by", "child", "--shown", "x",
                               "--referral", referral, "--worker", kOfficer}));
    running.push_back(
        f.begin("jgt-leiden",
                {"audit", "access-request", "decide", number, "--message", message, "--category",
                 i % 2 == 0 ? "safety" : "network", "--verdict", "give", "--worker", kOfficer}));
  }
  for (const auto& one : running) EXPECT_EQ(Federation::finish(one).code, 0);
  const json::value rows =
      json::parse(f.as("jgt-leiden", {"audit", "access-request", "list", "--json"}).out);
  EXPECT_EQ(rows.at("requests").as_array().size(), 5u);
  const json::object request = shown(number);
  EXPECT_TRUE(part(request, "safety").at("decided").as_bool());
  EXPECT_TRUE(part(request, "network").at("decided").as_bool());
}

TEST_F(Requests, AMonthGoesByAndCanBeMadeLongerOnce) {
  const std::string first = begins("youth", {"--received", "2026-10-31"}), second = begins("youth");
  const auto due = [&](const std::string& number) {
    return said(shown(number).at("request").as_object(), "due");
  };
  EXPECT_EQ(due(first), "2026-11-30T23:00:00Z") << "the last day of a shorter month";
  ASSERT_EQ(asks({"extend", first, "--reason", "veel verzoeken tegelijk"}).code, 0);
  EXPECT_EQ(due(first), "2027-01-31T23:00:00Z");
  EXPECT_EQ(asks({"extend", first, "--reason", "nog eens"}).code, 2);
  f.set_time("2026-12-22 10:00");
  EXPECT_EQ(asks({"extend", second, "--reason", "te laat gevraagd"}).code, 2);
  ASSERT_EQ(f.as("jgt-leiden", {"audit", "access-request", "list", "--json"}).code, 0);
  const json::value rows =
      json::parse(f.as("jgt-leiden", {"audit", "access-request", "list", "--json"}).out);
  const auto& requests = rows.at("requests").as_array();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_TRUE(requests.at(0).at("late").as_bool()) << "the newest first";
  EXPECT_FALSE(requests.at(1).at("late").as_bool());
}

}  // namespace
}  // namespace veerpont::e2e
