// A withdrawal is kept, passed on before anything else, and told as it is. And: refused means
// refused.
#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/e2e/raw_client.h"
#include "tests/e2e/walkthrough.h"

namespace veerpont::e2e {
namespace {

class Withdrawing : public Walkthrough {
 protected:
  boost::json::value outbox(const std::string& org) {
    return f.as(org, {"outbox", "--json"}).json();
  }
};

TEST_F(Withdrawing, WithoutTheBrokerIsInEffectAtOnceAndPassedOnByWhateverConnectsNext) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  f.kill();
  const Ran withdrawn = f.as("de-binnenvest", {"grant", "withdraw", grant});
  EXPECT_EQ(withdrawn.code, 5) << withdrawn.err;
  EXPECT_NE(withdrawn.out.find("wordt doorgegeven"), std::string::npos) << withdrawn.out;
  EXPECT_EQ(withdrawn.out.find("onleesbaar"), std::string::npos) << "nobody can know that yet";
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "show", grant, "--json"}).json().at("state").as_string(),
      "withdrawing");
  EXPECT_EQ(outbox("de-binnenvest").at(0).at("what").as_string(), "withdrawal");
  f.serve();
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0) << "an unrelated command passes it on";
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "show", grant, "--json"}).json().at("state").as_string(),
      "withdrawn");
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 3);
  const Ran again = f.as("de-binnenvest", {"grant", "withdraw", grant});
  EXPECT_EQ(again.code, 0) << "once";
  EXPECT_NE(again.out.find("nooit geopend, en nu onleesbaar"), std::string::npos) << again.out;
  EXPECT_EQ(f.events("de-binnenvest", "grant-withdrawn").size(), 1u);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

// Else a broker that logged a release and held back its answer could give it long after a
// withdrawal, and both logs would say that it came before.
TEST_F(Withdrawing, AReleaseWhoseAnswerDidNotComeIsSignedAnewAfterAMinute) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden"),
                    other = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  f.refer(other);
  const std::string stopped = f.received("jgt-leiden");
  ASSERT_NE(message, stopped);
  const auto releases = [&] { return f.events("jgt-leiden", "released").size(); };
  f.as_killed("released", "jgt-leiden", {"open", message});
  f.as_killed("released", "jgt-leiden", {"open", stopped});
  ASSERT_EQ(releases(), 2u) << "logged, and its answer was not used";
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", other}).code, 0);
  f.set_time(f.today() + " 12:00");
  EXPECT_EQ(f.as("jgt-leiden", {"open", stopped}).code, 3);
  const Ran opened = f.as("jgt-leiden", {"open", message});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(releases(), 3u) << "another one";
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, SaysWhichCategoriesWereOpenedByWhomAndWhen) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden"), "--category", "safety"}).code, 0);
  const auto withdrawn = f.as("de-binnenvest", {"grant", "withdraw", grant, "--json"}).json();
  std::map<std::string, std::string> opened;
  for (const auto& row : withdrawn.at("categories").as_array())
    opened[std::string(row.at("category").as_string())] =
        row.as_object().contains("openedBy") ? std::string(row.at("openedBy").as_string()) : "";
  EXPECT_EQ(opened.at("safety"), "jgt-leiden");
  EXPECT_EQ(opened.at("care-need"), "");
  EXPECT_FALSE(opened.contains("health")) << "never sent";
}

