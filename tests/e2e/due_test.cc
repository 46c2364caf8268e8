// What must not be forgotten: brothers and sisters, messages that nobody reads, consent that ends,
// talks, and what is let go.
#include <google/protobuf/util/json_util.h>

#include <boost/json/serialize.hpp>
#include <fstream>

#include "crypto/sign.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/walkthrough.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::e2e {
namespace {

class Due : public Walkthrough {
 protected:
  boost::json::value row_of(const std::string& org, const std::string& referral) {
    const auto rows = f.as(org, {"referrals", "--json"}).json();
    for (const auto& row : rows.as_array())
      if (row.at("referralId").as_string() == referral) return row;
    return {};
  }
  std::vector<std::string> due(const std::vector<std::string>& more = {}) {
    std::vector<std::string> command{"grant", "due", "--json"};
    command.insert(command.end(), more.begin(), more.end());
    const auto rows = f.as("de-binnenvest", command).json();
    std::vector<std::string> out;
    for (const auto& row : rows.as_array())
      out.push_back(std::string(row.at("due").as_string()) + " " +
                    std::string(row.at("reason").as_string()) +
                    (row.at("late").as_bool() ? " late" : ""));
    return out;
  }
};

TEST_F(Due, ThreeSiblingsInOneSittingAreThreeReferralsThatNobodyElseCanLink) {
  std::vector<std::string> grants;
  for (const char* birth : {"2013-05-17", "2012-02-03", "2014-09-09"}) {
    Draft draft = family("jgt-leiden");
    draft.birth = birth;
    draft.outbound = R"("routing","identity","care-need","safety")";
    if (std::string(birth) == "2014-09-09") draft.record = R"(,"childHeard":true)";
    grants.push_back(granted("de-binnenvest", draft));
  }
  const auto document = [&](const std::string& tried, const std::string& third) {
    return R"({"shared":{"routing":{"secretAddress":true,"urgency":"regulier"},"safety":{"conclusion":"veilig genoeg"}},"children":[)"
           R"({"grant":")" +
           grants[0] +
           R"(","externalId":"K-1","own":{"identity":{"givenNames":"Voorbeeldje Een"},"careNeed":{"tried":")" +
           tried +
           R"("}}},)"
           R"({"grant":")" +
           grants[1] +
           R"(","own":{"identity":{"givenNames":"Testina"},"careNeed":{"tried":"gesprekken"}}},)"
           R"({"grant":")" +
           third +
           R"(","own":{"identity":{"givenNames":"Proefina"},"safety":{"agreements":["belt niet"]}}}]})";
  };
  const std::string path = f.write("siblings.json", document("zorgt voor Testina", grants[1]));
  const Ran checked = f.as("de-binnenvest", {"check", "--siblings", path, "--json"});
  EXPECT_EQ(checked.code, 2);
  EXPECT_EQ(texts(checked.json().at("findings"), "id"),
            (std::vector<std::string>{"sibling", "sibling-grant"}));
  EXPECT_EQ(texts(checked.json().at("findings"), "pointer"),
            (std::vector<std::string>{"/children/0/own/careNeed/tried", "/children/2/grant"}));
  const std::string places = f.write(
      "places.json",
      R"({"shared":{"routing":{"secretAddress":true},"careNeed":{"strengths":["lief","slim"]},)"
      R"("safety":{"conclusion":"bel 06-12345678"}},"children":[{"grant":")" +
          grants[0] + R"(","own":{"careNeed":{"strengths":["bel 06-12345678"]}}},{"grant":")" +
          grants[2] + R"(","own":{"safety":{"agreements":["belt niet"]}}}]})");
  EXPECT_EQ(
      texts(f.as("de-binnenvest", {"check", "--siblings", places, "--json"}).json().at("findings"),
            "pointer"),
      (std::vector<std::string>{"/children/0/own/careNeed/strengths/0",
                                "/shared/safety/conclusion"}))
      << "as somebody finds it in the file";
  EXPECT_EQ(f.as("de-binnenvest", {"refer-siblings", path, "--reason", "x"}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"referrals", "--json"}).json().as_array().size(), 0u)
      << "all or none";
  EXPECT_EQ(f.as("de-binnenvest",
                 {"refer-siblings",
                  f.write("one.json", R"({"children":[{"grant":")" + grants[0] + R"("}]})")})
                .code,
            2);

  f.write("siblings.json", document("gesprekken", grants[2]));
  const Ran sent = f.as("de-binnenvest", {"refer-siblings", path, "--json"});
  ASSERT_EQ(sent.code, 0) << sent.out << sent.err;
  const auto referrals = texts(sent.json(), "referralId");
  ASSERT_EQ(referrals.size(), 3u);
  EXPECT_EQ(f.as("de-binnenvest", {"refer-siblings", path, "--json"}).out, sent.out)
      << "again is the same";
  EXPECT_EQ(row_of("de-binnenvest", referrals[0]).at("siblings").as_array().size(), 2u)
      << "the shelter knows";

  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 3u);
  std::vector<std::string> opened;
  for (const std::string& message :
       texts(f.as("jgt-leiden", {"inbox", "--json"}).json(), "messageId"))
    opened.push_back(f.as("jgt-leiden", {"open", message}).out);
  EXPECT_NE(opened[0].find("Voorbeeldje"), std::string::npos);
  EXPECT_NE(opened[0].find("K-1"), std::string::npos);
  for (const std::string& own : opened)
    EXPECT_NE(own.find("veilig genoeg"), std::string::npos) << "what is shared goes to each";
  EXPECT_NE(opened[2].find("belt niet"), std::string::npos);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t other = 0; other < 3; ++other)
      if (i != other) {
        EXPECT_EQ(opened[i].find(referrals[other]), std::string::npos);
        EXPECT_EQ(opened[i].find(grants[other]), std::string::npos);
      }
  EXPECT_TRUE(row_of("jgt-leiden", referrals[0]).at("siblings").as_array().empty())
      << "the team cannot tell";
  EXPECT_FALSE(row_of("jgt-leiden", referrals[0]).as_object().contains("linked"));
  EXPECT_EQ(opened[1].find("Voorbeeldje"), std::string::npos);
  // Withdrawing one leaves the others.
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grants[1]}).code, 0);
  both_in("withdrawn", referrals[1]);
  both_in("in-review", referrals[0]);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Due, SiblingsWaitTogetherWhileTheBrokerIsAwayAndGoTogether) {
  std::vector<std::string> grants;
  for (const char* birth : {"2011-05-05", "2012-06-06"}) {
    Draft draft = family("jgt-leiden");
    draft.birth = birth;
    grants.push_back(granted("de-binnenvest", draft));
  }
  const std::string path = f.write(
      "waiting.json",
      R"({"shared":{"routing":{"secretAddress":true,"urgency":"regulier"}},"children":[{"grant":")" +
          grants[0] + R"(","own":{"careNeed":{"tried":"gesprekken"}}},{"grant":")" + grants[1] +
          R"(","own":{"careNeed":{"tried":"spelen"}}}]})");
  f.kill();
  const Ran waits = f.as("de-binnenvest", {"refer-siblings", path});
  EXPECT_EQ(waits.code, 5);
  EXPECT_NE(waits.err.find("wachtrij"), std::string::npos) << waits.err;
  f.as("de-binnenvest", {"refer-siblings", path});
  EXPECT_EQ(f.as("de-binnenvest", {"outbox", "--json"}).json().as_array().size(), 2u)
      << "asked twice, each waits once";
  f.serve();
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  const auto rows = f.as("de-binnenvest", {"referrals", "--json"}).json().as_array();
  ASSERT_EQ(rows.size(), 2u);
  for (const auto& row : rows) EXPECT_EQ(row.at("siblings").as_array().size(), 1u);
}

