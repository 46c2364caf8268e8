// Random histories against the obvious model. A failure prints the seed and the shrunk history.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "audit/tiles.h"
#include "rules/grant_scope.h"
#include "rules/referral_states.h"

namespace veerpont {
namespace {

RC_GTEST_PROP(LogHistories, BatchesAndRestartsOfAnySizeGiveTheSameTree, ()) {
  const auto batches = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 70));
  audit::TileEdge::Tiles tiles;
  audit::Frontier frontier;
  std::vector<audit::Hash> leaves;
  std::vector<std::pair<std::uint64_t, audit::Hash>> published;
  for (const int size : batches) {
    // Every batch begins from what was stored, as after a restart.
    auto edge = audit::TileEdge::load(frontier.size(), [&](audit::TileId id) { return tiles[id]; });
    RC_ASSERT(edge.has_value());
    for (int i = 0; i < size; ++i) {
      leaves.push_back(audit::leaf_hash(std::to_string(leaves.size())));
      edge->append(leaves.back(), tiles);
      frontier.append(leaves.back());
    }
    published.emplace_back(frontier.size(), frontier.root());
  }
  const auto node = audit::node_reader([&](audit::TileId id) { return tiles[id]; });
  for (const auto& [size, root] : published) {
    RC_ASSERT(audit::root_at(size, node) == root);
    RC_ASSERT(audit::verify_consistency(size, root, frontier.size(), frontier.root(),
                                        audit::consistency_proof(size, frontier.size(), node)));
    const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
    RC_ASSERT(audit::verify_inclusion(leaves[index], index, size,
                                      audit::inclusion_proof(index, size, node), root));
  }
}

RC_GTEST_PROP(ReferralHistories, NeverLeaveAClosedStateAndAlwaysHaveANextActorWhileOpen, ()) {
  using namespace rules;
  std::optional<ReferralState> state = ReferralState::sent;
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(1, 23), rc::gen::inRange(0, 2)));
  for (const auto& [what, who] : steps) {
    const ReferralState before = *state;
    const auto next = what > 18 ? after_occurrence(before, static_cast<Occurrence>(what - 19))
                                : after_step(before, who == 0 ? Role::referrer : Role::provider,
                                             static_cast<Step>(what));
    if (next) state = next;
    if (!is_open(before)) RC_ASSERT(*state == before);
    RC_ASSERT(next_actor(*state).has_value() == (is_open(*state) && *state != ReferralState::sent));
  }
}

RC_GTEST_PROP(GrantScope, NothingCrossesThatIsNotListedOrImplicitInItsDirection, ()) {
  using namespace rules;
  const auto set = [] {
    return CategorySet::from_bits(*rc::gen::inRange<std::uint32_t>(0, 1u << 13) << 1);
  };
  const OrgId holder = *OrgId::parse("holder");
  const OrgId recipient = *OrgId::parse("recipient");
  GrantScope grant{holder,
                   recipient,
                   static_cast<Ground>(*rc::gen::inRange(1, 9)),
                   set(),
                   set(),
                   time_from_ms(1'000'000),
                   time_from_ms(2'000'000)};
  grant.withdrawn_categories = set();
  grant.withdrawn = *rc::gen::arbitrary<bool>();
  const bool outward = *rc::gen::arbitrary<bool>();
  const CategorySet wanted = set();
  const Time now = time_from_ms(*rc::gen::inRange(600'000, 2'100'000));
  const auto refused =
      refuses(grant, outward ? holder : recipient, outward ? recipient : holder, wanted, now);
  const CategorySet listed = outward ? grant.outbound | CategorySet{Category::grant_record}
                                     : grant.inbound | CategorySet{Category::update};
  const bool inside = listed.covers(wanted) && ground_cap(grant.ground).covers(wanted) &&
                      (wanted & grant.withdrawn_categories).empty() && !grant.withdrawn &&
                      to_ms(now) + 300'000 >= 1'000'000 &&
                      to_ms(now) < 2'000'000;  // five minutes between two clocks
  RC_ASSERT(!refused.has_value() == inside);
}

}  // namespace
}  // namespace veerpont
