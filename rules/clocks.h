// By when somebody must act. docs/domain.md, "Clocks". Pure: the time, the step and the calendar of
// who must act, in.
#pragma once

#include <optional>

#include "base/time.h"
#include "rules/opening_hours.h"
#include "schemas/codes.h"

namespace veerpont::rules {

// Whose answer is awaited: when somebody is there.
struct Calendar {
  const Holidays& holidays;
  OpeningHours hours = OpeningHours::office();
};

// By when the next actor must act after `step`: hours in a crisis, from when somebody can read;
// whole working days until closing time otherwise. `named`: the day that the step itself names
// (hand-over, end of a pause). Nothing for a step that starts no clock. Never longer ahead than
// limits::respond_by_ahead.
std::optional<Time> respond_by(Step step, Urgency urgency, Time now, const Calendar& calendar,
                               std::optional<Date> named = {});

}  // namespace veerpont::rules
