// Contexts that only read, each on a connection of its own and with no session: reading waits for
// nobody's network and for nobody's write.
#pragma once

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

class Readers {
 public:
  static constexpr std::size_t kMost = 4;

  // `home`: one that nothing else uses.
  explicit Readers(std::shared_ptr<OpenHome> home) : home_(std::move(home)) {}

  // Runs `read(context)` on one that is free; waits while all of them are in use.
  template <class Read>
  auto with(Read read) {
    const Lease lease(*this);
    return read(*lease.context);
  }
  // The keys of this home from now on; what is being read goes on with the ones before.
  void use(std::shared_ptr<OpenHome> home);

 private:
  struct Lease {
    explicit Lease(Readers& owner) : readers(owner), context(owner.take(made_from)) {}
    ~Lease() { readers.give_back(std::move(context), made_from); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Readers& readers;
    const OpenHome* made_from = nullptr;
    std::unique_ptr<Context> context;
  };
  std::unique_ptr<Context> take(const OpenHome*& made_from);
  void give_back(std::unique_ptr<Context> context, const OpenHome* made_from);

  Mutex mutex_;
  Condition free_;
  std::shared_ptr<OpenHome> home_ VEERPONT_GUARDED_BY(mutex_);  // only copied from
  std::vector<std::unique_ptr<Context>> idle_ VEERPONT_GUARDED_BY(mutex_);
  std::size_t made_ VEERPONT_GUARDED_BY(mutex_) = 0;
};

}  // namespace veerpont::sdk
