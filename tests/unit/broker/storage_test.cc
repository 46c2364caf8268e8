// A disk that is full or takes no writes: intake stops with storage-full, nothing is half done, and
// it all comes back.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;

class Storage : public testing::Test {
 protected:
  Storage() : grant(fresh<GrantId>()) {
    EXPECT_EQ(shelter.ask(register_grant(grant)), "");
    sent = refer();
    EXPECT_EQ(shelter.ask(sent), "");
  }
  v1::ClientFrame register_grant(const GrantId& id) {
    const Time now = memory.clock->now();
    return grant_frame(
        shelter.signer(),
        {team.member.org, {Category::routing}, {}, now, *amsterdam_midnight("2027-01-01"), id},
        now);
  }
  v1::ClientFrame refer() {
    return submit_frame(shelter.signer(), team.statement(),
                        {grant,
                         referral,
                         Step::refer,
                         {Category::grant_record, Category::routing},
                         memory.clock->now(),
                         std::chrono::hours(24),
                         fresh<MessageId>()});
  }
  MessageId message() const {
    return crypto::Header::parse(sent.submit().envelope().header())->message;
  }
  std::uint64_t log_size() const { return memory.store->state()->leaves.size(); }

  MemoryBroker memory{time_from_ms(1'795'000'000'000)};
  Party shelter{memory, "de-binnenvest", OrgKind::shelter};
  Party team{memory, "jgt-leiden", OrgKind::youth_team};
  GrantId grant;
  ReferralId referral = fresh<ReferralId>();
  v1::ClientFrame sent;
};

TEST_F(Storage, WhenRoomRunsLowNewMessagesAndGrantsStopAndEverythingElseGoesOn) {
  *memory.free_bytes = limits::reserve_bytes - 1;
  const std::uint64_t before = log_size();
  EXPECT_EQ(shelter.ask(refer()), "storage-full");
  EXPECT_EQ(shelter.ask(register_grant(fresh<GrantId>())), "storage-full");
  EXPECT_EQ(log_size(), before) << "only counted, never logged";
  EXPECT_TRUE(memory.broker->committer().storage_full());
  EXPECT_EQ(shelter.ask(sent), "") << "what was acknowledged gets its receipt again";
  EXPECT_EQ(team.ask(received_frame(team.signer(), shelter.member.org, {message()})), "");
  EXPECT_EQ(team.ask(release_frame(team.signer(), message(), {Category::routing})), "");
  EXPECT_EQ(shelter.ask(withdraw_frame(shelter.signer(), grant, {})), "");
  EXPECT_TRUE(memory.vault->present(grant).empty());
  *memory.free_bytes = std::uint64_t{1} << 40;
  EXPECT_FALSE(memory.broker->committer().storage_full());
  EXPECT_EQ(shelter.ask(register_grant(fresh<GrantId>())), "");
}

TEST_F(Storage, BelowHalfOfTheReserveOnlyWhatStopsOrDestroysGoesOn) {
  *memory.free_bytes = limits::reserve_bytes / 2 - 1;
  const std::uint64_t before = log_size();
  EXPECT_EQ(team.ask(received_frame(team.signer(), shelter.member.org, {message()})),
            "storage-full");
  EXPECT_EQ(team.ask(release_frame(team.signer(), message(), {Category::routing})), "storage-full");
  EXPECT_EQ(team.ask(rejected_frame(team.signer(), message(), RefusalCode::cannot_open)),
            "storage-full");
  EXPECT_EQ(team.ask(release_frame(team.signer(), fresh<MessageId>(), {Category::routing})),
            "unknown-message");
  EXPECT_EQ(log_size(), before) << "refusals are not logged then";
  EXPECT_EQ(shelter.ask(withdraw_frame(shelter.signer(), grant, {})), "");
  EXPECT_TRUE(memory.broker->suspend(team.member.org, true));
  EXPECT_TRUE(memory.vault->present(grant).empty());
  const std::uint64_t stopped = log_size();
  memory.clock->advance(std::chrono::hours(1));
  EXPECT_TRUE(memory.broker->decide(BarrierRequest{}));
  EXPECT_EQ(log_size(), stopped) << "nor is their number";
  *memory.free_bytes = std::uint64_t{1} << 40;
  EXPECT_TRUE(memory.broker->decide(BarrierRequest{}));
  EXPECT_EQ(log_size(), stopped + 1) << "until there is room: one summary of what was refused";
}

