// Bytes that were lost although nobody received them are put back by the sender's identical Submit,
// and that is logged.
#include <gtest/gtest.h>

#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;

class Restore : public testing::Test {
 protected:
  Restore() {
    const Time now = memory.clock->now();
    EXPECT_EQ(shelter.ask(grant_frame(shelter.signer(),
                                      {team.member.org,
                                       {Category::routing},
                                       {},
                                       now,
                                       *amsterdam_midnight("2027-01-01"),
                                       grant},
                                      now)),
              "");
    sent = submit_frame(shelter.signer(), team.statement(),
                        {grant,
                         fresh<ReferralId>(),
                         Step::refer,
                         {Category::grant_record, Category::routing},
                         now,
                         std::chrono::hours(24),
                         message});
    EXPECT_EQ(shelter.ask(sent), "");
    receipt = shelter.outcome().index;
  }
  // What a damaged disk may leave of the message.
  void lose(bool ciphertexts, bool shares) {
    StoredState state = *memory.store->state();
    if (ciphertexts) {
      state.facts.messages.at(message).ciphertexts = {};
      state.envelopes.at(message).clear_ciphertexts();
    }
    if (shares) state.facts.shares.clear();
    memory.store->replace(std::move(state));
  }
  std::size_t restored() const {
    std::size_t count = 0;
    for (const auto& [place, leaf] : memory.store->state()->leaves)
      count += leaf.event.kind() == v1::EVENT_KIND_RESTORED;
    return count;
  }

  MemoryBroker memory{time_from_ms(1'795'000'000'000)};
  Party shelter{memory, "de-binnenvest", OrgKind::shelter};
  Party team{memory, "jgt-leiden", OrgKind::youth_team};
  GrantId grant = fresh<GrantId>();
  MessageId message = fresh<MessageId>();
  v1::ClientFrame sent;
  LogIndex receipt;
};

TEST_F(Restore, PutsBackCiphertextsAndSharesAndAnswersTheFirstReceipt) {
  lose(true, true);
  EXPECT_EQ(team.ask(release_frame(team.signer(), message, {Category::routing})),
            "share-destroyed");
  EXPECT_EQ(shelter.ask(sent), "");
  EXPECT_EQ(shelter.outcome().index, receipt);
  EXPECT_EQ(restored(), 1u);
  EXPECT_EQ(memory.store->snapshot()
                ->mail_for(team.member.org, LogIndex{0}, 1'000'000)
                .at(0)
                .envelope.ciphertexts(1),
            sent.submit().envelope().ciphertexts(1));
  EXPECT_EQ(team.ask(release_frame(team.signer(), message, {Category::routing})), "");
  EXPECT_EQ(team.outcome().shares.at(0).reveal(), sent.submit().shares(1));
}

TEST_F(Restore, DoesNothingWhenNothingIsMissing) {
  EXPECT_EQ(shelter.ask(sent), "");
  EXPECT_EQ(restored(), 0u);
}

TEST_F(Restore, NeverRevivesWhatWasReceivedOrWithdrawn) {
  ASSERT_EQ(team.ask(received_frame(team.signer(), shelter.member.org, {message})), "");
  EXPECT_EQ(shelter.ask(sent), "");
  EXPECT_EQ(restored(), 0u);
  ASSERT_EQ(shelter.ask(withdraw_frame(shelter.signer(), grant, {})), "");
  EXPECT_EQ(shelter.ask(sent), "");
  EXPECT_EQ(restored(), 0u);
  EXPECT_TRUE(memory.store->state()->facts.shares.empty());
}

TEST_F(Restore, LeavesAWithdrawnCategoryWithdrawn) {
  ASSERT_EQ(shelter.ask(withdraw_frame(shelter.signer(), grant, {Category::routing})), "");
  lose(true, false);
  EXPECT_EQ(shelter.ask(sent), "");
  EXPECT_EQ(restored(), 1u);
  EXPECT_FALSE(memory.store->state()->facts.shares.contains({message, Category::routing}));
}

TEST_F(Restore, TakesOnlyTheBytesThatTheHeaderNames) {
  lose(true, true);
  auto other = sent;
  other.mutable_submit()->mutable_envelope()->mutable_ciphertexts(1)->back() ^= 1;
  EXPECT_EQ(shelter.ask(other), "");  // known by its header; the bytes are not believed
  EXPECT_EQ(restored(), 0u);
}

}  // namespace
}  // namespace veerpont::broker