TEST_F(Withdrawing, OutlivesACrashAfterItWasStoredAndGoesThenToo) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  EXPECT_EQ(f.as_killed("withdrawal-stored", "de-binnenvest", {"grant", "withdraw", grant}).code,
            128 + SIGKILL);
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "show", grant, "--json"}).json().at("state").as_string(),
      "withdrawing");
  EXPECT_EQ(f.as_killed("withdraw-answered", "de-binnenvest", {"inbox"}).code, 128 + SIGKILL);
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_EQ(f.events("de-binnenvest", "grant-withdrawn").size(), 1u);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, AKeyThatIsReplacedMeanwhileIsSignedWithAnew) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  EXPECT_EQ(f.as_killed("withdrawal-stored", "de-binnenvest", {"grant", "withdraw", grant}).code,
            128 + SIGKILL);
  {  // as if the keys were replaced from another copy of this home, which knows nothing of the
     // withdrawal
    const std::string home = f.home("de-binnenvest");
    const auto dossier = [&](const std::string& sql) {
      SQLite::Database(home + "/dossier.db", SQLite::OPEN_READWRITE).exec(sql);
    };
    dossier("UPDATE withdrawals SET state = 3");
    ASSERT_EQ(f.as("de-binnenvest", {"keys", "replace"}).code, 0);
    dossier("UPDATE withdrawals SET state = 1");
  }
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_EQ(f.events("de-binnenvest", "grant-withdrawn").size(), 1u);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, AGrantThatWaitsIsRegisteredAndWithdrawnInOneExchange) {
  const std::string draft = f.write("draft.json", family("jgt-leiden").json());
  EXPECT_EQ(f.as_killed("grant-stored", "de-binnenvest", {"grant", "register", draft}).code,
            128 + SIGKILL);
  const auto grants = f.as("de-binnenvest", {"grant", "list", "--json"}).json();
  const std::string grant(grants.at(0).at("grantId").as_string());
  EXPECT_EQ(grants.at(0).at("state").as_string(), "pending");
  const Ran withdrawn = f.as("de-binnenvest", {"grant", "withdraw", grant});
  EXPECT_EQ(withdrawn.code, 0) << withdrawn.err;
  EXPECT_EQ(f.events("de-binnenvest", "grant-registered").size(), 1u);
  EXPECT_EQ(f.events("de-binnenvest", "grant-withdrawn").size(), 1u);
}

TEST_F(Withdrawing, AGrantAndItsReferralWaitTogetherWhileTheBrokerIsAway) {
  const std::string draft = f.write("draft.json", family("jgt-leiden").json());
  f.kill();
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "register", draft, "--when-unreachable", "drop"}).code,
            5);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty()) << "dropped is not kept";
  std::vector<std::string> grants;
  for (const char* operation : {"one", "two"}) {
    const std::vector<std::string> command{"grant",       "register", draft,
                                           "--operation", operation,  "--json"};
    const Ran registered = f.as("de-binnenvest", command);
    EXPECT_EQ(registered.code, 5) << registered.err;
    EXPECT_NE(registered.out.find("\"queued\""), std::string::npos) << registered.out;
    const std::string said(registered.json().at("refusal").at("detail").as_string());
    grants.push_back(said.substr(0, 32));
    EXPECT_EQ(f.as("de-binnenvest", command).code, 5) << "again is the same";
    // Another child under each: the same child twice asks why.
    const std::string child =
        f.write(std::string(operation) + ".json",
                R"({"routing":{"urgency":"regulier","secretAddress":false},"careNeed":{"tried":")" +
                    std::string(operation) + R"("}})");
    const Ran held = f.as("de-binnenvest", {"refer", child, "--grant", grants.back()});
    EXPECT_EQ(held.code, 5) << held.out << held.err;
  }
  EXPECT_EQ(outbox("de-binnenvest").as_array().size(), 4u);
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grants[1]}).code, 5);
  f.serve();
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  EXPECT_EQ(f.events("de-binnenvest", "grant-registered").size(), 2u);
  EXPECT_EQ(f.events("de-binnenvest", "grant-withdrawn").size(), 1u);
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 1u) << "and not the withdrawn one";
  EXPECT_NE(f.received("jgt-leiden"), "");
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, IsTakenWhenEverySessionOfTheOrganisationIsInUse) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  std::vector<std::unique_ptr<RawClient>> sessions;
  for (int i = 0; i < 8; ++i) sessions.push_back(std::make_unique<RawClient>(f, "de-binnenvest"));
  EXPECT_NE(f.as("de-binnenvest", {"inbox"}).code, 0) << "no room for another";
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
}

