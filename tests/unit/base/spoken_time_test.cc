// Times as people say them, beside the clock of the C library in Europe/Amsterdam.
#include "base/spoken_time.h"

#include <gtest/gtest.h>

#include "rules/lateness.h"

namespace veerpont {
namespace {

Time at(const char* text) { return *parse_rfc3339(text); }

TEST(SpokenTime, IsAmsterdamsInSummerAndInWinter) {
  EXPECT_EQ(in_words(at("2026-11-27T21:31:00Z"), Language::dutch),
            "vrijdag 27 november 2026, 22.31 uur");
  EXPECT_EQ(in_words(at("2026-11-27T21:31:00Z"), Language::english),
            "Friday 27 November 2026, 22:31");
  EXPECT_EQ(in_words(at("2026-07-01T22:05:59Z"), Language::dutch),
            "donderdag 2 juli 2026, 0.05 uur");
  EXPECT_EQ(in_words(at("2027-03-28T00:59:00Z"), Language::english), "Sunday 28 March 2027, 01:59");
  EXPECT_EQ(in_words(at("2027-03-28T01:00:00Z"), Language::english), "Sunday 28 March 2027, 03:00");
  EXPECT_EQ(in_words(*parse_date("2028-02-29"), Language::dutch), "29 februari 2028");
}

TEST(SpokenTime, StandsInTheTextForEachInstant) {
  EXPECT_EQ(with_times_in_words("tot 2026-11-27T21:31:00Z en 2026-13-40T21:31:00Z, 2026-11-27",
                                Language::dutch),
            "tot vrijdag 27 november 2026, 22.31 uur en 2026-13-40T21:31:00Z, 2026-11-27");
  EXPECT_EQ(with_times_in_words("", Language::dutch), "");
}

TEST(Lateness, CountsHoursAndThenWorkingDays) {
  using rules::time_left;
  const Time friday = at("2026-11-27T16:00:00Z");
  EXPECT_EQ(time_left(friday, at("2026-11-27T13:00:00Z"), Language::dutch), "nog 3 uur");
  EXPECT_EQ(time_left(friday, at("2026-11-28T00:30:00Z"), Language::dutch), "8 uur te laat");
  EXPECT_EQ(time_left(friday, at("2026-11-27T15:30:00Z"), Language::english),
            "less than an hour left");
  EXPECT_EQ(time_left(friday, at("2026-12-01T16:00:00Z"), Language::dutch), "2 werkdagen te laat");
  EXPECT_EQ(time_left(friday, at("2026-11-20T16:00:00Z"), Language::english),
            "5 working days left");
  const Date christmas = *parse_date("2026-12-25"), monday = *parse_date("2026-12-28");
  EXPECT_EQ(time_left(monday, christmas, Language::dutch), "nog 1 werkdag");
  EXPECT_EQ(time_left(monday, monday, Language::dutch), "vandaag");
  EXPECT_EQ(time_left(*parse_date("2026-11-28"), *parse_date("2026-11-29"), Language::dutch),
            "minder dan een werkdag te laat");
}

}  // namespace
}  // namespace veerpont
