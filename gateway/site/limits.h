// How much one session may ask at once, and how often a refusal is written down.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "base/time.h"

namespace veerpont::gateway {

class Limits {
 public:
  // Of the gateway's 16 threads: one person with long questions leaves most of them to the others.
  static constexpr int kAtOnce = 3;
  static constexpr auto kOnceIn = std::chrono::hours(1);

  // False when the session has kAtOnce requests running. Each true is followed by leave().
  bool enter(const std::string& token) {
    const Lock lock(mutex_);
    int& running = running_[token];
    if (running >= kAtOnce) return false;
    ++running;
    return true;
  }
  void leave(const std::string& token) {
    const Lock lock(mutex_);
    const auto found = running_.find(token);
    if (found != running_.end() && --found->second <= 0) running_.erase(found);
  }

  // Whether this person's refusal of this operation is to be written down: the first in an hour, so
  // that nobody fills the access log by asking again and again.
  bool tells(const std::string& person, const std::string& operation, Time now) {
    const Lock lock(mutex_);
    const auto [found, fresh] = told_.try_emplace({person, operation}, now);
    // A clock that was set back writes one more.
    if (!fresh && now >= found->second && now - found->second < kOnceIn) return false;
    found->second = now;
    return true;
  }

 private:
  Mutex mutex_;
  std::map<std::string, int> running_ VEERPONT_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, std::string>, Time> told_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::gateway
