// Keeps a long-lived client up to date: one thread that fetches what is new and passes on what
// waits, and says when something changed. It holds the connection only while it works; while it
// waits, others use it.
#pragma once

#include <functional>
#include <optional>
#include <thread>

#include "base/mutex.h"
#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

class Sync {
 public:
  // The context must outlive it.
  explicit Sync(Context& context);
  ~Sync();
  Sync(const Sync&) = delete;
  Sync& operator=(const Sync&) = delete;

  // Begins, once; later calls do nothing.
  void start();
  // What was seen so far: how many rounds ended, and in how many of them something changed.
  struct Seen {
    std::uint64_t rounds = 0;
    std::uint64_t changes = 0;
  };
  Seen seen();
  // Waits for a round that ends after `before`; whether one did.
  bool wait_past(Seen before, Deadline deadline);
  // Why the newest round failed; nothing when it did not.
  std::optional<Refusal> fault();
  // Readable once something changed, until acknowledge(). Belongs to the Sync.
  int descriptor() const { return changed_; }
  void acknowledge() const;
  // Called on the Sync's thread, after each change.
  void on_change(std::function<void()> tell);
  // Work for it came up: it does not wait any longer.
  void wake() const;

 private:
  void run();
  void wait(int connection, bool failed);

  Context& context_;
  int changed_;  // event descriptors (eventfd)
  int woken_;
  Mutex mutex_;
  Condition round_;
  Seen seen_ VEERPONT_GUARDED_BY(mutex_);
  std::optional<Refusal> fault_ VEERPONT_GUARDED_BY(mutex_);
  std::function<void()> tell_ VEERPONT_GUARDED_BY(mutex_);
  bool stopping_ VEERPONT_GUARDED_BY(mutex_) = false;
  std::thread thread_;                  // begun under the mutex, and joined when this ends
  std::chrono::milliseconds pause_{0};  // of the thread alone
};

}  // namespace veerpont::sdk
