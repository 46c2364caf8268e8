#include "rules/clocks.h"

#include <gtest/gtest.h>

#include "rules/referral_states.h"
#include "veerpont/v1/codes.pb.h"

namespace veerpont::rules {
namespace {

using enum Urgency;

Time at(const char* text) { return *parse_rfc3339(text); }
std::string by(Step step, Urgency urgency, const char* now, std::optional<Date> named = {}) {
  const auto time = respond_by(step, urgency, at(now), {Holidays::dutch()}, named);
  return time ? rfc3339(*time) : "";
}

TEST(Clocks, CountWorkingDaysUntilClosingTimeInAmsterdam) {
  EXPECT_EQ(by(Step::refer, regulier, "2026-11-20T09:00:00Z"), "2026-11-24T16:00:00Z")
      << "Friday morning, two working days";
  EXPECT_EQ(by(Step::refer, spoed, "2026-11-20T09:00:00Z"), "2026-11-23T16:00:00Z");
  EXPECT_EQ(by(Step::refer, crisis, "2026-11-20T09:00:00Z"), "2026-11-20T11:00:00Z")
      << "two hours, when somebody can read";
  EXPECT_EQ(by(Step::refer, crisis, "2026-11-20T21:31:00Z"), "2026-11-23T10:00:00Z")
      << "Friday night: from Monday at nine";
  EXPECT_EQ(by(Step::access_requested, crisis, "2026-11-20T09:00:00Z"), "2026-11-27T16:00:00Z")
      << "a question about a file is no crisis";
  EXPECT_EQ(by(Step::accept, regulier, "2026-11-20T09:00:00Z"), "2026-11-27T16:00:00Z");
  EXPECT_EQ(by(Step::accept, crisis, "2026-11-20T09:00:00Z"), "2026-11-21T09:00:00Z");
  EXPECT_EQ(by(Step::request_info, regulier, "2026-12-23T09:00:00Z"), "2026-12-29T16:00:00Z")
      << "Christmas and a weekend between";
  EXPECT_EQ(by(Step::refer, regulier, "2026-07-01T08:00:00Z"), "2026-07-03T15:00:00Z")
      << "summer time";
}

TEST(Clocks, WhatComesAfterClosingTimeCountsFromTheNextWorkingDay) {
  EXPECT_EQ(by(Step::refer, spoed, "2026-11-20T17:00:00Z"), "2026-11-24T16:00:00Z")
      << "Friday evening, counted from Monday";
  EXPECT_EQ(by(Step::refer, spoed, "2026-11-22T12:00:00Z"), "2026-11-24T16:00:00Z") << "Sunday";
  EXPECT_FALSE(OpeningHours::office().open_at(at("2026-11-20T02:00:00Z"), Holidays::dutch()));
  EXPECT_TRUE(OpeningHours::office().open_at(at("2026-11-20T09:00:00Z"), Holidays::dutch()));
  EXPECT_FALSE(OpeningHours::office().open_at(at("2026-11-20T16:00:00Z"), Holidays::dutch()))
      << "closing time";
  EXPECT_EQ(
      rfc3339(OpeningHours::office().next_open(at("2026-11-20T02:00:00Z"), Holidays::dutch())),
      "2026-11-20T08:00:00Z");
  EXPECT_EQ(
      rfc3339(OpeningHours::office().next_open(at("2026-11-20T18:00:00Z"), Holidays::dutch())),
      "2026-11-23T08:00:00Z");
  EXPECT_EQ(
      rfc3339(OpeningHours::office().next_open(at("2026-12-24T18:00:00Z"), Holidays::dutch())),
      "2026-12-28T08:00:00Z");
}

TEST(Clocks, TakeTheDayThatAStepNames) {
  EXPECT_EQ(by(Step::plan_handover, regulier, "2026-11-20T09:00:00Z", parse_date("2026-12-08")),
            "2026-12-08T16:00:00Z");
  EXPECT_EQ(by(Step::pause, regulier, "2026-11-20T09:00:00Z", parse_date("2027-01-15")),
            "2027-01-15T16:00:00Z");
  EXPECT_EQ(by(Step::pause, regulier, "2026-11-20T09:00:00Z", parse_date("2026-11-01")),
            "2026-12-21T16:00:00Z")
      << "a day that is over is none";
  EXPECT_EQ(by(Step::pause, regulier, "2026-11-20T09:00:00Z", parse_date("2028-01-15")),
            "2027-05-23T09:00:00Z")
      << "at most six months";
}

TEST(Clocks, StartForEveryStepThatLeadsToAnOpenStateAndNoOther) {
  for (int number = 1; number <= kStepCount; ++number)
    for (const Urgency urgency : {crisis, spoed, regulier})
      EXPECT_EQ(by(static_cast<Step>(number), urgency, "2026-11-20T09:00:00Z").empty(),
                !needs_respond_by(static_cast<Step>(number)))
          << number;
  EXPECT_EQ(static_cast<int>(regulier), v1::URGENCY_REGULIER);
  EXPECT_EQ(static_cast<int>(crisis), v1::URGENCY_CRISIS);
}

}  // namespace
}  // namespace veerpont::rules