TEST_F(Withdrawing, DropsTheMessageThatStillWaited) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  EXPECT_EQ(f.as_killed("outbox-stored", "de-binnenvest",
                        {"refer", f.referral_document(), "--grant", grant})
                .code,
            128 + SIGKILL);
  EXPECT_EQ(outbox("de-binnenvest").as_array().size(), 1u);
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_EQ(f.received("jgt-leiden"), "");
  EXPECT_TRUE(f.events("de-binnenvest", "submitted").empty());
}

TEST_F(Withdrawing, AReferralToASuspendedOrganisationIsRefusedAndNeverSentLater) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  const Ran refused = f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant});
  EXPECT_EQ(refused.code, 3);
  EXPECT_NE(refused.err.find("recipient-suspended"), std::string::npos) << refused.err;
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  ASSERT_EQ(f.operate({"resume", "jgt-leiden"}).code, 0);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_EQ(f.received("jgt-leiden"), "");
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0) << "it was told on the spot";
  EXPECT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant}).code, 0)
      << "a person may try again";
}

TEST_F(Withdrawing, WhatMayStillGoIsListedAndCanBeCancelled) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  EXPECT_EQ(f.as_killed("outbox-stored", "de-binnenvest",
                        {"refer", f.referral_document(), "--grant", grant})
                .code,
            128 + SIGKILL);
  f.kill();
  const Ran held = f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant});
  EXPECT_EQ(held.code, 5);
  EXPECT_NE(held.err.find("wachtrij"), std::string::npos) << held.err;
  const auto waiting = outbox("de-binnenvest");
  ASSERT_EQ(waiting.as_array().size(), 1u);
  EXPECT_EQ(waiting.at(0).at("state").as_string(), "queued");
  const std::string message(waiting.at(0).at("id").as_string());
  EXPECT_EQ(f.as("de-binnenvest", {"outbox", "cancel", message}).code, 0);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  f.serve();
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_EQ(f.received("jgt-leiden"), "");
  EXPECT_EQ(f.as("de-binnenvest", {"outbox", "cancel", message}).code, 0)
      << "cancelled twice is cancelled";
  f.refer(grant);
  const std::string sent = f.received("jgt-leiden");
  EXPECT_EQ(f.as("de-binnenvest", {"outbox", "cancel", sent}).code, 2) << "sent is sent";
}

