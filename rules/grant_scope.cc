#include "rules/grant_scope.h"

#include "rules/clock_tolerance.h"

namespace veerpont::rules {
namespace {

using enum Category;
constexpr CategorySet kAlways{grant_record, update};
// What an authority may say about a child when it asks.
constexpr CategorySet kAsking{routing, identity, authority, practical};
constexpr int kTimeToAnswer = 14;  // days
constexpr int kOneMonth = 31;      // days

int days_between(Time from, Time to) {
  return static_cast<int>(
      (std::chrono::sys_days(amsterdam_date(to)) - std::chrono::sys_days(amsterdam_date(from)))
          .count());
}

// The authority that this ground exists for; nothing: any organisation.
std::optional<OrgKind> authority_of(Ground ground) {
  if (ground == Ground::ots_information) return OrgKind::certified_agency;
  if (ground == Ground::child_protection_board) return OrgKind::child_protection_board;
  return std::nullopt;
}

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
    case Ground::not_personal:
      return kAlways | CategorySet{routing, care_need};
  }
  return {};
}

bool is_exception(Ground ground) {
  return ground == Ground::vital_interest || ground == Ground::conflict_of_duties;
}

GrantDays grant_days(Ground ground) {
  if (ground == Ground::vital_interest) return {kTimeToAnswer, kOneMonth};
  if (ground == Ground::conflict_of_duties) return {kTimeToAnswer, {}};
  return {};
}

bool may_end_at(Ground ground, Time not_before, Time expires) {
  if (!is_midnight_amsterdam(expires) ||
      days_between(not_before, expires) < grant_days(ground).least)
    return false;
  return ground == Ground::vital_interest || is_first_of_month_amsterdam(expires);
}

std::optional<RefusalCode> forbids(const GrantScope& grant, OrgKind holder, OrgKind recipient) {
  const auto authority = authority_of(grant.ground);
  if ((grant.ground == Ground::not_personal) != (grant.kind == ExchangeKind::anonymous_consult))
    return RefusalCode::ground_forbids_exchange;
  if (grant.kind == ExchangeKind::information_request && !authority)
    return RefusalCode::ground_forbids_exchange;
  // An authority asks, in a request; otherwise the data flows to it.
  const bool asks = grant.kind == ExchangeKind::information_request && holder == authority;
  if (authority && !asks && recipient != *authority) return RefusalCode::ground_forbids_exchange;
  if (asks && !kAsking.covers(grant.outbound)) return RefusalCode::ground_forbids_category;
  if (!ground_cap(grant.ground).covers(grant.outbound | grant.inbound))
    return RefusalCode::ground_forbids_category;
  if (const auto most = grant_days(grant.ground).most;
      most && days_between(grant.not_before, grant.expires) > *most)
    return RefusalCode::grant_too_long;
  return std::nullopt;
}

std::optional<RefusalCode> refuses(const GrantScope& grant, const OrgId& sender,
                                   const OrgId& receiver, CategorySet categories, Time now) {
  if (!has_begun(grant.not_before, now)) return RefusalCode::grant_not_yet_valid;
  if (grant.withdrawn) return RefusalCode::grant_withdrawn;
  if (now >= grant.expires) return RefusalCode::grant_expired;
  const bool outward = sender == grant.holder && receiver == grant.recipient;
  const bool inward = sender == grant.recipient && receiver == grant.holder;
  if (!outward && !inward) return RefusalCode::wrong_direction;
  const CategorySet covered =
      outward ? grant.outbound | CategorySet{grant_record} : grant.inbound | CategorySet{update};
  const CategorySet uncovered = categories.minus(covered);
  if (!uncovered.empty()) {
    const CategorySet other_way =
        outward ? grant.inbound | CategorySet{update} : grant.outbound | CategorySet{grant_record};
    return other_way.covers(uncovered) ? RefusalCode::wrong_direction
                                       : RefusalCode::category_not_granted;
  }
  if (!ground_cap(grant.ground).covers(categories)) return RefusalCode::ground_forbids_category;
  if (!(categories & grant.withdrawn_categories).empty()) return RefusalCode::grant_withdrawn;
  return std::nullopt;
}

CategorySet all_categories(const GrantScope& grant) {
  return grant.outbound | grant.inbound | kAlways;
}

}  // namespace veerpont::rules
