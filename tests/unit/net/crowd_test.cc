// Strangers fill the room for strangers, and no more.
#include "net/crowd.h"

#include <gtest/gtest.h>

#include <vector>

namespace veerpont::net {
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

// Of a hundred who come while everybody is young, a hundred get in, and somebody who stays for ten
// others mostly stays.
TEST(CrowdTest, LetsChanceDecideWhileAllAreYoung) {
  int stayed = 0;
  for (int round = 0; round < 100; ++round) {
    Crowd crowd(64, 64, 1s);
    std::vector<std::optional<Crowd::Place>> places;
    for (int i = 0; i < 64; ++i)
      places.push_back(crowd.enter(
          "a", [] {}, kStart));
    bool hung_up = false;
    places.push_back(crowd.enter(
        "b", [&] { hung_up = true; }, kStart));
    ASSERT_TRUE(places.back()) << "nobody is kept out";
    for (int i = 0; i < 10; ++i)
      places.push_back(crowd.enter(
          "a", [] {}, kStart));
    EXPECT_EQ(crowd.strangers(), 64u);
    stayed += hung_up ? 0 : 1;
  }
  EXPECT_GT(stayed, 50);
}

TEST(CrowdTest, OneKeyTakesASmallPartOfTheRoomForMembers) {
  Crowd crowd(64, 64, 1s);
  std::vector<std::optional<Crowd::Place>> places;
  const auto shows = [&](const std::string& key) {
    places.push_back(crowd.enter(
        "a", [] {}, kStart));
    return places.back()->show(key);
  };
  for (std::size_t i = 0; i < Crowd::kMostOfOneKey; ++i) EXPECT_TRUE(shows("one"));
  EXPECT_FALSE(shows("one"));
  EXPECT_TRUE(shows("another"));
  places.front().reset();
  EXPECT_TRUE(shows("one")) << "when one of its own has gone";
}

TEST(CrowdTest, LeavesWhoeverShowedACertificateAlone) {
  Crowd crowd(1, 1, 0s);
  bool hung_up = false;
  auto member = crowd.enter(
      "a", [&] { hung_up = true; }, kStart);
  ASSERT_TRUE(member);
  EXPECT_TRUE(member->show("one"));
  auto stranger = crowd.enter(
      "a", [] {}, kStart + 1h);
  EXPECT_TRUE(stranger);
  EXPECT_FALSE(hung_up);
  EXPECT_FALSE(stranger->show("another")) << "that room is full too";
  member.reset();
  EXPECT_TRUE(stranger->show("another"));
}

}  // namespace
}  // namespace veerpont::net
