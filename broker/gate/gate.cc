#include "broker/gate/gate.h"

#include "broker/gate/parts.h"
#include "rules/clock_tolerance.h"

namespace veerpont::broker {
namespace gate {

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

namespace {

struct Decide {
  const Facts& facts;
  const GateContext& context;

  Decision operator()(const SubmitRequest& r) const { return submit(facts, r, context); }
  Decision operator()(const Verified<crypto::Grant>& r) const {
    return register_grant(facts, r, context);
  }
  Decision operator()(const Verified<crypto::Withdrawal>& r) const {
    return withdraw(facts, r, context);
  }
  Decision operator()(const Verified<crypto::Release>& r) const {
    return release(facts, r, context);
  }
  Decision operator()(const Verified<crypto::Received>& r) const {
    return received(facts, r, context);
  }
  Decision operator()(const Verified<crypto::Rejected>& r) const {
    return rejected(facts, r, context);
  }
  Decision operator()(const Verified<crypto::Review>& r) const { return review(facts, r, context); }
  Decision operator()(const Verified<crypto::ProfileStatement>& r) const {
    return publish_profile(facts, r, context);
  }
  Decision operator()(const KeysRequest& r) const { return publish_keys(facts, r, context); }
  Decision operator()(const AdmitRequest& r) const { return admit(facts, r, context); }
  Decision operator()(const DescribeRequest& r) const { return describe(facts, r, context); }
  Decision operator()(const EnrolRequest& r) const { return enrol(facts, r, context); }
  Decision operator()(const SuspendRequest& r) const { return suspend(facts, r, context); }
  Decision operator()(const SweepRequest& r) const { return sweep(facts, r, context); }
  Decision operator()(const EraseRequest& r) const { return erase(facts, r, context); }
  Decision operator()(const LeaseRequest& r) const { return lease(facts, r, context); }
  Decision operator()(const LogReadRequest& r) const {
    if (context.room != Room::ample) return storage_full();
    Permit permit;
    permit.events.push_back({audit::new_event(v1::EVENT_KIND_LOG_READ, r.org.str(), ""), {}, {}});
    return permit;
  }
  Decision operator()(const GenesisRequest& r) const {
    Permit permit;
    v1::AuditEvent genesis = audit::new_event(v1::EVENT_KIND_GENESIS, "", "");
    genesis.set_object_sha256(crypto::sha256(r.policy.body()).str());
    permit.events.push_back({std::move(genesis), r.policy, {}});
    return permit;
  }
  Decision operator()(const BarrierRequest&) const { return Permit{}; }
};

}  // namespace
}  // namespace gate

Decision decide(const Facts& facts, const Request& request, const GateContext& context) {
  return std::visit(gate::Decide{facts, context}, request);
}

}  // namespace veerpont::broker
