#include "broker/log/retention.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;

constexpr CategorySet kSections{Category::grant_record, Category::routing};
const Time kNow = time_from_ms(1'795'000'000'000);
const Time kLater = kNow + std::chrono::hours(24 * 400);

class Retention : public testing::Test {
 protected:
  MemoryBroker memory{kNow};
  Party shelter{memory, "de-binnenvest", OrgKind::shelter};
  Party team{memory, "jgt-leiden", OrgKind::youth_team};

  struct Sent {
    GrantId grant;
    ReferralId referral;
    MessageId message;
  };
  Sent refer() {
    const Sent sent{fresh<GrantId>(), fresh<ReferralId>(), fresh<MessageId>()};
    EXPECT_EQ(shelter.ask(grant_frame(shelter.signer(),
                                      {team.member.org,
                                       {Category::routing},
                                       {},
                                       kNow,
                                       *amsterdam_midnight("2027-01-01"),
                                       sent.grant},
                                      kNow)),
              "");
    EXPECT_EQ(shelter.ask(submit_frame(shelter.signer(), team.statement(),
                                       {sent.grant, sent.referral, Step::refer, kSections, kNow,
                                        std::chrono::hours(24), sent.message})),
              "");
    return sent;
  }
  void receive(const std::vector<MessageId>& messages) {
    ASSERT_EQ(team.ask(received_frame(team.signer(), shelter.member.org, messages)), "");
  }
  void withdraw(const Sent& sent) {
    ASSERT_EQ(shelter.ask(withdraw_frame(shelter.signer(), sent.grant, {})), "");
  }

  Erase plan(Time cutoff = kLater) {
    ErasureScan scan;
    const auto snapshot = memory.store->snapshot();
    for (const Leaf& leaf : snapshot->events_for(shelter.member.org, true, LogIndex{0}, 10'000))
      scan.take(leaf);
    EXPECT_EQ(scan.seen().value, snapshot->head().size.value - 1) << "the last leaf is a state";
    return scan.erasable(*snapshot, cutoff);
  }
  std::string erase(const Erase& what, LogIndex seen) {
    auto done = memory.broker->decide(EraseRequest{what, seen});
    return done ? "" : std::string(id_of(done.refusal().code));
  }
  // Where the next event goes.
  LogIndex next() { return audit::event_place(memory.store->snapshot()->head().size, 0); }
  std::multiset<v1::EventKind> kinds(const Erase& what) {
    std::multiset<v1::EventKind> out;
    for (const LogIndex index : what.events)
      out.insert(memory.store->snapshot()->event(index)->event.kind());
    return out;
  }
};

TEST_F(Retention, TakesWholeBusinessThatIsOverAndNothingOfWhatIsOpen) {
  const Sent over = refer();
  const Sent open = refer();
  receive({over.message, open.message});
  withdraw(over);  // not accepted yet: it ends
  const Erase what = plan();
  EXPECT_EQ(what.referrals, std::set<ReferralId>{over.referral});
  EXPECT_EQ(what.grants, std::set<GrantId>{over.grant});
  EXPECT_EQ(what.messages, std::set<MessageId>{over.message});
  EXPECT_EQ(kinds(what), (std::multiset<v1::EventKind>{
                             v1::EVENT_KIND_GRANT_REGISTERED, v1::EVENT_KIND_GRANT_WITHDRAWN,
                             v1::EVENT_KIND_SUBMITTED, v1::EVENT_KIND_SHARES_DESTROYED}))
      << "the Received names the open one too, and stays";
  EXPECT_TRUE(plan(kNow).events.empty()) << "not before its years are over";
}

TEST_F(Retention, AReceivedGoesWithTheLastOfItsBusinesses) {
  const Sent first = refer();
  const Sent second = refer();
  receive({first.message, second.message});
  withdraw(first);
  ASSERT_EQ(erase(plan(), next()), "");
  EXPECT_TRUE(plan().events.empty()) << "nothing more is over";
  withdraw(second);
  const Erase rest = plan();
  EXPECT_EQ(kinds(rest).count(v1::EVENT_KIND_RECEIVED), 1u);
  EXPECT_EQ(rest.referrals, std::set<ReferralId>{second.referral});
}

TEST_F(Retention, ARefusalHangsOnNothingItNamed) {
  const Sent over = refer();
  withdraw(over);
  EXPECT_NE(shelter.ask(submit_frame(shelter.signer(), team.statement(),
                                     {over.grant,
                                      over.referral,
                                      Step::update,
                                      {Category::routing},
                                      kNow,
                                      std::chrono::hours(24),
                                      fresh<MessageId>()})),
            "");
  EXPECT_EQ(kinds(plan()).count(v1::EVENT_KIND_REFUSED), 1u);
}

TEST_F(Retention, OneScanGivesBatchAfterBatch) {
  const Sent first = refer();
  withdraw(first);
  ErasureScan scan;
  const auto read = [&](Snapshot& snapshot) {
    for (const Leaf& leaf : snapshot.events_for(shelter.member.org, true, scan.seen(), 10'000))
      scan.take(leaf);
  };
  read(*memory.store->snapshot());
  EXPECT_EQ(scan.erasable(*memory.store->snapshot(), kLater).referrals,
            std::set<ReferralId>{first.referral});
  const Erase again = scan.erasable(*memory.store->snapshot(), kLater);
  EXPECT_EQ(again.referrals, std::set<ReferralId>{first.referral}) << "it was not erased";
  ASSERT_EQ(erase(again, next()), "");
  scan.erased();
  const Sent second = refer();
  withdraw(second);
  read(*memory.store->snapshot());
  const Erase rest = scan.erasable(*memory.store->snapshot(), kLater);
  EXPECT_EQ(rest.referrals, std::set<ReferralId>{second.referral});
  EXPECT_EQ(rest.events, plan().events) << "as a scan from the beginning says";
}

TEST_F(Retention, ALongListIsSaidInSeveralEvents) {
  Erase what;
  for (int i = 0; i < 120'000; ++i) what.events.push_back(LogIndex{4});
  const auto before = memory.store->state()->leaves.size();
  ASSERT_EQ(erase(what, next()), "");
  EXPECT_EQ(memory.store->state()->leaves.size(), before + 3);
}

TEST_F(Retention, TheGateHoldsAgainstAPlanThatIsNotTrueAnyMore) {
  const Sent open = refer();
  Erase wrong;
  wrong.events = {LogIndex{5}};
  wrong.referrals = {open.referral};
  EXPECT_EQ(erase(wrong, next()), "step-not-allowed") << "the referral is open";
  wrong.referrals.clear();
  wrong.grants = {open.grant};
  EXPECT_EQ(erase(wrong, next()), "step-not-allowed") << "the grant is active";
  wrong.grants.clear();
  wrong.messages = {open.message};
  EXPECT_EQ(erase(wrong, next()), "step-not-allowed") << "its shares are alive";
  withdraw(open);
  const Erase what = plan();
  const LogIndex seen = next();
  refer();
  EXPECT_EQ(erase(what, seen), "busy") << "something happened since";
  EXPECT_EQ(erase(what, next()), "");
  const auto snapshot = memory.store->snapshot();
  for (const LogIndex index : what.events) EXPECT_TRUE(snapshot->event(index)->body.empty());
  EXPECT_FALSE(snapshot->referral(open.referral));
  EXPECT_TRUE(static_cast<bool>(Ledger::open(*snapshot, memory.broker->signer().verifier)))
      << "the tree is what it was";
}

}  // namespace
}  // namespace veerpont::broker
