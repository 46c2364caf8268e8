#include "broker/log/commit_queue.h"

#include <gtest/gtest.h>

namespace veerpont::broker {
namespace {

TEST(CommitQueueTest, PutsAWithdrawalBeforeAllThatWaits) {
  CommitQueue<int> queue;
  for (int i = 0; i < 10; ++i) queue.push(i, "a", false);
  queue.push(99, "b", true);
  EXPECT_EQ(queue.take(4), (std::vector<int>{99, 0, 1, 2}));
}

TEST(CommitQueueTest, LeavesHalfOfABatchToOthersDuringAFloodOfWithdrawals) {
  CommitQueue<int> queue;
  for (int i = 0; i < 100; ++i) queue.push(100 + i, "a", true);
  queue.push(1, "b", false);
  queue.push(2, "b", false);
  EXPECT_EQ(queue.take(4), (std::vector<int>{100, 101, 1, 2}));
  EXPECT_EQ(queue.take(4), (std::vector<int>{102, 103, 104, 105})) << "nobody else waits";
  EXPECT_FALSE(queue.empty());
}

TEST(CommitQueueTest, TakesOrganisationsInTurn) {
  CommitQueue<int> queue;
  for (int i = 0; i < 1000; ++i) queue.push(i, "flooding", false);
  queue.push(1'000'001, "b", false);
  queue.push(1'000'002, "b", false);
  queue.push(2'000'001, "", false);
  EXPECT_EQ(queue.take(6), (std::vector<int>{0, 1'000'001, 2'000'001, 1, 1'000'002, 2}));
  EXPECT_EQ(queue.take(2), (std::vector<int>{3, 4}));
}

}  // namespace
}  // namespace veerpont::broker
