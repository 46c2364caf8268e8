#include "rules/lateness.h"

#include "rules/working_days.h"

namespace veerpont::rules {
namespace {

constexpr auto kInHours = std::chrono::hours(48);

// Working days after `from`, up to and with `to`.
int working_days_between(const Date& from, const Date& to) {
  int count = 0;
  for (auto day = std::chrono::sys_days(from) + std::chrono::days(1);
       day <= std::chrono::sys_days(to); day += std::chrono::days(1))
    if (is_working_day(Date(day), Holidays::dutch())) ++count;
  return count;
}

std::string said(const std::string& amount, bool late, Language language) {
  if (language == Language::dutch) return late ? amount + " te laat" : "nog " + amount;
  return late ? amount + " late" : amount + " left";
}

std::string of_days(int count, bool late, Language language) {
  const bool dutch = language == Language::dutch;
  const std::string one = dutch ? " werkdag" : " working day";
  const std::string more = dutch ? " werkdagen" : " working days";
  return said(std::to_string(count) + (count == 1 ? one : more), late, language);
}

}  // namespace

std::string time_left(Time due, Time now, Language language) {
  const bool late = due <= now;
  const auto apart = late ? now - due : due - now;
  const bool dutch = language == Language::dutch;
  if (apart < std::chrono::hours(1))
    return said(dutch ? "minder dan een uur" : "less than an hour", late, language);
  if (apart < kInHours) {
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(apart).count();
    return said(std::to_string(hours) + (dutch        ? " uur"
                                         : hours == 1 ? " hour"
                                                      : " hours"),
                late, language);
  }
  return time_left(amsterdam_date(due), amsterdam_date(now), language);
}

std::string time_left(const Date& due, const Date& today, Language language) {
  const bool dutch = language == Language::dutch;
  if (due == today) return dutch ? "vandaag" : "today";
  const bool late = due < today;
  const int count = late ? working_days_between(due, today) : working_days_between(today, due);
  if (count > 0) return of_days(count, late, language);
  return said(dutch ? "minder dan een werkdag" : "less than a working day", late, language);
}

}  // namespace veerpont::rules
