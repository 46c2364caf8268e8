// The closed loop, walked through with real processes: every referral has an answer, a next actor
// or an alarm.
#include <gtest/gtest.h>

#include "tests/e2e/walkthrough.h"

namespace veerpont::e2e {
namespace {

class Loop : public Walkthrough {};

TEST_F(Loop, ARedirectStartsALinkedReferralAndForwardsNothing) {
  joined("ggz-kind", "GGZ Kind", "youth-service", {"de-binnenvest", "jgt-leiden"});
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "redirect",
        R"({"betterOrganisations":["ggz-kind"],"reason":"specialist nodig"})");
  both_in("redirected", referral);
  const std::string advice = reads("de-binnenvest");
  EXPECT_NE(advice.find("ggz-kind"), std::string::npos);
  EXPECT_EQ(f.as("ggz-kind", {"inbox", "--json"}).json().as_array().size(), 0u)
      << "nothing went behind the family's back";
  EXPECT_EQ(f.as("ggz-kind", {"referrals", "--json"}).json().as_array().size(), 0u);

  const std::string next =
      refers("de-binnenvest", granted("de-binnenvest", family("ggz-kind")), referral);
  reads("ggz-kind");
  EXPECT_EQ(f.state("ggz-kind", next), "in-review");
  EXPECT_EQ(f.as("jgt-leiden", {"referral", next, "--json"}).code, 3)
      << "the first one learns nothing of it";
  Draft own = family("ggz-kind");  // the provider may start one too, with its own grant
  EXPECT_NE(refers("jgt-leiden", granted("jgt-leiden", own), referral), "");
  const std::string foreign = granted("ggz-kind", family("jgt-leiden"));
  const Ran refused =
      f.as("ggz-kind", {"refer", f.referral_document(), "--grant", foreign, "--linked", referral});
  EXPECT_EQ(refused.code, 3) << "it takes no part in that referral";
  all_verify({"de-binnenvest", "jgt-leiden", "ggz-kind"});
}

TEST_F(Loop, WithdrawalMidReviewEndsIt) {
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const std::string referral = refers("de-binnenvest", grant);
  reads("jgt-leiden");
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  both_in("withdrawn", referral);
  EXPECT_EQ(replies("jgt-leiden", referral, "accept").code, 3);
  EXPECT_EQ(f.events("jgt-leiden", "shares-destroyed").size(), 1u);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Loop, WithdrawalAfterTheStartStopsContentWhileHelpGoesOnAndTheLoopCloses) {
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const std::string referral = refers("de-binnenvest", grant);
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  steps("jgt-leiden", referral, "start");
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  both_in("started", referral);
  EXPECT_EQ(replies("jgt-leiden", referral, "update", R"({"progress":"gaat goed"})").code, 3)
      << "content has stopped";
  EXPECT_EQ(replies("jgt-leiden", referral, "complete", R"({"progress":"klaar"})").code, 3);
  steps("jgt-leiden", referral, "complete");
  both_in("completed", referral);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Loop, AYouthWhoTurns16OnTheWaitingListConsentsAnewAndTheStatusStays) {
  Draft draft = family("jgt-leiden");
  draft.birth = "2011-01-20";
  const std::string old = granted("de-binnenvest", draft);
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "show", old, "--json"}).json().at("expires").as_string(),
      "2026-12-31T23:00:00Z");
  const std::string referral = refers("de-binnenvest", old);
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  EXPECT_EQ(replies("jgt-leiden", referral, "waitlist").code, 2) << "how long is the wait?";
  steps("jgt-leiden", referral, "waitlist", R"({"expectedWait":"tien weken"})");
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2027-01-22 10:00");
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);  // publishes keys again
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_EQ(replies("jgt-leiden", referral, "update", R"({"progress":"nog even"})").code, 3)
      << "the grant has ended";

  draft.answers = answer("child", "agrees", "", "2027-01-21");
  const std::string fresh = granted("de-binnenvest", draft);
  const Ran renewed =
      f.as("de-binnenvest", {"reply", referral, "renew", "--grant", fresh, "--json"});
  ASSERT_EQ(renewed.code, 0) << renewed.err;
  EXPECT_EQ(renewed.json().at("state").as_string(), "waitlisted");
  both_in("waitlisted", referral);
  steps("jgt-leiden", referral, "update",
        R"({"progress":"bijna aan de beurt"})");  // before anybody opened the renewal
  const std::string record = reads("jgt-leiden");
  EXPECT_NE(record.find("\"ageAtSigning\": 16"), std::string::npos) << record;
  steps("jgt-leiden", referral, "start");
  both_in("started", referral);
  EXPECT_EQ(f.as("de-binnenvest", {"reply", referral, "renew", "--grant", fresh}).code, 3)
      << "it is this grant already";
  EXPECT_EQ(f.as("de-binnenvest", {"reply", referral, "renew", "--grant", old}).code, 3)
      << "an ended one revives nothing";
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Loop, AFamilyMovesAndAnotherTeamGetsALinkedReferral) {
  joined("go-voor-jeugd", "Go! voor Jeugd", "youth-team", {"de-binnenvest"});
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  steps("jgt-leiden", referral, "not-started", R"({"notStartedReason":"moved"})");
  const std::string next =
      refers("de-binnenvest", granted("de-binnenvest", family("go-voor-jeugd")), referral);
  reads("go-voor-jeugd");
  both_in("not-started", referral);
  EXPECT_EQ(f.state("go-voor-jeugd", next), "in-review");
  all_verify({"de-binnenvest", "jgt-leiden", "go-voor-jeugd"});
}

