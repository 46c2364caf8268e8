// What the dossier keeps of messages on their way and of sharing that stopped.
#include "client_sdk/dossier/dossier.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "crypto/random.h"

namespace veerpont::sdk {
namespace {

class DossierTest : public testing::Test {
 protected:
  using State = OutboxRow::State;
  std::string path = testing::TempDir() + "dossier-" + std::to_string(::getpid()) + ".db";
  std::unique_ptr<Dossier> dossier;
  DossierTest() {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    dossier = std::make_unique<Dossier>(path, crypto::random_key());
  }
  MessageId puts(State state = State::pending) {
    const auto id = crypto::random_id<MessageId>();
    OutboxRow row{id,
                  referral,
                  crypto::random_id<GrantId>(),
                  Step::update,
                  words,
                  crypto::SecretBytes::copy("submit"),
                  crypto::SecretBytes::copy("document"),
                  state,
                  {}};
    row.expires = SystemClock().now();
    EXPECT_TRUE(dossier->outbox.put(row));
    return id;
  }
  State state_of(const MessageId& message) const { return dossier->outbox.find(message)->state; }
  MessageId replaces(const MessageId& old) {
    const auto id = crypto::random_id<MessageId>();
    OutboxRow row{id,
                  referral,
                  crypto::random_id<GrantId>(),
                  Step::update,
                  words,
                  crypto::SecretBytes::copy("submit"),
                  crypto::SecretBytes::copy("document"),
                  State::pending,
                  {}};
    EXPECT_TRUE(dossier->outbox.replace(old, row));
    EXPECT_EQ(state_of(old), State::replaced);
    return id;
  }
  ReferralId referral = crypto::random_id<ReferralId>();
  crypto::Hash words = crypto::sha256("words");
};

TEST_F(DossierTest, WhatWasSentStaysSent) {
  const MessageId message = puts();
  dossier->outbox.settle(message, State::done, LogIndex{7});
  for (const State slower : {State::perhaps, State::dropped, State::refused})
    dossier->outbox.settle(message, slower, {});
  EXPECT_EQ(state_of(message), State::done);
  EXPECT_EQ(dossier->outbox.find(message)->index, LogIndex{7});
  EXPECT_FALSE(dossier->outbox.drop_unsent(message));
}

TEST_F(DossierTest, TwoCommandsThatSendCountEach) {
  const MessageId message = puts();
  EXPECT_TRUE(dossier->outbox.mark_left(message, true));  // its answer is lost
  EXPECT_TRUE(dossier->outbox.mark_left(message, true));
  EXPECT_TRUE(dossier->outbox.mark_left(message, false));  // the second one hears that it was busy
  EXPECT_TRUE(dossier->outbox.find(message)->has_left);
  EXPECT_FALSE(dossier->outbox.drop_unsent(message));
  EXPECT_TRUE(dossier->outbox.mark_left(message, false));
  EXPECT_TRUE(dossier->outbox.drop_unsent(message));
  EXPECT_FALSE(dossier->outbox.mark_left(message, true))
      << "a message that was dropped does not leave";
}

TEST_F(DossierTest, WhatIsReplacedCountsAgainWhenTheOtherOneDoesNotGo) {
  const MessageId old = puts(State::done);
  for (const State end : {State::refused, State::dropped}) {
    const MessageId fresh = replaces(old);
    dossier->outbox.settle(fresh, end, {});
    EXPECT_EQ(state_of(old), State::done);
  }
  const MessageId cancelled = replaces(old);
  EXPECT_TRUE(dossier->outbox.drop_unsent(cancelled));
  EXPECT_EQ(state_of(old), State::done);
  const MessageId fresh = replaces(old);
  dossier->outbox.settle(fresh, State::perhaps, {});
  EXPECT_EQ(state_of(old), State::replaced) << "nobody knows yet";
  dossier->outbox.settle(fresh, State::dropped, {});
  EXPECT_EQ(state_of(old), State::done);
  dossier->outbox.settle(fresh, State::done, LogIndex{9});
  EXPECT_EQ(state_of(old), State::replaced) << "it had gone after all";
}

TEST_F(DossierTest, EachCategoryHasTheDayOnWhichItStoppedAndIsToldOnce) {
  const auto grant = crypto::random_id<GrantId>();
  dossier->grants.put({grant, "body", "signature", crypto::SecretBytes(), {}, false, {}, false});
  const Time first = *parse_rfc3339("2026-11-20T10:00:00Z"),
             later = *parse_rfc3339("2026-11-27T10:00:00Z");
  dossier->grants.end(grant, false, {Category::routing}, false, first);
  ASSERT_EQ(dossier->grants.take_untold_stops().size(), 1u);
  dossier->grants.end(grant, false, {Category::routing, Category::safety}, false, later);
  auto stops = dossier->grants.stops(grant);
  ASSERT_EQ(stops.size(), 2u);
  EXPECT_EQ(stops[0].when, first);
  EXPECT_EQ(stops[0].categories, (CategorySet{Category::routing}));
  EXPECT_EQ(stops[1].categories, (CategorySet{Category::safety}));
  const auto untold = dossier->grants.take_untold_stops();
  ASSERT_EQ(untold.size(), 1u);
  EXPECT_EQ(untold[0].second.categories, (CategorySet{Category::safety}));
  dossier->grants.end(grant, true, {}, false, later + std::chrono::hours(24));
  stops = dossier->grants.stops(grant);
  ASSERT_EQ(stops.size(), 1u);
  EXPECT_TRUE(stops[0].categories.empty());
  EXPECT_EQ(dossier->grants.take_untold_stops().size(), 1u);
  dossier->grants.end(grant, true, {Category::safety}, false, later + std::chrono::hours(48));
  EXPECT_TRUE(dossier->grants.take_untold_stops().empty());
}

}  // namespace
}  // namespace veerpont::sdk
