// Reads in turn: at most so many at once, one of each organisation, and next is who has used least
// time so far. Who asks much waits for the others; nobody is refused.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>

#include "base/ids.h"
#include "base/mutex.h"

namespace veerpont::broker {

class ReadLane {
 public:
  using Seconds = std::chrono::duration<double>;
  // What a read calls when it has ended, with the time that it took.
  using Ended = std::function<void(Seconds)>;
  using Read = std::function<void(Ended)>;

  explicit ReadLane(std::size_t at_once) : at_once_(at_once) {}
  // Begins `read` here when it is its turn, else later, from the thread on which another one ends.
  // `read` must not block: it posts its work elsewhere, and calls Ended exactly once.
  void run(const OrgId& org, Read read);

 private:
  struct Queue {
    std::deque<Read> waiting;
    Seconds used{0};
    bool reads = false;
  };
  // Those whose turn it is, marked as reading.
  std::deque<std::pair<OrgId, Read>> next() VEERPONT_REQUIRES(mutex_);
  void begin(std::deque<std::pair<OrgId, Read>> reads);
  void ended(const OrgId& org, Seconds took);

  std::size_t at_once_;
  Mutex mutex_;
  std::map<OrgId, Queue> queues_ VEERPONT_GUARDED_BY(mutex_);  // of those who read or wait
  std::size_t reading_ VEERPONT_GUARDED_BY(mutex_) = 0;
  // What the newest one to begin had used: who comes anew begins there.
  Seconds latest_ VEERPONT_GUARDED_BY(mutex_){0};
};

}  // namespace veerpont::broker
