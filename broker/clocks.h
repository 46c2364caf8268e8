// When the clock may be believed for what cannot be undone. Refusals always follow the clock; only the sweeps that
// destroy wait when it jumped. docs/protocol.md, "Time".
#pragma once

#include <atomic>
#include <chrono>

#include "schemas/time.h"

namespace veerpont::broker {

class ClockGuard {
 public:
  // `last_event`: the newest time in the log when the process started.
  ClockGuard(const Clock& clock, Time last_event);
  // More than a day ahead of the last believed time plus the time this process has run.
  bool jumped() const;
  // The operator agrees with the clock as it stands.
  void accept();

 private:
  const Clock& clock_;
  std::atomic<std::int64_t> believed_ms_;
  std::atomic<std::int64_t> since_ns_;
};

}  // namespace veerpont::broker
