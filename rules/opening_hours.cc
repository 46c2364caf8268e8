#include "rules/opening_hours.h"

namespace veerpont::rules {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr OpenWindow kOffice{hours(9), hours(17)};
constexpr int kLookAhead = 31;  // days; longer than any holiday season

// A time of the day, on the day that a change to summer time makes shorter too.
Time moment(const Date& day, minutes since_midnight) {
  return amsterdam_moment(day, since_midnight);
}
Date next(const Date& day) { return Date(std::chrono::sys_days(day) + std::chrono::days(1)); }

}  // namespace

std::optional<minutes> parse_clock(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] - '0'; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0u, 1u, 3u, 4u})
    if (digit(i) < 0 || digit(i) > 9) return std::nullopt;
  const minutes time = hours(10 * digit(0) + digit(1)) + minutes(10 * digit(3) + digit(4));
  if (digit(3) > 5 || time > hours(24)) return std::nullopt;
  return time;
}

OpeningHours OpeningHours::office() {
  OpeningHours out;
  for (const auto day : {std::chrono::Monday, std::chrono::Tuesday, std::chrono::Wednesday,
                         std::chrono::Thursday, std::chrono::Friday})
    out.open(day, kOffice);
  return out;
}

std::optional<OpenWindow> OpeningHours::on(const Date& day, const Holidays& holidays) const {
  if (holidays.has(day) && !holidays_too_) return std::nullopt;
  return week_.at(std::chrono::weekday(std::chrono::sys_days(day)).iso_encoding() - 1);
}

bool OpeningHours::open_at(Time now, const Holidays& holidays) const {
  const Date day = amsterdam_date(now);
  const auto window = on(day, holidays);
  return window && now >= moment(day, window->opens) && now < moment(day, window->closes);
}

Time OpeningHours::next_open(Time now, const Holidays& holidays) const {
  Date day = amsterdam_date(now);
  for (int i = 0; i < kLookAhead; ++i, day = next(day)) {
    const auto window = on(day, holidays);
    if (window && now < moment(day, window->closes))
      return std::max(now, moment(day, window->opens));
  }
  return now;
}

Time OpeningHours::closing(const Date& day, const Holidays& holidays) const {
  return moment(day, on(day, holidays).value_or(kOffice).closes);
}

}  // namespace veerpont::rules