TEST_F(Withdrawing, AReferralWrittenWhileTheBrokerIsAwayWaitsAndGoesWhenItIsBack) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string other = f.grant("de-binnenvest", "jgt-leiden");
  f.kill();
  const std::string document = f.write(
      "waits.json", R"({"routing":{"secretAddress":true},"careNeed":{"tried":"MERKTEKEN-wacht"}})");
  const std::vector<std::string> refers{"refer", document, "--grant", grant, "--json"};
  const Ran held = f.as("de-binnenvest", refers);
  EXPECT_EQ(held.code, 5);
  EXPECT_NE(held.err.find("wachtrij"), std::string::npos) << held.err;
  EXPECT_EQ(f.as("de-binnenvest", refers).code, 5) << "the same again is the same";
  EXPECT_EQ(
      f.as("de-binnenvest",
           {"refer",
            f.write("blocked.json",
                    R"({"routing":{"secretAddress":true},"careNeed":{"tried":"Langestraat 12"}})"),
            "--grant", other})
          .code,
      2)
      << "judged at once";
  const Ran dropped = f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", other,
                                             "--when-unreachable", "drop"});
  EXPECT_EQ(dropped.code, 5);
  EXPECT_NE(dropped.err.find("broker-unreachable"), std::string::npos) << dropped.err;
  ASSERT_EQ(outbox("de-binnenvest").as_array().size(), 1u);
  EXPECT_EQ(
      f.as_killed("held", "de-binnenvest", {"refer", f.referral_document(), "--grant", other}).code,
      128 + SIGKILL);
  EXPECT_EQ(outbox("de-binnenvest").as_array().size(), 2u);
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", other}).code, 5);
  EXPECT_EQ(outbox("de-binnenvest").as_array().size(), 2u)
      << "the withdrawal, and the first referral";
  EXPECT_EQ(contents(f.home("de-binnenvest")).find("MERKTEKEN-wacht"), std::string::npos)
      << "sealed in the dossier";
  f.serve();
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  EXPECT_EQ(f.as("de-binnenvest", refers).code, 0) << "it was sent";
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 1u);
  const std::string referral(
      f.as("de-binnenvest", {"referrals", "--json"}).json().at(0).at("referralId").as_string());
  EXPECT_NE(reads("jgt-leiden").find("MERKTEKEN-wacht"), std::string::npos);
  f.kill();
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "start"}).code, 3)
      << "what may not be taken is refused at once";
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 5);
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 5);
  EXPECT_EQ(outbox("jgt-leiden").as_array().size(), 1u);
  f.serve();
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  both_in("accepted", referral);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, AnAnswerThatNeverCameIsCalledPerhapsSentAndTheNextCommandSaysWhich) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.stop(), 0);
  f.serve("after-publish");  // the broker dies after the commit, before it answers
  const Ran sent = f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant,
                                          "--when-unreachable", "drop"});
  EXPECT_EQ(sent.code, 5);
  EXPECT_NE(sent.err.find("Misschien verzonden"), std::string::npos) << sent.err;
  EXPECT_EQ(outbox("de-binnenvest").at(0).at("state").as_string(), "perhaps-sent");
  ASSERT_TRUE(f.died());
  f.serve();
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  EXPECT_EQ(f.as("de-binnenvest", {"referrals", "--json"}).json().as_array().size(), 1u)
      << "it had arrived";
  EXPECT_NE(f.received("jgt-leiden"), "");
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, AReferralAfterItWasAcceptedAsksWhetherSharingStopsToo) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 0);
  ASSERT_EQ(f.replies("jgt-leiden", referral, "accept").code, 0);
  const Ran asked = f.as("de-binnenvest", {"reply", referral, "withdraw"});
  EXPECT_EQ(asked.code, 2);
  EXPECT_NE(asked.err.find("--sharing"), std::string::npos) << asked.err;
  const Ran stopped = f.as("de-binnenvest", {"reply", referral, "withdraw", "--sharing", "stop"});
  ASSERT_EQ(stopped.code, 0) << stopped.err;
  EXPECT_EQ(f.events("de-binnenvest", "grant-withdrawn").size(), 1u);

  const Ran told = f.as("jgt-leiden", {"inbox"});
  EXPECT_NE(told.err.find("de-binnenvest: delen is gestopt op 20 november 2026"), std::string::npos)
      << told.err;
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).err.find("delen is gestopt"), std::string::npos)
      << "told once";
  EXPECT_NE(f.as("jgt-leiden", {"referrals"}).out.find("delen is gestopt op 20 november 2026"),
            std::string::npos);
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "care-need"}).code, 3)
      << "what was not read never will be";
  const Ran again = f.as("jgt-leiden", {"open", message, "--category", "safety"});
  EXPECT_EQ(again.code, 0) << "what was read was read";
  EXPECT_EQ(again.err.rfind("delen is gestopt op 20 november 2026", 0), 0u) << again.err;
  both_in("withdrawn", referral);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, WhoDeclinesIsNotToldThatTheOtherSideStopped) {
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  f.received("jgt-leiden");
  steps("jgt-leiden", referral, "decline", R"({"declineReason":"duplicate"})");
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).err.find("gestopt"), std::string::npos);
}

TEST_F(Withdrawing, AReferralMayKeepWhatItShares) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 0);
  ASSERT_EQ(f.replies("jgt-leiden", referral, "accept").code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"reply", referral, "withdraw", "--sharing", "keep"}).code, 0);
  EXPECT_TRUE(f.events("de-binnenvest", "grant-withdrawn").empty());
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "care-need"}).code, 0);
}

