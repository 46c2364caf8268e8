#include "base/time.h"

#include <gtest/gtest.h>

namespace veerpont {
namespace {

TEST(Time, ReadsAndWritesRfc3339) {
  EXPECT_EQ(rfc3339(time_from_ms(1'795'253'400'123)), "2026-11-21T09:30:00Z");
  EXPECT_EQ(parse_rfc3339("2026-11-21T09:30:00Z"), time_from_ms(1'795'253'400'000));
  EXPECT_EQ(parse_rfc3339("2026-11-21T10:30:00+01:00"), time_from_ms(1'795'253'400'000));
  for (const char* wrong : {"", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21T09:30:00Zx",
                            "2026-13-21T09:30:00Z", "gisteren"})
    EXPECT_FALSE(parse_rfc3339(wrong)) << wrong;
}

TEST(Time, MonthsBeginAtMidnightInAmsterdamAlsoInSummer) {
  EXPECT_EQ(rfc3339(*amsterdam_midnight("2026-12-01")), "2026-11-30T23:00:00Z");
  EXPECT_EQ(rfc3339(*amsterdam_midnight("2026-07-01")), "2026-06-30T22:00:00Z");
  EXPECT_TRUE(is_first_of_month_amsterdam(*amsterdam_midnight("2026-12-01")));
  EXPECT_TRUE(is_first_of_month_amsterdam(*amsterdam_midnight("2026-07-01")));
  EXPECT_FALSE(is_first_of_month_amsterdam(*amsterdam_midnight("2026-07-02")));
  EXPECT_FALSE(is_first_of_month_amsterdam(*amsterdam_midnight("2026-07-01") +
                                           std::chrono::milliseconds(1)));
  EXPECT_FALSE(is_first_of_month_amsterdam(*parse_rfc3339("2026-12-01T00:00:00Z")));
  EXPECT_FALSE(amsterdam_midnight("2026-02-30"));
  EXPECT_FALSE(amsterdam_midnight("01-12-2026"));
}

}  // namespace
}  // namespace veerpont
