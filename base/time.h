// Points in time: milliseconds since 1970, UTC, everywhere; days only where people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/api.h"

namespace veerpont {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

inline Time time_from_ms(std::int64_t ms) { return Time(std::chrono::milliseconds(ms)); }
inline std::int64_t to_ms(Time time) { return time.time_since_epoch().count(); }

// A day as people write it, "2026-12-01"; nothing for what is no such day.
using Date = std::chrono::year_month_day;
VEERPONT_API std::optional<Date> parse_date(std::string_view text);
VEERPONT_API std::string str(const Date& day);
// The day that it is in Europe/Amsterdam, and when a day begins there.
VEERPONT_API Date amsterdam_date(Time time);
VEERPONT_API Time amsterdam_midnight(const Date& day);
// What the clocks there show: since midnight.
VEERPONT_API std::chrono::minutes amsterdam_clock(Time time);
// When the clocks there show this on that day; the earlier one of two in autumn, and in spring the
// end of the gap.
VEERPONT_API Time amsterdam_moment(const Date& day, std::chrono::minutes since_midnight);

// Injected wherever a decision depends on the time.
class VEERPONT_API Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};
class VEERPONT_API SystemClock final : public Clock {
 public:
  Time now() const override;
};

// "2026-11-21T09:30:00Z".
VEERPONT_API std::string rfc3339(Time time);
// Accepts "2026-12-01T00:00:00Z" (also with an offset of the form +01:00); nothing else.
VEERPONT_API std::optional<Time> parse_rfc3339(std::string_view text);
// 00:00 in Europe/Amsterdam of a date "2026-12-01".
VEERPONT_API std::optional<Time> amsterdam_midnight(std::string_view date);
// Whether this is 00:00 in Europe/Amsterdam.
VEERPONT_API bool is_midnight_amsterdam(Time time);
// Whether it is on the first of a month: when grants end, but for vital interest.
VEERPONT_API bool is_first_of_month_amsterdam(Time time);

}  // namespace veerpont
