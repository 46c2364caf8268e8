// The main job and what stops it, on real processes through the command line.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <set>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

TEST(Crossing, AReferralIsSentReceivedOpenedAnsweredAndCompleted) {
  Federation f;
  f.two_organisations();
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  EXPECT_EQ(f.state("de-binnenvest", referral), "sent");
  const std::string message = f.received("jgt-leiden");
  EXPECT_EQ(f.state("de-binnenvest", referral), "delivered");
  const Ran opened = f.as("jgt-leiden", {"open", message});
  ASSERT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(opened.json().at("careNeed").at("tried").as_string(), "gesprekken");
  EXPECT_EQ(opened.json().at("grantRecord").at("recorder").as_string(), "MERKTEKEN-recorder");
  EXPECT_EQ(f.state("de-binnenvest", referral), "in-review");
  for (const char* step : {"accept", "start", "complete"}) {
    const Ran replied = f.replies("jgt-leiden", referral, step);
    ASSERT_EQ(replied.code, 0) << step << replied.err;
  }
  EXPECT_EQ(f.state("de-binnenvest", referral), "completed");
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
  EXPECT_EQ(f.stop(), 0);
}

TEST(Crossing, AnUnconfirmedPartnerIsNeitherSentToNorOpened) {
  Federation f;
  f.init();
  f.serve();
  f.join("de-binnenvest", "De Binnenvest", "shelter");
  f.join("jgt-leiden", "JGT Leiden", "youth-team");
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const Ran refused =
      f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant, "--json"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_EQ(refused.json().at("refusal").at("code").as_string(), "identity-unconfirmed");
  f.confirm("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  const Ran unopened = f.as("jgt-leiden", {"open", message});
  EXPECT_EQ(unopened.code, 3);
  EXPECT_NE(unopened.err.find("identity-unconfirmed"), std::string::npos);
  f.confirm("jgt-leiden", "de-binnenvest");
  EXPECT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
}

TEST(Crossing, AWrongFingerprintIsTampering) {
  Federation f;
  f.two_organisations();
  EXPECT_EQ(f.as("de-binnenvest",
                 {"directory", "confirm", "jgt-leiden", "--fingerprint", std::string(64, 'a')})
                .code,
            4);
}

TEST(Withdrawal, OfOneCategoryLeavesTheOthersReadable) {
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  const Ran withdrawn =
      f.as("de-binnenvest", {"grant", "withdraw", grant, "--category", "safety", "--json"});
  ASSERT_EQ(withdrawn.code, 0) << withdrawn.err;
  EXPECT_EQ(withdrawn.json().at("sharesDestroyed").to_number<int>(), 1);
  const Ran named = f.as("jgt-leiden", {"open", message, "--category", "safety"});
  EXPECT_EQ(named.code, 3);
  EXPECT_NE(named.err.find("grant-withdrawn"), std::string::npos);
  const Ran opened = f.as("jgt-leiden", {"open", message});
  ASSERT_EQ(opened.code, 0) << opened.err;
  EXPECT_NE(opened.err.find("veiligheid"), std::string::npos);
  EXPECT_TRUE(opened.json().as_object().contains("careNeed"));
  EXPECT_FALSE(opened.json().as_object().contains("safety"));
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(Withdrawal, ThatComesBeforeTheFirstInboxIsKnownWhenTheMessageArrives) {
  Federation f;
  f.two_organisations();
  ASSERT_EQ(f.as("jgt-leiden", {"audit", "sync"}).code, 0);
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant, "--category", "safety"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"audit", "sync"}).code, 0);  // learned before the message is here
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  ASSERT_EQ(opened.code, 0) << opened.err;
  EXPECT_TRUE(opened.json().as_object().contains("careNeed"));
  EXPECT_FALSE(opened.json().as_object().contains("safety"));
  EXPECT_EQ(f.state("jgt-leiden", referral), "in-review");
}

TEST(Crossing, AWaitingInboxGetsWhatArrivesMeanwhile) {
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const auto waiting = f.begin("jgt-leiden", {"inbox", "--wait", "30", "--json"});
  f.refer(grant);
  const Ran inbox = Federation::finish(waiting);
  ASSERT_EQ(inbox.code, 0) << inbox.err;
  EXPECT_EQ(inbox.json().as_array().size(), 1u);
}

TEST(Crossing, AHomeOpensByPassphraseAndByNoOther) {
  Federation f;
  f.two_organisations();
  const std::string right = f.write("right", "de pont vaart over\n");
  const std::string wrong = f.write("wrong", "de pont vaart niet\n");
  ASSERT_EQ(f.operate({"invite", "go-voor-jeugd", "--title", "Go!", "--kind", "youth-team", "--out",
                       f.folder() + "/go.json"})
                .code,
            0);
  const auto with = [&](const std::string& passphrase, const std::string& command) {
    const int status = std::system(
        ("VEERPONT_PASSPHRASE_FILE=" + passphrase + " " BIN "/veerpont " + command + " --home " +
         f.home("go-voor-jeugd") + " >" + f.folder() + "/out 2>&1 </dev/null")
            .c_str());
    return WEXITSTATUS(status);
  };
  ASSERT_EQ(with(right, "join " + f.folder() + "/go.json"), 0) << contents(f.folder() + "/out");
  EXPECT_EQ(with(right, "whoami"), 0);
  EXPECT_EQ(with(wrong, "whoami"), 1);
  EXPECT_NE(contents(f.folder() + "/out").find("unlock-failed"), std::string::npos);
}

