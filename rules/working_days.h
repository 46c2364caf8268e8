// Working days in the Netherlands: Monday to Friday, without the holidays of a dated list.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string_view>

#include "base/time.h"

namespace veerpont::rules {

class Holidays {
 public:
  // Lines "2026-12-25 Eerste Kerstdag" and one "last-year 2036"; nothing when a line is neither.
  static std::optional<Holidays> parse(std::string_view text);
  // The list that comes with this program: rules/data/holidays-nl.txt.
  static const Holidays& dutch();
  bool has(const Date& day) const { return days_.contains(day); }
  // Beyond it only weekends are known; somebody must update the list before.
  std::chrono::year last_year() const { return last_year_; }

 private:
  std::set<Date> days_;
  std::chrono::year last_year_{0};
};

bool is_working_day(const Date& day, const Holidays& holidays);
// The working day that comes `count` working days after `day`; `day` itself, or the first working
// day after it, for 0.
Date working_days_after(const Date& day, int count, const Holidays& holidays);

}  // namespace veerpont::rules
