#include "rules/working_days.h"

#include <gtest/gtest.h>

#include <map>

namespace veerpont::rules {
namespace {

constexpr Date on(int y, unsigned m, unsigned d) {
  return Date(std::chrono::year(y), std::chrono::month(m), std::chrono::day(d));
}

// Easter Sundays as almanacs give them.
const std::map<int, Date> kEaster{
    {2026, on(2026, 4, 5)},  {2027, on(2027, 3, 28)}, {2028, on(2028, 4, 16)},
    {2029, on(2029, 4, 1)},  {2030, on(2030, 4, 21)}, {2031, on(2031, 4, 13)},
    {2032, on(2032, 3, 28)}, {2033, on(2033, 4, 17)}, {2034, on(2034, 4, 9)},
    {2035, on(2035, 3, 25)}, {2036, on(2036, 4, 13)}};

TEST(Holidays, OfTheListAreThoseOfTheLaw) {
  const Holidays& list = Holidays::dutch();
  int found = 0;
  for (int y = 2026; y <= int(list.last_year()); ++y) {
    const bool sunday =
        std::chrono::weekday(std::chrono::sys_days(on(y, 4, 27))) == std::chrono::Sunday;
    std::set<std::chrono::sys_days> days{on(y, 1, 1), on(y, 4, sunday ? 26 : 27), on(y, 5, 5),
                                         on(y, 12, 25), on(y, 12, 26)};
    for (const int from_easter : {-2, 1, 39, 50})
      days.insert(std::chrono::sys_days(kEaster.at(y)) + std::chrono::days(from_easter));
    for (auto day = std::chrono::sys_days(on(y, 1, 1));
         day < std::chrono::sys_days(on(y + 1, 1, 1)); day += std::chrono::days(1)) {
      EXPECT_EQ(list.has(Date(day)), days.contains(day)) << str(Date(day));
      found += list.has(Date(day));
    }
  }
  EXPECT_GE(list.last_year(), std::chrono::year(2036));
  EXPECT_GE(found, 11 * 8);
}

TEST(WorkingDays, SkipWeekendsAndHolidays) {
  const Holidays& list = Holidays::dutch();
  EXPECT_EQ(working_days_after(on(2026, 11, 24), 1, list), on(2026, 11, 25));
  EXPECT_EQ(working_days_after(on(2026, 11, 27), 1, list), on(2026, 11, 30))
      << "Friday, then Monday";
  EXPECT_EQ(working_days_after(on(2026, 11, 28), 0, list), on(2026, 11, 30));
  EXPECT_EQ(working_days_after(on(2026, 11, 28), 1, list), on(2026, 12, 1));
  EXPECT_EQ(working_days_after(on(2026, 12, 24), 1, list), on(2026, 12, 28))
      << "Christmas and a weekend";
  EXPECT_EQ(working_days_after(on(2026, 4, 2), 1, list), on(2026, 4, 7))
      << "Good Friday and Easter";
  EXPECT_EQ(working_days_after(on(2026, 11, 24), 5, list), on(2026, 12, 1));
  EXPECT_FALSE(is_working_day(on(2026, 4, 27), list));
}

TEST(Holidays, RefuseAListThatIsNone) {
  EXPECT_FALSE(Holidays::parse(""));
  EXPECT_FALSE(Holidays::parse("last-year soon\n"));
  EXPECT_FALSE(Holidays::parse("last-year 2030\n2026-13-01 X\n"));
  EXPECT_FALSE(Holidays::parse("last-year 2030\n2026-12-01\n"));
  EXPECT_TRUE(
      Holidays::parse("# none\n\nlast-year 2030\n2026-12-05 Sinterklaas")->has(on(2026, 12, 5)));
}

}  // namespace
}  // namespace veerpont::rules
