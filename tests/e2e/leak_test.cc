// The leak guard before sealing, through the command line.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/drafts.h"
#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

class Leaks : public testing::Test {
 protected:
  Federation f;
  void SetUp() override { f.two_organisations(); }
  Ran refers(const std::string& grant, const std::string& document,
             std::vector<std::string> more = {}) {
    std::vector<std::string> command{"refer", f.write("document.json", document), "--grant", grant,
                                     "--json"};
    command.insert(command.end(), more.begin(), more.end());
    return f.as("de-binnenvest", command);
  }
  static std::string first(const Ran& ran) {
    const auto json = ran.json();
    if (!json.is_object() || !json.as_object().contains("findings")) return ran.err;
    const auto& finding = json.at("findings").at(0);
    return std::string(finding.at("pointer").as_string()) + " " +
           std::string(finding.at("id").as_string());
  }
};

TEST_F(Leaks, WithASecretAddressAHitStopsIt) {
  std::ofstream(f.home("de-binnenvest") + "/secret-words.txt", std::ios::app) << "De Zilvermeeuw\n";
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const Ran held = refers(
      grant, R"({"routing":{"secretAddress":true},"careNeed":{"tried":"wij bellen 06-12345678"}})",
      {"--reason", "moet echt"});
  EXPECT_EQ(held.code, 2);
  EXPECT_EQ(first(held), "/careNeed/tried telephone");
  EXPECT_EQ(held.out.find("12345678"), std::string::npos) << "the text is not repeated";
  EXPECT_EQ(
      first(refers(
          grant,
          R"({"routing":{"secretAddress":true},"safety":{"agreements":["ophalen bij de zilvermeeuw"]}})")),
      "/safety/agreements/0 secret-word");
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 0u);
  EXPECT_EQ(
      refers(
          grant,
          R"({"routing":{"secretAddress":true},"careNeed":{"tried":"wij bellen via de centrale"}})")
          .code,
      0);
}

TEST_F(Leaks, WhoCallsAnAddressSecretIsHeldToItFromThenOn) {
  // By the draft, also when the document has no routing.
  Draft draft;
  draft.birth = "2013-05-17";
  draft.authority = "single";
  draft.answers = answer("child", "agrees") + "," + answer("parent", "agrees");
  std::string secret = draft.json();
  secret.insert(1, R"("secretAddress":true,)");
  const Ran registered =
      f.as("de-binnenvest", {"grant", "register", f.write("draft.json", secret), "--json"});
  ASSERT_EQ(registered.code, 0) << registered.err;
  const Ran held = refers(std::string(registered.json().at("grantId").as_string()),
                          R"({"careNeed":{"tried":"zij zit op Hoofdstraat 12"}})",
                          {"--reason", "/careNeed/tried=nodig"});
  EXPECT_EQ(held.code, 2);
  EXPECT_EQ(first(held), "/careNeed/tried street-and-number");
  // By a later message, which is held to it itself, and so is every one after it.
  const Ran sent =
      refers(f.grant("de-binnenvest", "jgt-leiden"),
             R"({"routing":{"secretAddress":false},"careNeed":{"tried":"gesprekken"}})");
  ASSERT_EQ(sent.code, 0) << sent.err;
  const std::string referral(sent.json().at("referralId").as_string());
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  const std::string ask =
      f.write("ask.json", R"({"message":"graag meer","infoWanted":["routing"]})");
  ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "request-info", "--document", ask}).code, 0);
  const auto provides = [&](const std::string& document) {
    return f.as("de-binnenvest",
                {"reply", referral, "provide-info", "--document", f.write("more.json", document),
                 "--reason", "/careNeed/tried=nodig"});
  };
  EXPECT_EQ(
      provides(
          R"({"routing":{"secretAddress":true},"careNeed":{"tried":"zij zit op Hoofdstraat 12"}})")
          .code,
      2);
  const Ran provided =
      provides(R"({"routing":{"secretAddress":true},"careNeed":{"tried":"gesprekken"}})");
  ASSERT_EQ(provided.code, 0) << provided.err;
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  const std::string update = f.write("update.json", R"({"message":"wij komen op Hoofdstraat 12"})");
  EXPECT_EQ(f.as("jgt-leiden",
                 {"reply", referral, "update", "--document", update, "--reason", "/message=nodig"})
                .code,
            2);
}

