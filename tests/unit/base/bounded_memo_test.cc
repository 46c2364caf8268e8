#include "base/bounded_memo.h"

#include <gtest/gtest.h>

namespace veerpont {
namespace {

TEST(BoundedMemo, MakesOnceAndNeverHoldsMoreThanItsBound) {
  BoundedMemo<int, int> squares(3);
  int made = 0;
  const auto square = [&](int n) {
    return squares.get(n, [&] {
      ++made;
      return std::optional(n * n);
    });
  };
  for (int times = 0; times < 2; ++times)
    for (int n = 1; n <= 3; ++n) EXPECT_EQ(*square(n), n * n);
  EXPECT_EQ(made, 3);
  EXPECT_EQ(*square(4), 16);
  EXPECT_EQ(squares.size(), 1u);
  for (int n = 0; n < 100; ++n) {
    square(n);
    EXPECT_LE(squares.size(), 3u);
  }
}

TEST(BoundedMemo, DoesNotRememberThatThereWasNothing) {
  BoundedMemo<int, int> memo(3);
  EXPECT_EQ(memo.get(1, [] { return std::optional<int>(); }), nullptr);
  EXPECT_EQ(*memo.get(1, [] { return std::optional(7); }), 7);
}

}  // namespace
}  // namespace veerpont
