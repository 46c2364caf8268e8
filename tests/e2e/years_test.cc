// Time passes: a federation lives on while nobody touches its keys. `./dev years` lives five years;
// here it is one and a half.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "base/time.h"
#include "tests/e2e/walkthrough.h"

namespace veerpont::e2e {
namespace {

class Years : public Walkthrough {
 protected:
  static constexpr int kStep = 20;  // days
  static std::string day_after(int days) {
    using namespace std::chrono;
    return str(Date(sys_days(year(2026) / November / 20) + std::chrono::days(days))) + " 10:00";
  }
  void at(int days) {
    ASSERT_EQ(f.stop(), 0);
    f.set_time(day_after(days));
    f.serve();
    ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  }
  // Every operation, by people who know nothing of keys.
  void everything_works() {
    const std::string grant = f.grant("de-binnenvest", "jgt-leiden", Federation::kOutbound, 3);
    const std::string referral = refers("de-binnenvest", grant);
    ASSERT_NE(referral, "");
    reads("jgt-leiden");
    steps("jgt-leiden", referral, "accept", R"({"message":"wij beginnen"})");
    reads("de-binnenvest");
    steps("jgt-leiden", referral, "update", R"({"progress":"gaat goed"})");
    reads("de-binnenvest");
    ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
    steps("jgt-leiden", referral, "start");
    steps("jgt-leiden", referral, "complete");
    both_in("completed", referral);
  }
};

TEST_F(Years, OfTwentyDayStepsLeaveEveryOperationWorkingAndNobodyTouchesAKey) {
  const char* asked = std::getenv("VEERPONT_YEARS");
  const int days = asked != nullptr ? std::atoi(asked) * 365 : 400;
  for (int day = kStep; day <= days; day += kStep) {
    SCOPED_TRACE(day_after(day));
    at(day);
    everything_works();
    for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
      const Ran doctor = f.as(org, {"doctor"});
      EXPECT_EQ(doctor.code, 0) << org << doctor.out;
    }
    if (HasFailure()) return;
  }
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Years, OfSilenceAreHealedByTheFirstCommandAndConsentCanStillBeWithdrawn) {
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  refers("de-binnenvest", grant);
  at(430);  // certificates and signing keys ended 65 days ago
  const Ran healed = f.as("jgt-leiden", {"inbox"});
  EXPECT_EQ(healed.code, 0) << healed.err;
  EXPECT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  everything_works();
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(Years, BetweenTwoCommandsAreMetByTheSecond) {
  for (const int day : {70, 140, 300}) {
    at(day);
    EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0) << day;
    EXPECT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0) << day;
  }
  everything_works();
}

TEST_F(Years, ThatOnlyThisMachineSeesMakeNothingThatLasts) {
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  for (const int day : {70, 140, 200, 300}) {
    f.set_time(day_after(day));  // the broker stays where it is
    const Ran refused = f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant});
    EXPECT_NE(refused.code, 0);
    EXPECT_NE(refused.err.find("clock"), std::string::npos) << refused.err;
    const Ran doctor = f.as("de-binnenvest", {"doctor"});
    EXPECT_EQ(doctor.code, 1);
    EXPECT_NE(doctor.out.find("klok"), std::string::npos) << doctor.out;
  }
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0) << "withdrawing goes on";
  f.set_time("2026-11-20 10:05");
  refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")));
  const std::string message = f.received("jgt-leiden");
  f.set_time(day_after(60));
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 0)
      << "reading goes on";
  f.set_time(day_after(3660));
  EXPECT_EQ(
      f.as("jgt-leiden", {"retention", "run", "--json"}).json().at("messages").to_number<int>(), 0)
      << "nothing is destroyed by such a clock";
  ASSERT_EQ(f.stop(), 0);
  EXPECT_EQ(
      f.as("jgt-leiden", {"retention", "run", "--json"}).json().at("messages").to_number<int>(), 0)
      << "nor without the broker";
  f.set_time("2026-11-20 10:06");
  f.serve();
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 0);
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0)
      << "nothing is broken when the clock is right again";
  everything_works();
}

TEST_F(Years, DoctorWarnsSixtyDaysBeforeTheFirstKeyEndsAndFailsFourteen) {
  ASSERT_EQ(f.stop(), 0);  // nothing renews itself
  const auto lasting = [&](int day) -> std::string {
    f.set_time(day_after(day));
    const auto rows = f.as("de-binnenvest", {"doctor", "--json"}).json();
    for (const auto& row : rows.as_array())
      if (row.at("check").as_string().starts_with("signing key"))
        return !row.at("ok").as_bool() ? "fails" : row.at("warns").as_bool() ? "warns" : "ok";
    return "not looked at";
  };
  EXPECT_EQ(lasting(300), "ok");
  EXPECT_EQ(lasting(310), "warns");
  EXPECT_EQ(lasting(350), "warns");
  EXPECT_EQ(lasting(356), "fails");
}

}  // namespace
}  // namespace veerpont::e2e
