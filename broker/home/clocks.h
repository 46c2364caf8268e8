// When the clock may be believed for what cannot be undone. Refusals always follow the clock; when
// it jumped, the sweeps that destroy wait, and the log's times do not follow it. docs/protocol.md,
// "Time".
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "base/time.h"

namespace veerpont::broker {

class ClockGuard {
 public:
  // `mark`: the file in which the newest believed time stands; `last_event`: the newest time in the
  // log, believed where there is no mark yet.
  ClockGuard(const Clock& clock, std::string mark, Time last_event);
  // More than a day ahead of the last believed time plus the time this process has run.
  bool jumped() const;
  // The operator agrees with the clock as it stands.
  void accept();
  // Writes the mark, at most once an hour; not while the clock jumped.
  void keep_mark();
  // Which time the log gives to what happens now: while the clock jumped, only as far as this
  // process believes it.
  Time dated() const;

 private:
  Time believed() const;
  void write_mark(Time now);

  const Clock& clock_;
  std::string mark_;
  std::atomic<std::int64_t> marked_ms_;
  std::atomic<std::int64_t> believed_ms_;
  std::atomic<std::int64_t> since_ns_;
};

}  // namespace veerpont::broker
