// An object whose signer says that it saw what our log does not have is refused, and that is
// logged: so a member cannot make an honest broker look like a liar.
#include <gtest/gtest.h>

#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;

const Time kViewsBegin = time_from_ms(1'795'000'000'000);

class UntrueViews : public testing::Test {
 protected:
  // A grant of the shelter that says this.
  v1::ClientFrame grant(const crypto::View& view) {
    v1::ClientFrame frame = grant_frame(shelter.signer(),
                                        {team.member.org,
                                         {Category::routing},
                                         {},
                                         kViewsBegin,
                                         *amsterdam_midnight("2027-01-01"),
                                         fresh<GrantId>()},
                                        kViewsBegin);
    auto& object = *frame.mutable_register_grant()->mutable_grant();
    v1::Grant body;
    EXPECT_TRUE(body.ParseFromString(object.body()));
    crypto::put_view(body, view);
    object.set_body(wire::serialise(body));
    object.set_signature(shelter.member.signing.sign(crypto::Grant::type, object.body()));
    return frame;
  }
  // What is so now.
  crypto::View view() {
    const auto state = memory.store->state();
    const auto& key = memory.broker->signer().verifier;
    crypto::View out{audit::SignedCheckpoint::verify(state->head.checkpoint, key)->seen(key),
                     crypto::PairView{0, {}}};
    const audit::OrgPair pair{shelter.member.org, team.member.org};
    if (const auto head = state->facts.pairs.find(pair); head != state->facts.pairs.end())
      out.pair = crypto::PairView{head->second.next, head->second.last_leaf};
    return out;
  }
  std::size_t refused() const {
    std::size_t count = 0;
    for (const auto& [place, leaf] : memory.store->state()->leaves)
      count += leaf.event.refusal() == v1::REFUSAL_CODE_UNTRUE_VIEW;
    return count;
  }

  MemoryBroker memory{kViewsBegin};
  Party shelter{memory, "de-binnenvest", OrgKind::shelter};
  Party team{memory, "jgt-leiden", OrgKind::youth_team};
};

TEST_F(UntrueViews, ATrueOneIsTakenHoweverOldItIs) {
  const crypto::View first = view();
  EXPECT_EQ(shelter.ask(grant(first)), "");
  const crypto::View second = view();
  EXPECT_EQ(second.pair->count, 1u);
  EXPECT_EQ(shelter.ask(grant(second)), "");
  EXPECT_EQ(shelter.ask(grant(first)), "") << "older, and still so";
  EXPECT_EQ(shelter.ask(grant(second)), "");
  EXPECT_EQ(shelter.ask(grant({})), "") << "an object from before there were views";
  memory.restart();
  EXPECT_EQ(shelter.ask(grant(second)), "") << "by its signature, not from memory";
  EXPECT_EQ(refused(), 0u);
}

TEST_F(UntrueViews, ACheckpointThatWasNeverOursIsRefused) {
  const crypto::View is = view();
  std::vector<crypto::Seen> wrong(4, *is.seen);
  wrong[0].root = crypto::sha256("another tree");
  wrong[1].signature[7] ^= 1;
  wrong[2].size += 1;
  wrong[3].size -= 1;
  for (const crypto::Seen& seen : wrong)
    EXPECT_EQ(shelter.ask(grant({seen, is.pair})), "untrue-view");
  EXPECT_EQ(shelter.ask(grant(is)), "");
  EXPECT_EQ(shelter.ask(grant({wrong[1], is.pair})), "untrue-view")
      << "compared with what is known";
  EXPECT_EQ(refused(), 5u) << "each is in the log, for who signed it";
}

TEST_F(UntrueViews, AnotherHistoryBetweenTwoIsRefused) {
  ASSERT_EQ(shelter.ask(grant(view())), "");
  const crypto::View is = view();
  std::vector<crypto::PairView> wrong(3, *is.pair);
  wrong[0].head = crypto::sha256("another leaf");
  wrong[1].count += 1;
  wrong[2].count += 1'000'000;
  for (const crypto::PairView& pair : wrong)
    EXPECT_EQ(shelter.ask(grant({is.seen, pair})), "untrue-view");
  EXPECT_EQ(shelter.ask(grant({is.seen, crypto::PairView{0, {}}})), "") << "it has none of it yet";
  EXPECT_EQ(shelter.ask(grant(is)), "") << "refusals are not between the two";
  EXPECT_EQ(refused(), 3u);
}

TEST_F(UntrueViews, AFieldOutOfRangeIsMalformed) {
  const crypto::View is = view();
  crypto::View wrong = is;
  wrong.seen->signature.pop_back();
  EXPECT_EQ(shelter.ask(grant(wrong)), "malformed");
  wrong = is;
  wrong.seen->size = 0;
  EXPECT_EQ(shelter.ask(grant(wrong)), "malformed");
  wrong = is;
  wrong.pair = crypto::PairView{1, {}};
  EXPECT_EQ(shelter.ask(grant(wrong)), "malformed");
}

}  // namespace
}  // namespace veerpont::broker
