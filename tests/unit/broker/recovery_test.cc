// Each step of a commit fails once with its effect and once without it; then the broker starts
// again over what is left. What was acknowledged is there, what was not may be asked again, and
// log, mark, shares and keys agree.
#include <gtest/gtest.h>

#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;

const Time kNow = time_from_ms(1'795'000'000'000);

enum class Step { commit_without_effect, commit_with_effect, mark, another_broker };
std::ostream& operator<<(std::ostream& out, Step step) { return out << static_cast<int>(step); }

class Recovery : public testing::TestWithParam<Step> {
 protected:
  Recovery() {
    EXPECT_EQ(shelter.ask(register_grant), "");
    EXPECT_EQ(shelter.ask(refer), "");
  }
  void plant() {
    switch (GetParam()) {
      case Step::commit_without_effect:
        return memory.store->fail_next(MemoryStore::Fault::throws_without_effect);
      case Step::commit_with_effect:
        return memory.store->fail_next(MemoryStore::Fault::throws_with_effect);
      case Step::mark:
        memory.mark->fails = true;
        return;
      case Step::another_broker:
        return memory.store->fail_next(MemoryStore::Fault::superseded);
    }
  }
  // The process would end here (its committer's thread ends it); a new one starts over the same
  // storage.
  void fails_and_starts_again(Party& party, const v1::ClientFrame& frame) {
    plant();
    EXPECT_THROW(party.ask(frame), std::runtime_error);
    memory.restart();
    const auto state = memory.store->state();
    EXPECT_TRUE(Ledger::open(*memory.store->snapshot(), memory.broker->signer().verifier));
    EXPECT_EQ(memory.mark->mark->size, state->head.size.value);
    for (const auto& [id, categories] : state->tombstones)
      EXPECT_TRUE((memory.vault->present(id) & categories).empty()) << "a key after its tombstone";
    for (const auto& [id, categories] : memory.vault->list())
      EXPECT_TRUE(state->facts.grants.contains(id)) << "a key of no grant";
  }

  MemoryBroker memory{kNow};
  Party shelter{memory, "de-binnenvest", OrgKind::shelter};
  Party team{memory, "jgt-leiden", OrgKind::youth_team};
  GrantId grant = fresh<GrantId>();
  MessageId message = fresh<MessageId>();
  v1::ClientFrame register_grant = grant_frame(
      shelter.signer(),
      {team.member.org, {Category::routing}, {}, kNow, *amsterdam_midnight("2027-01-01"), grant},
      kNow);
  v1::ClientFrame refer = submit_frame(shelter.signer(), team.statement(),
                                       {grant,
                                        fresh<ReferralId>(),
                                        veerpont::Step::refer,
                                        {Category::grant_record, Category::routing},
                                        kNow,
                                        std::chrono::hours(24),
                                        message});
};

TEST_P(Recovery, OfAGrant) {
  const auto id = fresh<GrantId>();
  const auto frame = grant_frame(
      shelter.signer(),
      {team.member.org, {Category::routing}, {}, kNow, *amsterdam_midnight("2027-01-01"), id},
      kNow);
  fails_and_starts_again(shelter, frame);
  EXPECT_EQ(shelter.ask(frame), "");
  EXPECT_TRUE(memory.vault->present(id).has(Category::routing));
}

TEST_P(Recovery, OfASubmit) {
  const auto id = fresh<MessageId>();
  const auto header = crypto::Header::parse(refer.submit().envelope().header());
  const auto again = submit_frame(shelter.signer(), team.statement(),
                                  {grant,
                                   header->referral,
                                   veerpont::Step::refer,
                                   {Category::grant_record, Category::routing},
                                   kNow,
                                   std::chrono::hours(24),
                                   id});
  fails_and_starts_again(shelter, again);
  EXPECT_EQ(shelter.ask(again), "");
  EXPECT_EQ(memory.store->snapshot()->mail_for(team.member.org, LogIndex{0}, 1u << 20).size(), 2u)
      << "once each";
}

TEST_P(Recovery, OfARelease) {
  const auto frame = release_frame(team.signer(), message, {Category::routing});
  fails_and_starts_again(team, frame);
  EXPECT_EQ(team.ask(frame), "");
  EXPECT_EQ(team.outcome().shares.at(0).reveal(), refer.submit().shares(1));
  std::size_t events = 0;
  for (const auto& [place, leaf] : memory.store->state()->leaves)
    events += leaf.event.kind() == v1::EVENT_KIND_RELEASED;
  EXPECT_EQ(events, 1u);
}

TEST_P(Recovery, OfAWithdrawal) {
  const auto frame = withdraw_frame(shelter.signer(), grant, {});
  fails_and_starts_again(shelter, frame);
  EXPECT_EQ(shelter.ask(frame), "");
  EXPECT_TRUE(memory.vault->present(grant).empty());
  EXPECT_EQ(team.ask(release_frame(team.signer(), message, {Category::routing})),
            "grant-withdrawn");
}

INSTANTIATE_TEST_SUITE_P(EachStep, Recovery,
                         testing::Values(Step::commit_without_effect, Step::commit_with_effect,
                                         Step::mark, Step::another_broker));

}  // namespace
}  // namespace veerpont::broker
