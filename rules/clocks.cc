#include "rules/clocks.h"

#include <algorithm>

#include "base/limits.h"

namespace veerpont::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;

// What a step asks for, by urgency: hours, or else working days. A question about a file is no
// crisis.
struct Clock {
  int crisis_hours;
  int spoed_days;
  int regulier_days;
};

std::optional<Clock> clock_of(Step step) {
  switch (step) {
    case Step::refer:
    case Step::provide_info:
      return Clock{2, 1, 2};
    case Step::request_info:
      return Clock{24, 3, 3};
    case Step::accept:
      return Clock{24, 3, 5};
    case Step::access_requested:
      return Clock{0, 5, 5};
    default:
      return std::nullopt;
  }
}

// A word every month on a waiting list and during a pause, an update every three months of help.
std::optional<int> calendar_days_of(Step step) {
  switch (step) {
    case Step::waitlist:
    case Step::pause:
      return 31;
    case Step::plan_handover:
      return 14;
    case Step::start:
    case Step::resume:
      return 92;
    default:
      return std::nullopt;
  }
}

Date day_after(const Date& day, int count) {
  return Date(std::chrono::sys_days(day) + days(count));
}

Time by(Step step, Urgency urgency, Time now, const Calendar& calendar, std::optional<Date> named) {
  const auto closing = [&](const Date& day) {
    return calendar.hours.closing(day, calendar.holidays);
  };
  const Date today = amsterdam_date(now);
  if (named && closing(*named) > now) return closing(*named);
  if (const auto count = calendar_days_of(step)) return closing(day_after(today, *count));
  const Clock clock = *clock_of(step);
  // What comes after closing time begins to count when somebody is there again; in a crisis the
  // call is what counts until then.
  const Time opens = calendar.hours.next_open(now, calendar.holidays);
  if (urgency == Urgency::crisis && clock.crisis_hours > 0)
    return opens + hours(clock.crisis_hours);
  const Date from = amsterdam_date(opens);
  return closing(working_days_after(
      from, urgency == Urgency::spoed ? clock.spoed_days : clock.regulier_days, calendar.holidays));
}

}  // namespace

std::optional<Time> respond_by(Step step, Urgency urgency, Time now, const Calendar& calendar,
                               std::optional<Date> named) {
  if (!clock_of(step) && !calendar_days_of(step)) return std::nullopt;
  return std::min(by(step, urgency, now, calendar, named),
                  now + Time::duration(limits::respond_by_ahead));
}

}  // namespace veerpont::rules