TEST(Withdrawal, OverwritesTheVaultsSlotsAndAnOlderBackupOpensNothing) {
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  // An older copy of the broker's home, without the vault, taken while the grant was live.
  ASSERT_EQ(f.stop(), 0);
  const std::string copy = f.folder() + "/older";
  ASSERT_EQ(std::system(("cp -r " + f.broker_home() + " " + copy + " && rm -r " + copy +
                         "/vault && mkdir " + copy + "/vault")
                            .c_str()),
            0);
  const std::string before = contents(f.broker_home() + "/vault/share-keys");
  f.serve();
  const Ran withdrawn = f.as("de-binnenvest", {"grant", "withdraw", grant});
  ASSERT_EQ(withdrawn.code, 0) << withdrawn.err;

  // Every key that was in the vault is nowhere in the broker's home any more.
  const std::string after = contents(f.broker_home());
  int keys = 0;
  for (std::size_t slot = 0; slot + 128 <= before.size(); slot += 128) {
    if (before.compare(slot, 8, "VPSLOT01") != 0) continue;
    const std::string key = before.substr(slot + 28, 32);
    EXPECT_EQ(after.find(key), std::string::npos);
    EXPECT_NE(before.find(key), std::string::npos);  // the same search finds it where it was
    ++keys;
  }
  EXPECT_EQ(keys, 5);  // routing, care-need, safety, and the implicit grant-record and update

  // The older broker, even if it serves, has no key to release with; the recipient's home has no
  // second key.
  ASSERT_EQ(f.stop(), 0);
  ASSERT_EQ(
      std::system(("rm -r " + f.broker_home() + " && mv " + copy + " " + f.broker_home()).c_str()),
      0);
  f.serve();
  const Ran opened = f.as("jgt-leiden", {"open", message});
  EXPECT_NE(opened.code, 0);
  EXPECT_EQ(opened.out, "");
}

TEST(Withdrawal, BeforeAcceptanceEndsTheReferralAndAfterwardsOnlyStopsContent) {
  Federation f;
  f.two_organisations();
  const std::string early_grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string early = f.refer(early_grant);
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", early_grant}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", early), "withdrawn");
  EXPECT_EQ(f.state("jgt-leiden", f.refer(early_grant).empty() ? early : early),
            "");  // never fetched by the team

  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 0);
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_EQ(f.state("jgt-leiden", referral), "accepted");
  const Ran content = f.as("jgt-leiden", {"reply", referral, "start", "--document",
                                          f.write("u.json", R"({"progress":"x"})")});
  EXPECT_EQ(content.code, 3);
  EXPECT_NE(content.err.find("grant-withdrawn"), std::string::npos);
  // Steps without sections still close the loop.
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "start"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "complete"}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", referral), "completed");
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(Scope, TheCommandLineRefusesWhatTheGrantDoesNotCover) {
  Federation f;
  f.two_organisations();
  f.join("go-voor-jeugd", "Go! voor Jeugd", "youth-team");
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden", "routing");
  const auto refused_with = [&](const Ran& ran) {
    EXPECT_EQ(ran.code, 3) << ran.err;
    return ran.json().is_object() ? std::string(ran.json().at("refusal").at("code").as_string())
                                  : ran.err;
  };
  EXPECT_EQ(refused_with(f.as("de-binnenvest",
                              {"refer", f.referral_document(), "--grant", grant, "--json"})),
            "category-not-granted");
  EXPECT_EQ(refused_with(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant",
                                                std::string(32, '0'), "--json"})),
            "unknown-grant");
  EXPECT_EQ(refused_with(
                f.as("jgt-leiden", {"refer", f.referral_document(), "--grant", grant, "--json"})),
            "unknown-grant");
  const std::string used = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(used);
  const std::string other =
      f.write("other.json", R"({"routing":{"secretAddress":true,"urgency":"spoed"}})");
  EXPECT_EQ(refused_with(f.as("de-binnenvest", {"refer", other, "--grant", used, "--json"})),
            "grant-mismatch");
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(),
            1u);  // nothing of the refused ones was stored
  EXPECT_EQ(refused_with(f.as("de-binnenvest",
                              {"grant", "withdraw", used, "--category", "health", "--json"})),
            "category-not-granted");
}

