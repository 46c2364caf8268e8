// Verifies the organisation's log on a connection of its own, one at a time: it may take long, and
// nothing else waits for it.
#pragma once

#include <memory>

#include "base/mutex.h"
#include "client_sdk/log/verify_access_log.h"
#include "client_sdk/log/verify_log.h"

namespace veerpont::sdk {

class Verifier {
 public:
  // `home`: one that nothing else uses.
  explicit Verifier(std::shared_ptr<OpenHome> home) : home_(std::move(home)) {}

  Result<LogReport> run(bool full) {
    const Lock lock(mutex_);
    if (!home_->dossier) home_ = home_->beside();
    auto log = verify_log(*home_, full);
    if (!log) return log;
    const auto accesses = verify_access_log(*home_, SystemClock().now(), full);
    if (!accesses) return accesses.refusal();
    log->accesses = accesses->entries;
    log->anchored = accesses->anchored;
    log->anchored_at = accesses->anchored_at;
    return log;
  }

 private:
  Mutex mutex_;
  std::shared_ptr<OpenHome> home_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::sdk
