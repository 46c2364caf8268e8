// A mutex, a lock and a condition that say what they guard, and that clang checks
// (-Wthread-safety): a member marked VEERPONT_GUARDED_BY is touched under its mutex alone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define VEERPONT_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define VEERPONT_THREAD_ATTRIBUTE(x)
#endif
#define VEERPONT_GUARDED_BY(mutex) VEERPONT_THREAD_ATTRIBUTE(guarded_by(mutex))
// The caller holds it.
#define VEERPONT_REQUIRES(mutex) VEERPONT_THREAD_ATTRIBUTE(requires_capability(mutex))

namespace veerpont {

class VEERPONT_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  void lock() VEERPONT_THREAD_ATTRIBUTE(acquire_capability()) { inner_.lock(); }
  void unlock() VEERPONT_THREAD_ATTRIBUTE(release_capability()) { inner_.unlock(); }

 private:
  std::mutex inner_;
};

// Holds the mutex as long as it lives.
class VEERPONT_THREAD_ATTRIBUTE(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) VEERPONT_THREAD_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~Lock() VEERPONT_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits with the mutex held by the caller; woken without a reason too, so always in a loop.
class Condition {
 public:
  void wait(Mutex& mutex) VEERPONT_REQUIRES(mutex) { inner_.wait(mutex); }
  // False when the time is over.
  bool wait_until(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      VEERPONT_REQUIRES(mutex) {
    return inner_.wait_until(mutex, deadline) == std::cv_status::no_timeout;
  }
  void notify_one() { inner_.notify_one(); }
  void notify_all() { inner_.notify_all(); }

 private:
  std::condition_variable_any inner_;
};

}  // namespace veerpont
