#include "client_sdk/operations/readers.h"

namespace veerpont::sdk {

std::unique_ptr<Context> Readers::take(const OpenHome*& made_from) {
  const Lock lock(mutex_);
  while (idle_.empty() && made_ >= kMost) free_.wait(mutex_);
  made_from = home_.get();
  if (!idle_.empty()) {
    auto context = std::move(idle_.back());
    idle_.pop_back();
    return context;
  }
  auto own = home_->beside();
  own->dossier->only_read();
  ++made_;
  return std::make_unique<Context>(std::move(own), [](Deadline) {
    return Result<std::unique_ptr<Transport>>(
        Refusal{RefusalCode::broker_unreachable, "reading needs no broker"});
  });
}

void Readers::give_back(std::unique_ptr<Context> context, const OpenHome* made_from) {
  {
    const Lock lock(mutex_);
    if (made_from == home_.get())
      idle_.push_back(std::move(context));
    else
      --made_;
  }
  free_.notify_one();
}

void Readers::use(std::shared_ptr<OpenHome> home) {
  const Lock lock(mutex_);
  made_ -= idle_.size();
  idle_.clear();
  home_ = std::move(home);
}

}  // namespace veerpont::sdk
