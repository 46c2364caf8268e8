// What waits for the committer. Withdrawals go first, and never take more than half of a batch from the others: whoever floods
// with them delays nobody for long.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace veerpont::broker {

template <class Job>
class CommitQueue {
 public:
  void push(Job job, bool withdraws) { (withdraws ? withdrawals_ : others_).push_back(std::move(job)); }
  bool empty() const { return withdrawals_.empty() && others_.empty(); }

  // The next batch, at most `most`.
  std::vector<Job> take(std::size_t most) {
    std::vector<Job> batch;
    move(withdrawals_, others_.empty() ? most : (most + 1) / 2, batch);
    move(others_, most, batch);
    move(withdrawals_, most, batch);
    return batch;
  }

 private:
  static void move(std::deque<Job>& from, std::size_t most, std::vector<Job>& to) {
    for (; to.size() < most && !from.empty(); from.pop_front()) to.push_back(std::move(from.front()));
  }
  std::deque<Job> withdrawals_;
  std::deque<Job> others_;
};

}  // namespace veerpont::broker