TEST_F(Leaks, TheGrantsRecordIsReadToo) {
  Draft draft;
  draft.birth = "2013-05-17";
  draft.authority = "single";
  draft.answers = answer("child", "agrees") + "," + answer("parent", "agrees");
  draft.record = R"(,"groundNote":"moeder woont op Breestraat 12")";
  const auto registers = [&](const std::string& json) {
    return f.as("de-binnenvest", {"grant", "register", f.write("draft.json", json), "--json"});
  };
  std::string secret = draft.json();
  secret.insert(1, R"("secretAddress":true,)");
  const Ran blocked = registers(secret);
  EXPECT_EQ(blocked.code, 2);
  EXPECT_EQ(first(blocked), "/record/groundNote street-and-number");
  const Ran registered = registers(draft.json());
  ASSERT_EQ(registered.code, 0) << registered.err;
  const std::string grant(registered.json().at("grantId").as_string());
  EXPECT_EQ(
      first(refers(grant, R"({"routing":{"secretAddress":true},"careNeed":{"tried":"gesprekken"}})",
                   {"--reason", "x"})),
      "/grantRecord/groundNote street-and-number");
  EXPECT_EQ(first(refers(grant, R"({"careNeed":{"tried":"gesprekken"}})")),
            "/grantRecord/groundNote street-and-number")
      << "else it asks";
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 0u);
  EXPECT_EQ(refers(grant, R"({"careNeed":{"tried":"gesprekken"}})", {"--reason", "bekend"}).code,
            0);
}

TEST_F(Leaks, WordsThatCannotBeLookedForAreSaidWithoutRepeatingThem) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  std::ofstream(f.home("de-binnenvest") + "/secret-words.txt", std::ios::app)
      << "Caf\xe9 Zilvermeeuw\n";
  const Ran held = refers(grant, R"({"careNeed":{"tried":"gesprekken"}})");
  EXPECT_EQ(held.code, 2);
  EXPECT_NE(held.err.find("woord 1 is geen UTF-8"), std::string::npos) << held.err;
  EXPECT_EQ((held.out + held.err).find("Zilvermeeuw"), std::string::npos);
}

TEST_F(Leaks, WithoutItAHitAsksForAReasonAndBothSidesAreGuarded) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string document =
      R"({"routing":{"secretAddress":false},"careNeed":{"tried":"moeder woont op Breestraat 12"}})";
  EXPECT_EQ(first(refers(grant, document)), "/careNeed/tried street-and-number");
  const Ran sent = refers(grant, document, {"--reason", "adres is bekend bij iedereen"});
  ASSERT_EQ(sent.code, 0) << sent.err;
  const std::string referral(sent.json().at("referralId").as_string());
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  const std::string update = f.write("update.json", R"({"progress":"zij wonen nu in 2312 AB"})");
  const Ran held =
      f.as("jgt-leiden", {"reply", referral, "update", "--document", update, "--lang", "en"});
  EXPECT_EQ(held.code, 2);
  EXPECT_NE(held.out.find("A postcode stands here."), std::string::npos) << held.out << held.err;
  EXPECT_NE(held.err.find("--reason"), std::string::npos);
  EXPECT_EQ(f.as("jgt-leiden",
                 {"reply", referral, "update", "--document", update, "--reason", "is bekend"})
                .code,
            0);
}

TEST_F(Leaks, ARecipientWhoHasNotReadWhetherTheAddressIsSecretIsHeldToIt) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const Ran sent =
      refers(grant, R"({"routing":{"secretAddress":true},"careNeed":{"tried":"gesprekken"}})");
  ASSERT_EQ(sent.code, 0) << sent.err;
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "care-need"}).code, 0);
  const std::string update =
      f.write("update.json", R"({"message":"wij komen langs op Breestraat 12"})");
  EXPECT_EQ(f.as("jgt-leiden", {"reply", std::string(sent.json().at("referralId").as_string()),
                                "update", "--document", update, "--reason", "x"})
                .code,
            2);
}

TEST_F(Leaks, AnAnonymousConsultNamesNobodyAndIsAnswered) {
  Draft draft;
  draft.kind = "anonymous-consult";
  draft.ground = "not-personal";
  draft.purpose = "consult";
  draft.outbound = R"("routing","care-need")";
  const Ran registered =
      f.as("de-binnenvest", {"grant", "register", f.write("draft.json", draft.json()), "--json"});
  ASSERT_EQ(registered.code, 0) << registered.out << registered.err;
  const std::string grant(registered.json().at("grantId").as_string());
  const Ran named =
      refers(grant, R"({"careNeed":{"judgement":"Wij maken ons zorgen over Jayden."}})",
             {"--reason", "x"});
  EXPECT_EQ(named.code, 2);
  EXPECT_EQ(first(named), "/careNeed/judgement name");
  EXPECT_EQ(refers(grant, R"({"identity":{"givenNames":"Jayden"}})").code, 3)
      << "no identity in a consult";
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 0u);
  const Ran sent = refers(
      grant,
      R"({"routing":{"secretAddress":false,"ageBand":"4-11"},"careNeed":{"judgement":"Wij maken ons zorgen over een kind dat niet slaapt."}})");
  ASSERT_EQ(sent.code, 0) << sent.out << sent.err;
  const std::string referral(sent.json().at("referralId").as_string());
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  ASSERT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(opened.err, "");
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 3);
  ASSERT_EQ(
      f.as("jgt-leiden",
           {"reply", referral, "complete", "--document",
            f.write(
                "update.json",
                R"({"message":"Begin met een vast slaapritme.","noOutcomesReason":"een vraag"})")})
          .code,
      0);
  EXPECT_EQ(f.state("de-binnenvest", referral), "completed");
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
