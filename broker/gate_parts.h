// The gate's pieces, one function per kind of request, and what they share. Included by gate*.cc alone.
#pragma once

#include "broker/gate.h"

namespace veerpont::broker::gate {

Decision submit(const Facts&, const SubmitRequest&, const GateContext&);
Decision register_grant(const Facts&, const Verified<crypto::Grant>&, const GateContext&);
Decision withdraw(const Facts&, const Verified<crypto::Withdrawal>&, const GateContext&);
Decision release(const Facts&, const Verified<crypto::Release>&, const GateContext&);
Decision received(const Facts&, const Verified<crypto::Received>&, const GateContext&);
Decision rejected(const Facts&, const Verified<crypto::Rejected>&, const GateContext&);
Decision review(const Facts&, const Verified<crypto::Review>&, const GateContext&);
Decision publish_profile(const Facts&, const Verified<crypto::ProfileStatement>&, const GateContext&);
Decision publish_keys(const Facts&, const KeysRequest&, const GateContext&);
Decision admit(const Facts&, const AdmitRequest&, const GateContext&);
Decision describe(const Facts&, const DescribeRequest&, const GateContext&);
Decision enrol(const Facts&, const EnrolRequest&, const GateContext&);
Decision suspend(const Facts&, const SuspendRequest&, const GateContext&);
Decision sweep(const Facts&, const SweepRequest&, const GateContext&);
Decision erase(const Facts&, const EraseRequest&, const GateContext&);
Decision lease(const Facts&, const LeaseRequest&, const GateContext&);

// A new event with its kind and parties.
v1::AuditEvent event(v1::EventKind kind, const std::string& actor, const std::string& counterpart);
void set_categories(v1::AuditEvent& event, CategorySet categories);
void add_transition(v1::AuditEvent& event, const ReferralId& referral, ReferralState state);
// The referral in its next state, by when somebody must act; the clock starts anew when that is another time.
PutReferral moved(ReferralFact referral, ReferralState next, Time respond_by);
// What is exchanged under this grant; a referral when it is not among the facts.
ExchangeKind kind_of(const Facts& facts, const GrantId& grant);

const Participant* participant(const Facts& facts, const OrgId& org);
// Published, not revoked, and in its window now.
bool has_active_key(const Facts& facts, const OrgId& org, const Hash& key, Time now);
// Enrolled, takes messages, not suspended; else why not.
std::optional<RefusalCode> cannot_receive(const Facts& facts, const OrgId& org);
bool is_suspended(const Facts& facts, const OrgId& org);

// The refusal, with the event that records it for the sender alone.
Deny deny(Refusal refusal, v1::AuditEvent refused);

// The same operation again gets the same event; with other bytes it is refused.
template <class T>
std::optional<Decision> known_operation(const Facts& facts, const OrgId& org, const Verified<T>& request, const v1::AuditEvent& refused) {
  const auto known = facts.operations.find({org, request.object.operation});
  if (known == facts.operations.end()) return std::nullopt;
  if (known->second.object_sha256 != request.sha256) return deny({RefusalCode::operation_id_conflict}, refused);
  return Known{known->second.index, {}, {}, {}};
}

// The disk is kept for withdrawals, acknowledgements and releases; not logged, only counted.
inline Deny storage_full() { return Deny{{RefusalCode::storage_full}, {}}; }

// Destroys every live share under `grant` (of `only` when not empty), and says how many and of which messages.
struct Destroyed {
  DestroyShares change;
  std::set<MessageId> messages;
};
Destroyed destroy_shares_of(const Facts& facts, const GrantId& grant, CategorySet only);

}  // namespace veerpont::broker::gate