TEST_F(Loop, WrongMunicipalityIsDeclinedWithTheRightOneProposed) {
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  reads("jgt-leiden");
  const Ran bare = replies("jgt-leiden", referral, "decline");
  EXPECT_EQ(bare.code, 2);
  EXPECT_NE(bare.err.find("declineReason"), std::string::npos);
  EXPECT_EQ(
      replies("jgt-leiden", referral, "decline", R"({"declineReason":"wrong-municipality"})").code,
      2);
  steps("jgt-leiden", referral, "decline",
        R"({"declineReason":"wrong-municipality","responsibleMunicipality":"GM0484"})");
  both_in("declined", referral);
  EXPECT_NE(reads("de-binnenvest").find("GM0484"), std::string::npos);
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 2u);
}

TEST_F(Loop, NobodyReadsItInTimeAndBothSidesHear) {
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2026-11-27 10:00");
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  const auto told = [&](const std::string& org) {
    for (int i = 0; i < 200; ++i) {
      if (f.as(org, {"audit", "sync"}).code == 0 && f.events(org, "overdue").size() == 1)
        return true;
    }
    return false;
  };
  EXPECT_TRUE(told("de-binnenvest"));
  EXPECT_TRUE(told("jgt-leiden"));
  const auto rows = f.as("de-binnenvest", {"referrals", "--json"}).json();
  EXPECT_EQ(rows.at(0).at("referralId").as_string(), referral);
  EXPECT_TRUE(rows.at(0).at("overdue").as_bool());
  EXPECT_EQ(rows.at(0).at("state").as_string(), "sent");
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");  // names a new time
  EXPECT_FALSE(f.as("de-binnenvest", {"referrals", "--json"}).json().at(0).at("overdue").as_bool());
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Loop, AStayEndsAndFeedbackStopsWhileHelpContinues) {
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const std::string referral = refers("de-binnenvest", grant);
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  steps("jgt-leiden", referral, "start");
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2027-10-20 10:00");  // eleven months
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  ASSERT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  steps("de-binnenvest", referral, "stay-ended");
  both_in("started", referral);
  EXPECT_EQ(replies("jgt-leiden", referral, "update", R"({"progress":"gaat goed"})").code, 3)
      << "its purpose is gone";
  steps("jgt-leiden", referral, "complete");
  both_in("completed", referral);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Loop, AStayThatEndsEarlierStopsFeedbackUnderALiveGrantToo) {
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  steps("jgt-leiden", referral, "update", R"({"progress":"eerste gesprek"})");
  steps("de-binnenvest", referral, "stay-ended");
  const Ran late = replies("jgt-leiden", referral, "update", R"({"progress":"gaat goed"})");
  EXPECT_EQ(late.code, 3);
  EXPECT_NE(late.err.find("grant-withdrawn"), std::string::npos) << late.err;
  EXPECT_EQ(f.as("de-binnenvest", {"open", f.received("de-binnenvest")}).code, 3)
      << "what was not opened in time stays shut";
  steps("jgt-leiden", referral, "start");
  both_in("started", referral);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Loop, SomebodyAsksForTheFileAndTheReferrerIsAskedFirst) {
  const std::string referral =
      refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  const std::string document = reads("jgt-leiden");
  EXPECT_NE(document.find("consult-sender"), std::string::npos)
      << "the file itself says: ask first";
  EXPECT_EQ(
      replies("jgt-leiden", referral, "access-requested", R"({"message":"vader vraagt inzage"})")
          .code,
      2)
      << "who asks?";
  steps("jgt-leiden", referral, "access-requested",
        R"({"accessRequestedBy":"vader met gezag","message":"wat moet achterblijven?"})");
  both_in("in-review", referral);
  EXPECT_NE(reads("de-binnenvest").find("vader met gezag"), std::string::npos);
  EXPECT_EQ(
      replies("de-binnenvest", referral, "access-requested", R"({"accessRequestedBy":"x"})").code,
      3)
      << "the provider holds the file";
}

TEST_F(Loop, AnAgencyAsksUnderASupervisionOrderAndIsAnsweredUnderTheSheltersOwnGrant) {
  joined("gi-west", "GI West", "certified-agency", {"de-binnenvest"});
  Draft request;
  request.recipient = "de-binnenvest";
  request.kind = "information-request";
  request.ground = "ots-information";
  request.purpose = "protect";
  request.outbound = R"("identity")";
  request.record = R"(,"groundNote":"beschikking van 3 november 2026")";
  const std::string asked = granted("gi-west", request);
  const std::string question = f.write(
      "question.json", R"({"identity":{"givenNames":"Voorbeeld","birthDate":"2013-05-17"}})");
  const Ran sent = f.as("gi-west", {"refer", question, "--grant", asked, "--json"});
  ASSERT_EQ(sent.code, 0) << sent.err;
  const std::string referral(sent.json().at("referralId").as_string());
  reads("de-binnenvest");
  EXPECT_EQ(replies("de-binnenvest", referral, "accept").code, 3)
      << "nobody is taken into care by a question";

  Draft reply = request;
  reply.recipient = "gi-west";
  reply.outbound = R"("safety")";
  const std::string own = granted("de-binnenvest", reply);
  const Ran answered = f.as(
      "de-binnenvest", {"refer", f.write("safety.json", R"({"safety":{"conclusion":"veilig"}})"),
                        "--grant", own, "--linked", referral, "--json"});
  ASSERT_EQ(answered.code, 0) << answered.err;
  steps("de-binnenvest", referral, "complete",
        R"({"decision":"beantwoord","noOutcomesReason":"een vraag om informatie"})");
  reads("gi-west");
  EXPECT_EQ(f.state("gi-west", referral), "completed");
  reply.recipient = "jgt-leiden";
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "register", f.write("draft.json", reply.json())}).code,
            2)
      << "only an agency asks on this ground";
  all_verify({"de-binnenvest", "gi-west"});
}

}  // namespace
}  // namespace veerpont::e2e
