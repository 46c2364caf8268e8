// The gate's pieces, one function per kind of request, and what they share. Included by gate*.cc
// alone.
#pragma once

#include "audit/event_table.h"
#include "broker/gate/gate.h"

namespace veerpont::broker::gate {

using audit::add_transition;
using audit::said_by;
using audit::set_categories;

Decision submit(const Facts&, const SubmitRequest&, const GateContext&);
Decision register_grant(const Facts&, const Verified<crypto::Grant>&, const GateContext&);
Decision withdraw(const Facts&, const Verified<crypto::Withdrawal>&, const GateContext&);
Decision release(const Facts&, const Verified<crypto::Release>&, const GateContext&);
Decision received(const Facts&, const Verified<crypto::Received>&, const GateContext&);
Decision rejected(const Facts&, const Verified<crypto::Rejected>&, const GateContext&);
Decision review(const Facts&, const Verified<crypto::Review>&, const GateContext&);
Decision publish_profile(const Facts&, const Verified<crypto::ProfileStatement>&,
                         const GateContext&);
Decision publish_keys(const Facts&, const KeysRequest&, const GateContext&);
Decision admit(const Facts&, const AdmitRequest&, const GateContext&);
Decision describe(const Facts&, const DescribeRequest&, const GateContext&);
Decision enrol(const Facts&, const EnrolRequest&, const GateContext&);
Decision suspend(const Facts&, const SuspendRequest&, const GateContext&);
Decision sweep(const Facts&, const SweepRequest&, const GateContext&);
Decision erase(const Facts&, const EraseRequest&, const GateContext&);
Decision lease(const Facts&, const LeaseRequest&, const GateContext&);

// The referral in its next state, by when somebody must act; the clock starts anew when that is
// another time.
PutReferral moved(ReferralFact referral, ReferralState next, Time respond_by);
// What is exchanged under this grant; a referral when it is not among the facts.
ExchangeKind kind_of(const Facts& facts, const GrantId& grant);

const Participant* participant(const Facts& facts, const OrgId& org);
// Published, neither retired nor compromised, and in its window now.
bool has_active_key(const Facts& facts, const OrgId& org, const Hash& key, Time now);
// Ever published and not compromised: enough to withdraw and to acknowledge.
bool has_own_key(const Facts& facts, const OrgId& org, const Hash& key);
// Enrolled, takes messages, not suspended; else why not.
std::optional<RefusalCode> cannot_receive(const Facts& facts, const OrgId& org);
bool is_suspended(const Facts& facts, const OrgId& org);

// The refusal, with the event that records it for the sender alone.
Deny deny(Refusal refusal, v1::AuditEvent refused);

// The same operation again gets the same event; with other bytes it is refused.
template <class T>
std::optional<Decision> known_operation(const Facts& facts, const OrgId& org,
                                        const Verified<T>& request, const v1::AuditEvent& refused) {
  const auto known = facts.operations.find({org, request.object.operation});
  if (known == facts.operations.end()) return std::nullopt;
  if (known->second.object_sha256 != request.sha256)
    return deny({RefusalCode::operation_id_conflict}, refused);
  return Known{known->second.index, {}, {}, {}};
}

// The disk is kept for withdrawals, acknowledgements and releases; not logged, only counted.
inline Deny storage_full() { return Deny{{RefusalCode::storage_full}, {}}; }

// The live shares under `grant` of these categories, to be destroyed.
struct Destroyed {
  DestroyShares change;
  std::map<MessageId, CategorySet> shares;
  std::uint32_t count() const { return static_cast<std::uint32_t>(change.shares.size()); }
};
Destroyed destroy_shares_of(const Facts& facts, const GrantId& grant, CategorySet categories);
// What says so in the log, right behind the event of `operation` (empty: an expiry).
void add_destruction(Permit& permit, const GrantFact& grant, const std::string& operation,
                     CategorySet categories, v1::AuditEvent::Method method, Destroyed destroyed);
// What a step stops under every grant that its referral ever had: rules::stopped_by().
void stop_sharing(const Facts& facts, const ReferralFact& referral, const crypto::Header& header,
                  const GateContext& context, Permit& permit);

}  // namespace veerpont::broker::gate
