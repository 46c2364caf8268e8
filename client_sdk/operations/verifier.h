// Verifies the organisation's log on a connection of its own, one at a time: it may take long, and
// nothing else waits for it.
#pragma once

#include <memory>
#include <mutex>

#include "client_sdk/log/verify_log.h"

namespace veerpont::sdk {

class Verifier {
 public:
  // `home`: one that nothing else uses.
  explicit Verifier(std::shared_ptr<OpenHome> home) : home_(std::move(home)) {}

  Result<LogReport> run(bool full) {
    const std::lock_guard lock(mutex_);
    if (!home_->dossier) home_ = home_->beside();
    return verify_log(*home_, full);
  }

 private:
  std::mutex mutex_;  // guards home_
  std::shared_ptr<OpenHome> home_;
};

}  // namespace veerpont::sdk
