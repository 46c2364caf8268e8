// By when somebody must act. docs/domain.md, "Clocks". Pure: the time, the step and the calendar in.
#pragma once

#include <optional>

#include "schemas/codes.h"
#include "schemas/rules/working_days.h"
#include "schemas/time.h"

namespace veerpont::rules {

// When a working day ends, and begins, for who must answer: Europe/Amsterdam.
inline constexpr std::chrono::hours kOpens{9};
inline constexpr std::chrono::hours kCloses{17};

// Whether somebody is there to read it now.
bool is_open_at(Time now, const Holidays& holidays);
// The first moment from `now` on at which somebody is there.
Time opens_after(Time now, const Holidays& holidays);

// By when the next actor must act after `step`: hours in a crisis, whole working days until closing time otherwise. `named`: the
// day that the step itself names (hand-over, end of a pause). Nothing for a step that starts no clock. Never longer ahead
// than limits::respond_by_ahead.
std::optional<Time> respond_by(Step step, Urgency urgency, Time now, const Holidays& holidays, std::optional<Date> named = {});

}  // namespace veerpont::rules