TEST_F(Due, WhatNobodyReadsIsSealedAgainFiveDaysBeforeItEnds) {
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  const std::string first = f.received("jgt-leiden");
  both_in("delivered", referral);
  EXPECT_FALSE(row_of("de-binnenvest", referral).at("sealedAgain").as_bool());
  later("2026-12-14 10:00", {"jgt-leiden", "de-binnenvest"});
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 1u) << "six days are left";
  later("2026-12-16 10:00", {"jgt-leiden"});
  const Ran shown = f.as("de-binnenvest", {"referrals", "--json"});  // any command that connects
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 2u);
  EXPECT_EQ(f.as("de-binnenvest", {"referrals"}).code, 0);
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 2u) << "once";
  EXPECT_TRUE(row_of("de-binnenvest", referral).at("sealedAgain").as_bool());
  const auto inbox = f.as("jgt-leiden", {"inbox", "--json"}).json();
  ASSERT_EQ(inbox.as_array().size(), 1u) << "the same thing once";
  EXPECT_EQ(inbox.at(0).at("replaces").as_string(), first);
  EXPECT_TRUE(row_of("jgt-leiden", referral).at("sealedAgain").as_bool());
  later("2026-12-22 10:00", {"de-binnenvest", "jgt-leiden"});
  EXPECT_EQ(f.as("jgt-leiden", {"open", first}).code, 3) << "the first one has expired";
  EXPECT_NE(reads_message("jgt-leiden", std::string(inbox.at(0).at("messageId").as_string()))
                .find("gesprekken"),
            std::string::npos);
  both_in("in-review", referral);
  steps("jgt-leiden", referral, "accept", R"({"decision":"wij nemen het aan"})");
  ASSERT_NE(f.received("de-binnenvest"), "");
  later("2027-01-17 10:00", {"jgt-leiden", "de-binnenvest"});
  const auto answers = f.as("de-binnenvest", {"inbox", "--json"}).json();
  ASSERT_EQ(answers.as_array().size(), 1u);
  EXPECT_EQ(answers.at(0).at("step").as_string(), "update")
      << "the step was taken; what it said comes again";
  EXPECT_NE(reads("de-binnenvest").find("wij nemen het aan"), std::string::npos);
  both_in("accepted", referral);
  EXPECT_EQ(f.as("jgt-leiden", {"doctor"}).code, 0);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Due, WhatExpiredUnreadWhileTheSenderWasAwayIsSealedAgain) {
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  ASSERT_NE(f.received("jgt-leiden"), "");
  later("2026-12-28 10:00", {"jgt-leiden"});
  EXPECT_EQ(f.events("jgt-leiden", "message-expired").size(), 1u);
  ASSERT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 2u);
  EXPECT_NE(reads("jgt-leiden").find("gesprekken"), std::string::npos);
  both_in("in-review", referral);
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Due, WhoOpenedTheFirstIsNotShownTheSecond) {
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  const std::string first = f.received("jgt-leiden");
  later("2026-12-16 10:00", {"de-binnenvest"});
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 2u);
  EXPECT_NE(reads_message("jgt-leiden", first).find("gesprekken"), std::string::npos)
      << "before the second was fetched";
  EXPECT_TRUE(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().empty());
  both_in("in-review", referral);
  later("2027-01-13 10:00", {"jgt-leiden", "de-binnenvest"});
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 2u)
      << "what was read is not sealed again";
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0);
}

