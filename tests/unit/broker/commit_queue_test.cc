#include "broker/commit_queue.h"

#include <gtest/gtest.h>

namespace veerpont::broker {
namespace {

TEST(CommitQueueTest, PutsAWithdrawalBeforeAllThatWaits) {
  CommitQueue<int> queue;
  for (int i = 0; i < 10; ++i) queue.push(i, false);
  queue.push(99, true);
  EXPECT_EQ(queue.take(4), (std::vector<int>{99, 0, 1, 2}));
}

TEST(CommitQueueTest, LeavesHalfOfABatchToOthersDuringAFloodOfWithdrawals) {
  CommitQueue<int> queue;
  for (int i = 0; i < 100; ++i) queue.push(100 + i, true);
  queue.push(1, false);
  queue.push(2, false);
  EXPECT_EQ(queue.take(4), (std::vector<int>{100, 101, 1, 2}));
  EXPECT_EQ(queue.take(4), (std::vector<int>{102, 103, 104, 105})) << "nobody else waits";
  EXPECT_FALSE(queue.empty());
}

}  // namespace
}  // namespace veerpont::broker
