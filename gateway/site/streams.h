// The pages that wait to hear that something changed. Safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "base/mutex.h"
#include "net/frames.h"

namespace veerpont::gateway {

class Streams {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kMostOfOne = 6;             // of one session; the oldest makes room
  static constexpr std::size_t kMost = 2'000;              // of all
  static constexpr auto kLives = std::chrono::minutes(6);  // the network ends each before

  // `changes`: what is told at once. Closed when there are too many of others.
  void add(const std::string& session, net::FrameLink link, std::uint64_t changes,
           Clock::time_point now = Clock::now()) {
    const Lock lock(mutex_);
    if (ended_) return link.close();
    forget_before(now - kLives);
    link.send({event(changes)});
    std::deque<Stream>& own = of_[session];
    if (own.size() >= kMostOfOne) {
      own.front().link.close();
      own.pop_front();
      --count_;
    }
    if (count_ >= kMost) return link.close();
    own.push_back({std::move(link), now});
    ++count_;
  }
  void tell(std::uint64_t changes) {
    const Lock lock(mutex_);
    for (auto& [session, own] : of_)
      for (Stream& stream : own) stream.link.send({event(changes)});
  }
  // The gateway stops: nobody is told any more, and nothing of the network is held.
  void end_all() {
    const Lock lock(mutex_);
    ended_ = true;
    of_.clear();
    count_ = 0;
  }
  // A locked screen and a session that ended hear nothing any more.
  void end(const std::string& session) {
    const Lock lock(mutex_);
    const auto found = of_.find(session);
    if (found == of_.end()) return;
    for (Stream& stream : found->second) stream.link.close();
    count_ -= found->second.size();
    of_.erase(found);
  }

 private:
  struct Stream {
    net::FrameLink link;
    Clock::time_point since;
  };
  static std::string event(std::uint64_t changes) {
    return "data: " + std::to_string(changes) + "\n\n";
  }
  void forget_before(Clock::time_point when) VEERPONT_REQUIRES(mutex_) {
    for (auto at = of_.begin(); at != of_.end();) {
      count_ -=
          std::erase_if(at->second, [&](const Stream& stream) { return stream.since < when; });
      at = at->second.empty() ? of_.erase(at) : std::next(at);
    }
  }
  Mutex mutex_;
  std::map<std::string, std::deque<Stream>> of_ VEERPONT_GUARDED_BY(mutex_);
  std::size_t count_ VEERPONT_GUARDED_BY(mutex_) = 0;
  bool ended_ VEERPONT_GUARDED_BY(mutex_) = false;
};

}  // namespace veerpont::gateway