TEST_F(Due, WhatCannotBeSealedAgainStopsNoWithdrawal) {
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const std::string referral = refers("de-binnenvest", grant);
  ASSERT_NE(f.received("jgt-leiden"), "");
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  later("2026-12-16 10:00", {});
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", referral), "withdrawn");
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 1u);
}

TEST_F(Due, ListsConsentThatEndsBirthdaysAndTheAuthorityRegister) {
  Draft draft = family("jgt-leiden");
  draft.birth = "2011-01-20";  // 16 in January
  const std::string grant = granted("de-binnenvest", draft);
  const std::string referral = refers("de-binnenvest", grant);
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  EXPECT_EQ(due(), std::vector<std::string>{"2026-11-27 authority-check"});
  EXPECT_EQ(due({"--days", "60"}),
            (std::vector<std::string>{"2026-11-27 authority-check", "2027-01-01 birthday"}));
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "authority-checked", grant, "--date", "2026-12-24"}).code, 2)
      << "that day lies ahead";
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "authority-checked", grant}).code, 0);
  EXPECT_TRUE(due().empty());
  later("2026-12-20 10:00", {"de-binnenvest"});
  EXPECT_EQ(due(), std::vector<std::string>{"2027-01-01 birthday"});
  later("2027-01-22 10:00", {"de-binnenvest", "jgt-leiden"});
  EXPECT_EQ(due(), std::vector<std::string>{"2027-01-01 birthday late"})
      << "a referral that is open without consent";
  draft.answers = answer("child", "agrees", "", "2027-01-21");
  const std::string fresh = granted("de-binnenvest", draft);
  ASSERT_EQ(f.as("de-binnenvest", {"reply", referral, "renew", "--grant", fresh}).code, 0);
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(due({"--days", "200"}), std::vector<std::string>{"2027-07-01 end-of-term"});
  EXPECT_EQ(contents(f.home("de-binnenvest")).find("2011-01-20"), std::string::npos)
      << "the birth date lies sealed";
  EXPECT_NE(f.as("de-binnenvest", {"grant", "due", "--days", "200", "--lang", "en"})
                .out.find("The grant ends."),
            std::string::npos);
}