TEST(Expiry, EndsAGrantOnItsDayAndTheLoopCanStillBeClosed) {
  Federation f("2026-11-20 10:00");
  f.two_organisations();
  const std::string grant =
      f.grant("de-binnenvest", "jgt-leiden", Federation::kOutbound, 1);  // ends 2026-12-01
  const std::string referral = f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.as("jgt-leiden", {"open", message, "--category", "routing"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2026-12-01 00:30");
  f.serve();
  const Ran late = f.as("jgt-leiden", {"open", message, "--category", "care-need"});
  EXPECT_EQ(late.code, 3);
  EXPECT_TRUE(late.err.find("expired") != std::string::npos) << late.err;
  const Ran content = f.as("jgt-leiden", {"reply", referral, "start", "--document",
                                          f.write("u.json", R"({"progress":"x"})")});
  EXPECT_EQ(content.code, 3);
  EXPECT_NE(content.err.find("grant-expired"), std::string::npos);
  const Ran referred =
      f.as("de-binnenvest",
           {"refer", f.write("o.json", R"({"routing":{"secretAddress":true}})"), "--grant", grant});
  EXPECT_EQ(referred.code, 3);
  // Eleven days in one jump: the sweep waits for the operator; refusals do not.
  EXPECT_TRUE(f.events("jgt-leiden", "grant-expired").empty());
  EXPECT_EQ(f.operate({"clock", "accept"}).code, 0);
  EXPECT_EQ(f.events("jgt-leiden", "grant-expired").size(), 1u);
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "not-started"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(Suspension, IsImmediateAndStillLetsAnOrganisationWithdraw) {
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  const Ran opened = f.as("jgt-leiden", {"open", message});
  EXPECT_EQ(opened.code, 3);
  EXPECT_NE(opened.err.find("sender-suspended"), std::string::npos);
  const std::string second = f.write("o.json", R"({"routing":{"secretAddress":true}})");
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "register", f.folder() + "/draft-jgt-leiden.json"}).code, 3);
  ASSERT_EQ(f.operate({"suspend", "de-binnenvest"}).code, 0);
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  ASSERT_EQ(f.operate({"resume", "jgt-leiden"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "sync"}).code, 0);
}

TEST(BadInput, GetsASentenceTheExitCodeAndNothingHalfDone) {
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const auto run = [&](const char* json) {
    return f.as("de-binnenvest", {"refer", f.write("bad.json", json), "--grant", grant});
  };
  const Ran wrong_type = run(R"({"careNeed":{"tried":7}})");
  EXPECT_EQ(wrong_type.code, 2);
  EXPECT_NE(wrong_type.err.find("careNeed.tried: moet een tekst zijn"), std::string::npos);
  EXPECT_EQ(run(R"({"careNeed":{"tried":"a",}})").code, 2);
  EXPECT_EQ(run(R"({})").code, 2);
  const Ran with_record = run(R"({"grantRecord":{"recorder":"x"}})");
  EXPECT_EQ(with_record.code, 2);
  EXPECT_NE(with_record.err.find("grantRecord"), std::string::npos);
  EXPECT_EQ(f.as("de-binnenvest", {"refer", "/nowhere.json", "--grant", grant}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", "XYZ"}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"open", std::string(32, 'a')}).code, 3);
  EXPECT_EQ(f.as("de-binnenvest", {"nonsense"}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"referrals", "--json"}).json().as_array().size(), 0u);
  EXPECT_EQ(f.operate({"init", "--name", "x.example/y"}).code, 2);  // the home is not empty
  EXPECT_EQ(f.operate({"invite", "Bad Name", "--title", "x", "--kind", "shelter", "--out",
                       f.folder() + "/x"})
                .code,
            2);
  EXPECT_EQ(f.operate({"invite", "jgt-leiden", "--title", "x", "--kind", "shelter", "--out",
                       f.folder() + "/x"})
                .code,
            2);
}

TEST(BadInput, AUsedInvitationAWrongCredentialAnUnreachableBrokerAndAForeignCertificateSaySo) {
  Federation f;
  f.two_organisations();
  const Ran again = f.as("another", {"join", f.folder() + "/jgt-leiden.invitation", "--credential",
                                     f.folder() + "/another.credential"});
  EXPECT_EQ(again.code, 3);
  EXPECT_NE(again.err.find("invitation"), std::string::npos) << again.err;

  ASSERT_EQ(std::system(("head -c 32 /dev/urandom > " + f.folder() + "/wrong.credential && cp -r " +
                         f.home("jgt-leiden") + " " + f.home("wrong"))
                            .c_str()),
            0);
  EXPECT_EQ(f.as("wrong", {"whoami"}).code, 1);

  // An organisation of another federation at this broker's address.
  Federation other;
  other.two_organisations();
  std::string config = contents(other.home("jgt-leiden") + "/veerpont.toml");
  const std::string theirs = "127.0.0.1:" + std::to_string(other.port());
  config.replace(config.find(theirs), theirs.size(), "127.0.0.1:" + std::to_string(f.port()));
  std::ofstream(other.home("jgt-leiden") + "/veerpont.toml") << config;
  const Ran foreign = other.as("jgt-leiden", {"inbox", "--fresh"});
  EXPECT_EQ(foreign.code, 5);
  EXPECT_NE(foreign.err.find("certificate"), std::string::npos) << foreign.err;

  f.kill();
  const Ran unreachable = f.as("jgt-leiden", {"inbox", "--fresh"});
  EXPECT_EQ(unreachable.code, 5);
  EXPECT_NE(unreachable.err.find("broker-unreachable"), std::string::npos);
}

}  // namespace
}  // namespace veerpont::e2e
