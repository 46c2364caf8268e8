// What waits for the committer. Withdrawals go first, and never take more than half of a batch from
// the others. Among the others organisations take turns, so that who sends much delays nobody else.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace veerpont::broker {

template <class Job>
class CommitQueue {
 public:
  // `org`: whose it is; the operator's is nobody's.
  void push(Job job, const std::string& org, bool withdraws) {
    if (withdraws) return withdrawals_.push_back(std::move(job));
    auto& own = others_[org];
    if (own.empty()) turns_.push_back(org);
    own.push_back(std::move(job));
    ++waiting_;
  }
  bool empty() const { return withdrawals_.empty() && waiting_ == 0; }

  // The next batch, at most `most`.
  std::vector<Job> take(std::size_t most) {
    std::vector<Job> batch;
    take_withdrawals(waiting_ == 0 ? most : (most + 1) / 2, batch);
    while (batch.size() < most && waiting_ > 0) take_turn(batch);
    take_withdrawals(most, batch);
    return batch;
  }

 private:
  void take_withdrawals(std::size_t most, std::vector<Job>& to) {
    for (; to.size() < most && !withdrawals_.empty(); withdrawals_.pop_front())
      to.push_back(std::move(withdrawals_.front()));
  }
  // One of whose turn it is.
  void take_turn(std::vector<Job>& to) {
    const auto own = others_.find(turns_.front());
    turns_.pop_front();
    to.push_back(std::move(own->second.front()));
    own->second.pop_front();
    --waiting_;
    if (own->second.empty())
      others_.erase(own);
    else
      turns_.push_back(own->first);
  }

  std::deque<Job> withdrawals_;
  std::map<std::string, std::deque<Job>> others_;
  std::deque<std::string> turns_;  // those who have something in others_, each once
  std::size_t waiting_ = 0;        // in others_
};

}  // namespace veerpont::broker
