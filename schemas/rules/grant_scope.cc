#include "schemas/rules/grant_scope.h"

namespace veerpont::rules {
namespace {

using enum Category;
constexpr CategorySet kAlways{grant_record, update};

}  // namespace

CategorySet ground_cap(Ground ground) {
  switch (ground) {
    case Ground::consent:
    case Ground::child_protection_board:
    case Ground::court_substitute:
    case Ground::statutory:
      return CategorySet::all();
    case Ground::directly_involved:
      return kAlways | CategorySet{routing, identity, authority, care_need, safety, practical};
    case Ground::ots_information:
      return CategorySet::all().minus({child_voice});
    case Ground::vital_interest:
    case Ground::conflict_of_duties:
      return kAlways | CategorySet{routing, identity, authority, safety, practical};
  }
  return {};
}

std::optional<RefusalCode> refuses(const GrantScope& grant, const OrgId& sender, const OrgId& receiver, CategorySet categories, Time now) {
  if (now < grant.not_before) return RefusalCode::grant_not_yet_valid;
  if (grant.withdrawn) return RefusalCode::grant_withdrawn;
  if (now >= grant.expires) return RefusalCode::grant_expired;
  const bool outward = sender == grant.holder && receiver == grant.recipient;
  const bool inward = sender == grant.recipient && receiver == grant.holder;
  if (!outward && !inward) return RefusalCode::wrong_direction;
  const CategorySet covered = outward ? grant.outbound | CategorySet{grant_record} : grant.inbound | CategorySet{update};
  const CategorySet uncovered = categories.minus(covered);
  if (!uncovered.empty()) {
    const CategorySet other_way = outward ? grant.inbound | CategorySet{update} : grant.outbound | CategorySet{grant_record};
    return other_way.covers(uncovered) ? RefusalCode::wrong_direction : RefusalCode::category_not_granted;
  }
  if (!ground_cap(grant.ground).covers(categories)) return RefusalCode::ground_forbids_category;
  if (!(categories & grant.withdrawn_categories).empty()) return RefusalCode::grant_withdrawn;
  return std::nullopt;
}

CategorySet all_categories(const GrantScope& grant) { return grant.outbound | grant.inbound | kAlways; }

}  // namespace veerpont::rules