TEST_F(Due, TheRhythmOfTalksStaysHome) {
  const auto next = [&] {
    const auto rows = f.as("de-binnenvest", {"rhythm", "list", "--json"}).json();
    std::vector<std::string> out;
    for (const auto& row : rows.as_array())
      out.push_back(std::string(row.at("due").as_string()) + " " +
                    std::string(row.at("with").as_string()) +
                    (row.at("late").as_bool() ? " late" : ""));
    return out;
  };
  ASSERT_EQ(f.as("de-binnenvest", {"rhythm", "begin", "MERKTEKEN 7", "--date", "2026-11-16"}).code,
            0);
  EXPECT_EQ(f.as("de-binnenvest", {"rhythm", "begin", "MERKTEKEN 7"}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"rhythm", "begin", "MERK\u202eTEKEN"}).code, 2)
      << "what turns a text is in no name";
  EXPECT_EQ(next(), (std::vector<std::string>{"2026-11-23 parents", "2026-11-30 child"}));
  ASSERT_EQ(f.as("de-binnenvest",
                 {"rhythm", "talk", "MERKTEKEN 7", "--with", "parents", "--date", "2026-11-19"})
                .code,
            0);
  EXPECT_EQ(next(), (std::vector<std::string>{"2026-11-26 parents", "2026-11-30 child"}));
  EXPECT_EQ(f.as("de-binnenvest",
                 {"rhythm", "talk", "MERKTEKEN 7", "--with", "child", "--date", "2026-11-25"})
                .code,
            2)
      << "that day lies ahead";
  EXPECT_EQ(f.as("de-binnenvest", {"rhythm", "talk", "iets anders", "--with", "child"}).code, 2);
  f.set_time("2026-12-01 10:00");
  EXPECT_EQ(next(), (std::vector<std::string>{"2026-11-26 parents late", "2026-11-30 child late"}));
  std::ofstream(f.home("de-binnenvest") + "/policy.toml") << "[rhythm]\nparents_days = 14\n";
  EXPECT_EQ(next(), (std::vector<std::string>{"2026-11-30 child late", "2026-12-03 parents"}))
      << "its own rhythm";
  ASSERT_EQ(f.as("de-binnenvest", {"rhythm", "end", "MERKTEKEN 7"}).code, 0);
  EXPECT_TRUE(next().empty());
  EXPECT_EQ(contents(f.home("de-binnenvest")).find("MERKTEKEN"), std::string::npos);
  EXPECT_EQ(contents(f.broker_home()).find("MERKTEKEN"), std::string::npos);
}

