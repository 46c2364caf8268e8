// A flood of refusals cannot fill the log, and still leaves its trace.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;
using std::chrono::hours;

std::vector<v1::AuditEvent> events_of(const MemoryBroker& memory, v1::EventKind kind) {
  std::vector<v1::AuditEvent> out;
  for (const auto& [place, leaf] : memory.store->state()->leaves)
    if (leaf.event.kind() == kind) out.push_back(leaf.event);
  return out;
}

class Refusals : public testing::Test {
 protected:
  void flood(Party& party, int count) {
    for (int i = 0; i < count; ++i)
      EXPECT_EQ(party.ask(withdraw_frame(party.signer(), fresh<GrantId>(), {})), "unknown-grant");
  }
  MemoryBroker memory{time_from_ms(1'795'000'000'000)};
  Party shelter{memory, "de-binnenvest", OrgKind::shelter};
  Party team{memory, "jgt-leiden", OrgKind::youth_team};
};

TEST_F(Refusals, SixtyAnHourAreLoggedAndTheRestIsSummarisedWhenTheHourIsOver) {
  flood(shelter, limits::refusals_logged_per_hour + 25);
  flood(team, 2);
  EXPECT_EQ(events_of(memory, v1::EVENT_KIND_REFUSED).size(), 62u);
  EXPECT_TRUE(memory.broker->decide(BarrierRequest{}));
  EXPECT_TRUE(events_of(memory, v1::EVENT_KIND_REFUSED_SUMMARY).empty()) << "the hour runs";
  memory.clock->advance(hours(1));
  EXPECT_TRUE(memory.broker->decide(BarrierRequest{}));
  const auto summaries = events_of(memory, v1::EVENT_KIND_REFUSED_SUMMARY);
  ASSERT_EQ(summaries.size(), 1u);
  EXPECT_EQ(summaries[0].actor(), "de-binnenvest");
  EXPECT_EQ(summaries[0].count(), 25u);
  EXPECT_TRUE(memory.broker->decide(BarrierRequest{}));
  EXPECT_EQ(events_of(memory, v1::EVENT_KIND_REFUSED_SUMMARY).size(), 1u) << "said once";
  flood(shelter, 1);
  EXPECT_EQ(events_of(memory, v1::EVENT_KIND_REFUSED).size(), 63u) << "a new hour, a new budget";
}

TEST_F(Refusals, AHourThatNobodyClosedIsSummarisedWithTheNextRefusal) {
  flood(shelter, limits::refusals_logged_per_hour + 3);
  memory.clock->advance(hours(5));
  flood(shelter, limits::refusals_logged_per_hour + 4);
  memory.clock->advance(hours(1));
  flood(shelter, 1);
  std::uint32_t total = 0;
  for (const auto& event : events_of(memory, v1::EVENT_KIND_REFUSED_SUMMARY))
    total += event.count();
  EXPECT_EQ(total, 7u);
}

TEST_F(Refusals, WhatIsLeftIsSaidWhenTheBrokerStops) {
  flood(shelter, limits::refusals_logged_per_hour + 9);
  memory.broker->start();
  memory.broker->drain();
  const auto summaries = events_of(memory, v1::EVENT_KIND_REFUSED_SUMMARY);
  ASSERT_EQ(summaries.size(), 1u);
  EXPECT_EQ(summaries[0].count(), 9u);
}

TEST_F(Refusals, ASummaryThatFoundNoRoomIsNotForgotten) {
  flood(shelter, limits::refusals_logged_per_hour + 5);
  memory.clock->advance(hours(1));
  memory.store->fail_next(MemoryStore::Fault::full);
  EXPECT_FALSE(memory.broker->decide(BarrierRequest{}));
  EXPECT_TRUE(memory.broker->decide(BarrierRequest{}));
  ASSERT_EQ(events_of(memory, v1::EVENT_KIND_REFUSED_SUMMARY).size(), 1u);
  EXPECT_EQ(events_of(memory, v1::EVENT_KIND_REFUSED_SUMMARY)[0].count(), 5u);
}

}  // namespace
}  // namespace veerpont::broker