TEST_F(Withdrawing,
       AReferralTakenBackWhileTheBrokerIsAwayStopsSharingAlsoWhenItWasAcceptedMeanwhile) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "routing"}).code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  const Ran held = f.as("de-binnenvest", {"reply", referral, "withdraw"});
  EXPECT_EQ(held.code, 5) << held.out << held.err;
  EXPECT_EQ(outbox("de-binnenvest").at(0).at("what").as_string(), "withdrawal") << held.err;
  f.serve();
  ASSERT_EQ(f.replies("jgt-leiden", referral, "accept").code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  both_in("withdrawn", referral);
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 3);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, WhatIsSaidLastIsStillReadWhenSharingStops) {
  const std::string grant =
      f.grant("de-binnenvest", "jgt-leiden", std::string(Federation::kOutbound) + ",update");
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant, "--category", "grant-record"}).code,
            2);
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty())
      << "what nobody would take does not wait for ever";
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "routing"}).code, 0);
  ASSERT_EQ(f.replies("jgt-leiden", referral, "accept").code, 0);
  const std::string last = f.write(
      "last.json", R"({"withdrawReason":"no-longer-needed","message":"het gezin gaat terug"})");
  const Ran stopped = f.as(
      "de-binnenvest", {"reply", referral, "withdraw", "--sharing", "stop", "--document", last});
  ASSERT_EQ(stopped.code, 0) << stopped.err;
  EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 3);
  EXPECT_NE(reads("jgt-leiden").find("het gezin gaat terug"), std::string::npos);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, CallsNothingNeverOpenedBeforeItHasReadTheLog) {
  later("2027-08-20 10:00", {"de-binnenvest", "jgt-leiden"});
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden"), "--category", "safety"}).code, 0);
  later("2027-11-22 10:00",
        {});  // its certificate has ended: it may only withdraw, and hears of nothing
  const Ran withdrawn = f.as("de-binnenvest", {"grant", "withdraw", grant});
  EXPECT_EQ(withdrawn.code, 0) << withdrawn.err;
  EXPECT_EQ(withdrawn.out.find("nooit"), std::string::npos) << withdrawn.out;
  EXPECT_NE(withdrawn.out.find("voor zover bekend niet geopend"), std::string::npos)
      << withdrawn.out;
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_NE(f.as("de-binnenvest", {"grant", "withdraw", grant}).out.find("geopend door jgt-leiden"),
            std::string::npos);
}

TEST_F(Withdrawing, WhatLeftIsNeverCalledCancelled) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  EXPECT_EQ(f.as_killed("submit-answered", "de-binnenvest",
                        {"refer", f.referral_document(), "--grant", grant})
                .code,
            128 + SIGKILL);
  f.kill();
  const auto waiting = outbox("de-binnenvest");
  ASSERT_EQ(waiting.as_array().size(), 1u);
  EXPECT_EQ(waiting.at(0).at("state").as_string(), "perhaps-sent");
  const Ran cancelled =
      f.as("de-binnenvest", {"outbox", "cancel", std::string(waiting.at(0).at("id").as_string())});
  EXPECT_EQ(cancelled.out.find("Geannuleerd"), std::string::npos) << cancelled.out;
  EXPECT_NE(cancelled.out.find("Misschien verzonden"), std::string::npos) << cancelled.out;
  f.serve();
  EXPECT_NE(f.received("jgt-leiden"), "");
}

TEST_F(Withdrawing, EachStopIsToldAndAPartIsCalledAPart) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  const Ran part = f.as("de-binnenvest", {"grant", "withdraw", grant, "--category", "safety"});
  EXPECT_NE(part.out.find("Delen van veiligheid is gestopt."), std::string::npos) << part.out;
  EXPECT_NE(
      f.as("jgt-leiden", {"inbox"}).err.find("delen van veiligheid is gestopt op 20 november 2026"),
      std::string::npos);
  EXPECT_NE(f.as("jgt-leiden", {"referrals"})
                .out.find("delen van veiligheid is gestopt op 20 november 2026"),
            std::string::npos);
  const Ran opened = f.as("jgt-leiden", {"open", message, "--category", "routing"});
  EXPECT_EQ(opened.code, 0);
  EXPECT_NE(opened.err.find("delen van veiligheid is gestopt"), std::string::npos) << opened.err;
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_NE(
      f.as("jgt-leiden", {"inbox"}).err.find("de-binnenvest: delen is gestopt op 20 november 2026"),
      std::string::npos);
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).err.find("gestopt"), std::string::npos) << "once each";
}

