#include "rules/working_days.h"

#include <charconv>

#include "rules/data/holidays_nl_txt.h"

namespace veerpont::rules {
namespace {

constexpr std::string_view kLastYear = "last-year ";

bool is_weekend(const Date& day) {
  const std::chrono::weekday weekday{std::chrono::sys_days(day)};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

Date next(const Date& day) { return Date(std::chrono::sys_days(day) + std::chrono::days(1)); }

}  // namespace

std::optional<Holidays> Holidays::parse(std::string_view text) {
  Holidays out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with(kLastYear)) {
      int year = 0;
      const auto [end, error] =
          std::from_chars(line.data() + kLastYear.size(), line.data() + line.size(), year);
      if (error != std::errc() || end != line.data() + line.size()) return std::nullopt;
      out.last_year_ = std::chrono::year(year);
      continue;
    }
    const auto day = parse_date(line.substr(0, 10));
    if (!day || line.size() < 12 || line[10] != ' ') return std::nullopt;
    out.days_.insert(*day);
  }
  if (out.last_year_ == std::chrono::year(0)) return std::nullopt;
  return out;
}

const Holidays& Holidays::dutch() {
  static const Holidays list = parse(kHolidaysNl).value();
  return list;
}

bool is_working_day(const Date& day, const Holidays& holidays) {
  return !is_weekend(day) && !holidays.has(day);
}

Date working_days_after(const Date& day, int count, const Holidays& holidays) {
  Date at = day;
  while (!is_working_day(at, holidays)) at = next(at);
  for (int i = 0; i < count; ++i) do
      at = next(at);
    while (!is_working_day(at, holidays));
  return at;
}

}  // namespace veerpont::rules
