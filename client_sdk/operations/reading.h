// Shows content that is here, on a home and a connection of its own: it waits for no network and
// for no other call, but writes the access log.
#pragma once

#include <memory>

#include "base/mutex.h"
#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

class Reading {
 public:
  // `home`: one that nothing else uses.
  explicit Reading(std::shared_ptr<OpenHome> home) : home_(std::move(home)) {}

  template <class Show>
  auto with(Show show) {
    const Lock lock(mutex_);
    if (!context_)
      context_ = std::make_unique<Context>(home_->beside(), [](Deadline) {
        return Result<std::unique_ptr<Transport>>(
            Refusal{RefusalCode::broker_unreachable, "reading needs no broker"});
      });
    return show(*context_);
  }
  // The keys of this home from now on.
  void use(std::shared_ptr<OpenHome> home) {
    const Lock lock(mutex_);
    home_ = std::move(home);
    context_.reset();
  }

 private:
  Mutex mutex_;
  std::shared_ptr<OpenHome> home_ VEERPONT_GUARDED_BY(mutex_);
  std::unique_ptr<Context> context_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::sdk