TEST(Quota, ASendersWaitingBytesCountOverAllRecipients) {
  MemoryBroker memory(time_from_ms(1'795'000'000'000), "/nonexistent", 700u << 10);
  Party shelter(memory, "de-binnenvest", OrgKind::shelter);
  Party team(memory, "jgt-leiden", OrgKind::youth_team),
      other(memory, "jgt-utrecht", OrgKind::youth_team);
  const Time now = memory.clock->now();
  const auto refers = [&](const Party& to) {
    const GrantId id = fresh<GrantId>();
    EXPECT_EQ(
        shelter.ask(grant_frame(
            shelter.signer(),
            {to.member.org, {Category::routing}, {}, now, *amsterdam_midnight("2027-01-01"), id},
            now)),
        "");
    return shelter.ask(submit_frame(shelter.signer(), to.statement(),
                                    {id,
                                     fresh<ReferralId>(),
                                     Step::refer,
                                     {Category::grant_record, Category::routing},
                                     now,
                                     std::chrono::hours(24),
                                     fresh<MessageId>(),
                                     200u << 10}));
  };
  EXPECT_EQ(refers(team), "");
  EXPECT_EQ(refers(other), "");
  EXPECT_EQ(refers(team), "quota-exceeded") << "neither has too much alone";
}

TEST_F(Storage, ABatchThatFindsNoRoomNeverHappened) {
  memory.store->fail_next(MemoryStore::Fault::full);
  const auto before = memory.store->state();
  const auto frame = refer();
  EXPECT_EQ(shelter.ask(frame), "storage-full");
  EXPECT_EQ(memory.store->state(), before);
  EXPECT_EQ(memory.mark->mark->size, memory.store->state()->head.size.value);
  EXPECT_TRUE(memory.broker->committer().storage_full());
  EXPECT_EQ(shelter.ask(frame), "") << "the same bytes, when there is room again";
  EXPECT_FALSE(memory.broker->committer().storage_full());
  EXPECT_EQ(log_size(), before->leaves.size() + 1);
}

TEST_F(Storage, AGrantWhoseKeysFindNoRoomIsNotRegistered) {
  const auto id = fresh<GrantId>();
  const auto frame = register_grant(id);
  memory.vault->full = true;
  EXPECT_EQ(shelter.ask(frame), "storage-full");
  EXPECT_FALSE(memory.store->snapshot()->grant(id).has_value());
  memory.vault->full = false;
  memory.store->fail_next(MemoryStore::Fault::full);
  EXPECT_EQ(shelter.ask(frame), "storage-full");
  EXPECT_TRUE(memory.vault->present(id).empty())
      << "keys of a batch that never happened are destroyed";
  EXPECT_EQ(shelter.ask(frame), "");
  EXPECT_TRUE(memory.vault->present(id).has(Category::routing));
}

TEST_F(Storage, AWithdrawalThatFindsNoRoomDestroysNothingAndIsNotAcknowledged) {
  memory.store->fail_next(MemoryStore::Fault::full);
  const auto frame = withdraw_frame(shelter.signer(), grant, {});
  EXPECT_EQ(shelter.ask(frame), "storage-full");
  EXPECT_FALSE(memory.vault->present(grant).empty());
  EXPECT_EQ(shelter.ask(frame), "");
  EXPECT_TRUE(memory.vault->present(grant).empty());
}

TEST_F(Storage, TheMinutesBarrierTriesAFullDiskAgain) {
  memory.store->fail_next(MemoryStore::Fault::full);
  EXPECT_EQ(shelter.ask(refer()), "storage-full");
  EXPECT_TRUE(memory.broker->committer().storage_full());
  EXPECT_TRUE(memory.broker->decide(BarrierRequest{}));
  EXPECT_FALSE(memory.broker->committer().storage_full());
}

}  // namespace
}  // namespace veerpont::broker
