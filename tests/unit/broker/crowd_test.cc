// Strangers fill the room for strangers, and no more.
#include "broker/crowd.h"

#include <gtest/gtest.h>

#include <vector>

namespace veerpont::broker {
namespace {

using namespace std::chrono_literals;

const Crowd::Moment kStart{};

TEST(CrowdTest, CountsNeighboursAsOne) {
  const auto block = [](const char* text) { return block_of(boost::asio::ip::make_address(text)); };
  EXPECT_EQ(block("192.0.2.1"), block("192.0.2.200"));
  EXPECT_NE(block("192.0.2.1"), block("192.0.3.1"));
  EXPECT_EQ(block("2001:db8::1"), block("2001:db8::ffff:1"));
  EXPECT_NE(block("2001:db8::1"), block("2001:db8:0:1::1"));
  EXPECT_EQ(block("::ffff:192.0.2.1"), block("192.0.2.9"));
}

TEST(CrowdTest, SendsTheOldestStrangerAwayWhenItIsFull) {
  Crowd crowd(3, 2, 1s);
  std::vector<int> gone;
  std::vector<std::optional<Crowd::Place>> places;
  const auto enter = [&](const char* block, Crowd::Moment now) {
    places.push_back(crowd.enter(
        block, [&gone, number = static_cast<int>(places.size())] { gone.push_back(number); }, now));
    return places.back().has_value();
  };
  EXPECT_TRUE(enter("a", kStart));
  EXPECT_TRUE(enter("a", kStart));
  EXPECT_FALSE(enter("a", kStart + 500ms)) << "they may be about to show a certificate";
  EXPECT_TRUE(enter("b", kStart + 500ms));
  EXPECT_TRUE(enter("a", kStart + 2s)) << "the oldest of its own block goes";
  EXPECT_EQ(gone, std::vector<int>{0});
  EXPECT_TRUE(enter("c", kStart + 2s)) << "the oldest of all goes";
  EXPECT_EQ(gone, (std::vector<int>{0, 1}));
  EXPECT_EQ(crowd.strangers(), 3u);
  for (auto& place : places) place.reset();
  EXPECT_EQ(crowd.strangers(), 0u);
  EXPECT_TRUE(enter("a", kStart + 2s));
}

TEST(CrowdTest, LeavesWhoeverShowedACertificateAlone) {
  Crowd crowd(1, 1, 0s);
  bool hung_up = false;
  auto member = crowd.enter(
      "a", [&] { hung_up = true; }, kStart);
  ASSERT_TRUE(member);
  EXPECT_TRUE(member->show());
  auto stranger = crowd.enter(
      "a", [] {}, kStart + 1h);
  EXPECT_TRUE(stranger);
  EXPECT_FALSE(hung_up);
  EXPECT_FALSE(stranger->show()) << "that room is full too";
  member.reset();
  EXPECT_TRUE(stranger->show());
}

}  // namespace
}  // namespace veerpont::broker