TEST_F(Due, WhatIsOverGoesByTheOrganisationsOwnRuleWithASignedNote) {
  std::ofstream(f.home("jgt-leiden") + "/policy.toml") << "[retention]\nmonths = 6\nsafety = 1\n";
  std::ofstream(f.home("de-binnenvest") + "/policy.toml")
      << "[retention]\nmonths = 9\ngrant_record = 1\n";
  const std::string unused = granted("de-binnenvest", family("jgt-leiden"));
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const std::string referral = refers("de-binnenvest", grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  steps("jgt-leiden", referral, "decline", R"({"declineReason":"out-of-scope"})");
  ASSERT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  const auto run = [&](const std::string& org, bool dry = false) {
    std::vector<std::string> command{"retention", "run", "--json"};
    if (dry) command.push_back("--dry-run");
    const Ran ran = f.as(org, command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.json();
  };
  EXPECT_EQ(run("jgt-leiden").at("messages").to_number<int>(), 0) << "nothing is over yet";
  later("2026-12-21 10:00", {"jgt-leiden", "de-binnenvest"});
  EXPECT_EQ(run("jgt-leiden", true).at("messages").to_number<int>(), 1);
  EXPECT_NE(f.as("jgt-leiden", {"open", message}).out.find("veilig genoeg"), std::string::npos)
      << "that was only a count";
  const auto done = run("jgt-leiden");
  EXPECT_EQ(done.at("messages").to_number<int>(), 1);
  EXPECT_EQ(done.at("note").at("note").at("destroyed").at(0).at("categories"),
            (boost::json::array{"CATEGORY_SAFETY"}));
  // The note proves itself.
  v1::SignedObject object;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  boost::json::serialize(done.at("note").at("signed")), &object)
                  .ok());
  RawClient team(f, "jgt-leiden");
  EXPECT_TRUE(crypto::verify(team.signer().key.public_key(), crypto::PayloadType{"destruction"},
                             object.body(), object.signature()));
  v1::DestructionNote note;
  ASSERT_TRUE(note.ParseFromString(object.body()));
  EXPECT_EQ(note.organisation(), "jgt-leiden");
  EXPECT_EQ(note.destroyed(0).referral_id(), ReferralId::parse(referral)->str());
  const Ran after = f.as("jgt-leiden", {"open", message});
  EXPECT_NE(after.code, 0) << "a message of which a part is gone is not whole";
  const Ran rest = f.as("jgt-leiden", {"open", message, "--category", "care-need"});
  EXPECT_NE(rest.out.find("gesprekken"), std::string::npos) << rest.err;
  EXPECT_EQ(run("jgt-leiden").at("messages").to_number<int>(), 0) << "once";

  later("2027-05-22 10:00", {"jgt-leiden", "de-binnenvest"});
  run("jgt-leiden");
  const auto records = run("de-binnenvest");
  EXPECT_EQ(records.at("messages").to_number<int>(), 1)
      << "nine months at the shelter, one for what somebody consented to";
  EXPECT_EQ(records.at("note").at("note").at("grantIds").as_array().size(), 1u);
  const Ran gone = f.as("jgt-leiden", {"open", message});
  EXPECT_EQ(gone.code, 2);
  EXPECT_NE(gone.err.find("bewaartermijn"), std::string::npos) << gone.err;
  EXPECT_EQ(f.as("jgt-leiden", {"retention", "list", "--json"}).json().as_array().size(), 2u);
  later("2027-08-22 10:00", {"jgt-leiden", "de-binnenvest"});
  const auto last = run("de-binnenvest");
  EXPECT_EQ(last.at("messages").to_number<int>(), 2)
      << "the document, and the record of the grant that was never used";
  EXPECT_EQ(last.at("note").at("note").at("grantIds").as_array().size(), 1u);
  EXPECT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", unused}).code, 3);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

}  // namespace
}  // namespace veerpont::e2e
