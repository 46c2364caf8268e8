// What the broker's own tree states of the two lists, however its batches fall.
#include <gtest/gtest.h>

#include "audit/log_state.h"
#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;

const Time kStatesBegin = time_from_ms(1'795'000'000'000);

class StateLeaves : public testing::Test {
 protected:
  GrantId grant() {
    const auto id = fresh<GrantId>();
    EXPECT_EQ(shelter.ask(grant_frame(shelter.signer(),
                                      {team.member.org,
                                       {Category::routing},
                                       {},
                                       kStatesBegin,
                                       *amsterdam_midnight("2027-01-01"),
                                       id},
                                      memory.clock->now())),
              "");
    return id;
  }
  std::uint64_t size() const { return memory.store->state()->head.size.value; }

  MemoryBroker memory{kStatesBegin};
  Party shelter{memory, "de-binnenvest", OrgKind::shelter};
  Party team{memory, "jgt-leiden", OrgKind::youth_team};
};

// A withdrawal's destruction follows it at once, also where a state stands between the two.
TEST_F(StateLeaves, AWithdrawalAcrossAFixedPlaceIsOneStory) {
  const GrantId shared = grant();
  ASSERT_EQ(shelter.ask(submit_frame(shelter.signer(), team.statement(),
                                     {shared,
                                      fresh<ReferralId>(),
                                      veerpont::Step::refer,
                                      {Category::grant_record, Category::routing},
                                      kStatesBegin,
                                      std::chrono::hours(24),
                                      fresh<MessageId>()})),
            "");
  while (size() < 254) grant();  // each is an event and its state
  ASSERT_EQ(size(), 254u);
  const std::uint64_t before = size();
  ASSERT_EQ(shelter.ask(withdraw_frame(shelter.signer(), shared, {})), "");
  const auto state = memory.store->state();
  ASSERT_TRUE(state->leaves.contains(before));
  EXPECT_TRUE(state->states.contains(before + 1)) << "a fixed place";
  ASSERT_TRUE(state->leaves.contains(before + 2));
  EXPECT_EQ(state->leaves.at(before).event.kind(), v1::EVENT_KIND_GRANT_WITHDRAWN);
  EXPECT_EQ(state->leaves.at(before + 2).event.kind(), v1::EVENT_KIND_SHARES_DESTROYED);
  EXPECT_EQ(fault_in(*state), "");
  audit::LogState business;
  for (const auto& [place, leaf] : state->leaves) {
    const auto fault =
        business.take(leaf.event, leaf.object ? leaf.object->body() : "", leaf.index);
    EXPECT_FALSE(fault) << place << ": " << fault.value_or("");
  }
  memory.restart();
  EXPECT_EQ(shelter.ask(withdraw_frame(shelter.signer(), grant(), {})), "");
  EXPECT_EQ(fault_in(*memory.store->state()), "");
}

TEST_F(StateLeaves, RandomKeysEnterWithWhatIsLoggedAndNeverAlone) {
  grant();
  const auto keys = [&] { return memory.store->state()->withdrawn.size(); };
  ASSERT_EQ(keys(), 0u);
  memory.clock->advance(std::chrono::hours(23));
  ASSERT_TRUE(memory.broker->decide(BarrierRequest{}));
  EXPECT_EQ(keys(), 0u) << "a state of their own would show them";
  grant();
  // 19 on average; none, or more than 60, once in some hundred million runs.
  EXPECT_GT(keys(), 0u);
  EXPECT_LT(keys(), 60u);
  EXPECT_EQ(fault_in(*memory.store->state()), "");
}

}  // namespace
}  // namespace veerpont::broker