TEST_F(Withdrawing, AStayThatEndsSaysNothingThatNobodyCouldRead) {
  const std::string grant =
      f.grant("de-binnenvest", "jgt-leiden", std::string(Federation::kOutbound) + ",update");
  const std::string referral = f.refer(grant);
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden"), "--category", "safety"}).code, 0);
  steps("jgt-leiden", referral, "accept", R"({"message":"wij beginnen"})");
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  for (const bool away : {false, true}) {
    if (away) {
      ASSERT_EQ(f.stop(), 0);
    }
    const Ran refused =
        replies("de-binnenvest", referral, "stay-ended", R"({"message":"het gezin is verhuisd"})");
    EXPECT_EQ(refused.code, 2) << refused.err;
    EXPECT_NE(refused.err.find("--document"), std::string::npos) << refused.err;
    EXPECT_TRUE(outbox("de-binnenvest").as_array().empty());
  }
  f.serve();
  steps("de-binnenvest", referral, "stay-ended");
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0);
}

TEST_F(Withdrawing, StopsEveryGrantThatTheReferralHadAlsoAfterARenewal) {
  const std::string first = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(first);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "routing"}).code, 0);
  steps("jgt-leiden", referral, "accept");
  const std::string second = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.as("de-binnenvest", {"reply", referral, "renew", "--grant", second}).code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"reply", referral, "withdraw", "--sharing", "stop"}).code, 0);
  for (const std::string& grant : {first, second})
    EXPECT_EQ(
        f.as("de-binnenvest", {"grant", "show", grant, "--json"}).json().at("state").as_string(),
        "withdrawn");
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 3);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Withdrawing, AStepThatStopsSharingHasStoppedItWhereverItWasCutOff) {
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "routing"}).code, 0);
  EXPECT_EQ(f.as_killed("outbox-stored", "de-binnenvest", {"reply", referral, "withdraw"}).code,
            128 + SIGKILL);
  steps("jgt-leiden", referral, "accept");
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  both_in("withdrawn", referral);
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 3);

  const std::string other = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  reads("jgt-leiden");
  steps("jgt-leiden", other, "accept");
  ASSERT_EQ(f.stop(), 0);
  f.serve("after-mark");  // the step is in the log, and nobody hears of it
  EXPECT_NE(f.as("de-binnenvest", {"reply", other, "stay-ended"}).code, 0);
  ASSERT_TRUE(f.died());
  f.serve();
  ASSERT_EQ(f.as("de-binnenvest", {"reply", other, "stay-ended"}).code, 0);
  EXPECT_EQ(replies("jgt-leiden", other, "update", R"({"progress":"gaat goed"})").code, 3);
}

TEST_F(Withdrawing, AStepThatWaitsGoesUnderTheGrantThatTheReferralHasThen) {
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden"), "--category", "routing"}).code,
            0);
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  EXPECT_EQ(replies("jgt-leiden", referral, "accept").code, 5);
  f.serve();
  const std::string second = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.as("de-binnenvest", {"reply", referral, "renew", "--grant", second}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  both_in("accepted", referral);
  EXPECT_EQ(f.as("jgt-leiden", {"doctor"}).code, 0);
}

TEST_F(Withdrawing, AskNothingAboutSharingThatHasEnded) {
  const std::string referral =
      f.refer(f.grant("de-binnenvest", "jgt-leiden", Federation::kOutbound, 2));
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  later("2027-03-20 10:00", {"de-binnenvest", "jgt-leiden"});
  steps("de-binnenvest", referral, "withdraw");
  both_in("withdrawn", referral);
}

}  // namespace
}  // namespace veerpont::e2e
