// Two clocks never agree: how much they may differ, in one place. For every comparison of a
// participant's time with the broker's, at gate, SDK and verifiers alike; never for the end of a
// grant or of a message.
#pragma once

#include "base/limits.h"
#include "base/time.h"

namespace veerpont::rules {

// Whether what begins, was made or was issued at `begin` lies not in the future of a clock that
// shows `now`.
inline bool has_begun(Time begin, Time now) { return begin <= now + limits::clock_tolerance; }

// Whether a key with the window [from, until) may sign at `now`.
inline bool window_holds(Time from, Time until, Time now) {
  return has_begun(from, now) && now < until + limits::clock_tolerance;
}

// Whether a machine's clock agrees with the broker's so far that something may be made by it that
// lasts: keys, statements, messages, deadlines. Neither may lie before what the log has proven.
inline bool is_confirmed(Time local, Time brokers, Time newest_event) {
  const auto apart = local < brokers ? brokers - local : local - brokers;
  return apart <= limits::confirmed_clock && has_begun(newest_event, local) &&
         has_begun(newest_event, brokers);
}

}  // namespace veerpont::rules
