// Consent is withdrawn, as a whole or for some categories: the shares are destroyed.
#include "broker/gate/parts.h"
#include "rules/referral_states.h"

namespace veerpont::broker::gate {
namespace {

// A referral that is not accepted yet ends with its grant; help that began goes on without content.
void end_referral(const Facts& facts, const GrantFact& grant, v1::AuditEvent& event,
                  Permit& permit) {
  const auto referral =
      grant.referral ? facts.referrals.find(*grant.referral) : facts.referrals.end();
  if (referral == facts.referrals.end() || referral->second.grant != grant.grant.id) return;
  event.set_referral_id(referral->first.str());
  const auto next =
      rules::after_occurrence(referral->second.state, rules::Occurrence::grant_withdrawn);
  permit.state = next.value_or(referral->second.state);
  if (!next) return;
  add_transition(event, referral->first, *next);
  permit.changes.push_back(moved(referral->second, *next, {}));
}

}  // namespace

std::vector<Question> questions_of(const Verified<crypto::Withdrawal>& request) {
  const crypto::Withdrawal& withdrawal = request.object;
  return {AskOrg{withdrawal.holder}, AskGrantShares{withdrawal.grant},
          AskOperation{withdrawal.holder, withdrawal.operation}};
}

Decision decide(const Facts& facts, const Verified<crypto::Withdrawal>& request,
                const GateContext& context) {
  const crypto::Withdrawal& withdrawal = request.object;
  v1::AuditEvent withdrawn = said_by(withdrawal, request.sha256);
  if (auto known = known_operation(facts, withdrawal.holder, request, withdrawn)) return *known;
  if (!has_own_key(facts, withdrawal.holder, withdrawal.key_id))
    return deny({RefusalCode::unknown_key}, withdrawn);
  const auto found = facts.grants.find(withdrawal.grant);
  if (found == facts.grants.end() || found->second.grant.scope.holder != withdrawal.holder)
    return deny({RefusalCode::unknown_grant}, withdrawn);
  const GrantFact& grant = found->second;
  const CategorySet all = rules::all_categories(grant.grant.scope);
  const bool whole = withdrawal.categories.empty();
  if (grant.withdrawn) return deny({RefusalCode::grant_withdrawn}, withdrawn);
  if (grant.ended) return deny({RefusalCode::grant_expired}, withdrawn);
  if (!all.covers(withdrawal.categories))
    return deny({RefusalCode::category_not_granted}, withdrawn);
  if (!whole && grant.withdrawn_categories.covers(withdrawal.categories))
    return deny({RefusalCode::grant_withdrawn}, withdrawn);

  Permit permit;
  const CategorySet gone = whole ? all : withdrawal.categories;
  Destroyed destroyed = destroy_shares_of(facts, withdrawal.grant, gone);
  withdrawn.set_counterpart(grant.grant.scope.recipient.str());
  withdrawn.set_count(destroyed.count());
  if (whole) end_referral(facts, grant, withdrawn, permit);
  permit.changes.push_back(WithdrawGrant{withdrawal.grant, withdrawal.categories, whole});
  permit.changes.push_back(Tombstone{withdrawal.grant, gone, context.next});
  permit.changes.push_back(
      PutOperation{{withdrawal.holder, withdrawal.operation, request.sha256, context.next}});
  permit.events.push_back({withdrawn, request.bytes, {}});
  if (destroyed.count() > 0)
    add_destruction(permit, grant, withdrawal.operation.str(), gone,
                    v1::AuditEvent::METHOD_UNSPECIFIED, std::move(destroyed));
  return permit;
}

}  // namespace veerpont::broker::gate
