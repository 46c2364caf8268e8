#include "broker/gate/parts.h"

#include "rules/clock_tolerance.h"

namespace veerpont::broker::gate {

PutReferral moved(ReferralFact referral, ReferralState next, Time respond_by) {
  referral.overdue = referral.overdue && respond_by == referral.respond_by;
  referral.state = next;
  referral.respond_by = respond_by;
  return {std::move(referral)};
}

ExchangeKind kind_of(const Facts& facts, const GrantId& grant) {
  const auto found = facts.grants.find(grant);
  return found == facts.grants.end() ? ExchangeKind::referral : found->second.grant.scope.kind;
}

const Participant* participant(const Facts& facts, const OrgId& org) {
  const auto found = facts.participants.find(org);
  return found == facts.participants.end() ? nullptr : &found->second;
}

bool has_active_key(const Facts& facts, const OrgId& org, const Hash& id, Time now) {
  const Participant* owner = participant(facts, org);
  const KeyFact* key = owner == nullptr ? nullptr : owner->key(id, crypto::KeyType::signing);
  return key != nullptr && key->standing == KeyFact::Standing::active &&
         rules::window_holds(key->from, key->until, now);
}

bool has_own_key(const Facts& facts, const OrgId& org, const Hash& id) {
  const Participant* owner = participant(facts, org);
  const KeyFact* key = owner == nullptr ? nullptr : owner->key(id, crypto::KeyType::signing);
  return key != nullptr && key->standing != KeyFact::Standing::compromised;
}

std::optional<RefusalCode> cannot_receive(const Facts& facts, const OrgId& org) {
  const Participant* recipient = participant(facts, org);
  if (recipient == nullptr || !recipient->enrolled || recipient->kind == OrgKind::oversight)
    return RefusalCode::unknown_recipient;
  if (recipient->suspended) return RefusalCode::recipient_suspended;
  return std::nullopt;
}

bool is_suspended(const Facts& facts, const OrgId& org) {
  const Participant* found = participant(facts, org);
  return found == nullptr || found->suspended;
}

Deny deny(Refusal refusal, v1::AuditEvent refused) {
  if (refused.kind() != v1::EVENT_KIND_RELEASE_REFUSED) refused.set_kind(v1::EVENT_KIND_REFUSED);
  refused.clear_counterpart();
  refused.clear_transitions();
  refused.set_refusal(static_cast<v1::RefusalCode>(refusal.code));
  return Deny{std::move(refusal), EventDraft{std::move(refused), {}, {}}};
}

const MessageFact* message_to(const Facts& facts, const OrgId& recipient, const MessageId& id) {
  const auto found = facts.messages.find(id);
  return found != facts.messages.end() && found->second.recipient == recipient ? &found->second
                                                                               : nullptr;
}

}  // namespace veerpont::broker::gate
