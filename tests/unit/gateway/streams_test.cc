// Who waits to hear that something changed: bounded, and silent after the end of a session.
#include "gateway/site/streams.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace veerpont::gateway {
namespace {

struct Heard {
  std::vector<std::string> events;
  bool closed = false;
};

std::pair<std::shared_ptr<Heard>, net::FrameLink> listener() {
  auto heard = std::make_shared<Heard>();
  return {heard,
          {[heard](std::vector<std::string> events) {
             if (!heard->closed)
               heard->events.insert(heard->events.end(), events.begin(), events.end());
           },
           [heard] { heard->closed = true; }}};
}

TEST(Streams, TellTheNumberAtOnceAndWhenItIsAnotherOne) {
  Streams streams;
  auto [heard, link] = listener();
  streams.add("one", link, 4);
  streams.tell(5);
  EXPECT_EQ(heard->events, (std::vector<std::string>{"data: 4\n\n", "data: 5\n\n"}));
  streams.end("another");
  EXPECT_FALSE(heard->closed);
  streams.end("one");
  EXPECT_TRUE(heard->closed);
  streams.tell(6);
  EXPECT_EQ(heard->events.size(), 2u);
}

TEST(Streams, OneSessionHasFewAndAllTogetherHaveAnEnd) {
  Streams streams;
  auto [first, link] = listener();
  streams.add("one", link, 0);
  for (std::size_t i = 0; i < Streams::kMostOfOne; ++i) streams.add("one", listener().second, 0);
  EXPECT_TRUE(first->closed) << "the oldest makes room";
  for (std::size_t i = Streams::kMostOfOne; i < Streams::kMost; ++i)
    streams.add("session " + std::to_string(i), listener().second, 0);
  auto [late, too_many] = listener();
  streams.add("late", too_many, 7);
  EXPECT_TRUE(late->closed);
  // Those that the network ended long ago are forgotten.
  auto [again, room] = listener();
  streams.add("again", room, 8, Streams::Clock::now() + 2 * Streams::kLives);
  EXPECT_FALSE(again->closed);
}

}  // namespace
}  // namespace veerpont::gateway
