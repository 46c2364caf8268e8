// What the files of the gate share. Included by them alone.
#pragma once

#include "audit/event_table.h"
#include "broker/gate/gate.h"

namespace veerpont::broker::gate {

using audit::add_transition;
using audit::said_by;
using audit::set_categories;

// Each request has a file with both: what must be known before it can be decided, and the decision.
#define VEERPONT_REQUEST(Type)                     \
  std::vector<Question> questions_of(const Type&); \
  Decision decide(const Facts&, const Type&, const GateContext&);
#define VEERPONT_VERIFIED(Object) VEERPONT_REQUEST(Verified<crypto::Object>)
VEERPONT_REQUEST(SubmitRequest)
VEERPONT_SIGNED_OBJECTS(VEERPONT_VERIFIED)
VEERPONT_REQUEST(KeysRequest)
VEERPONT_REQUEST(AdmitRequest)
VEERPONT_REQUEST(DescribeRequest)
VEERPONT_REQUEST(EnrolRequest)
VEERPONT_REQUEST(SuspendRequest)
VEERPONT_REQUEST(SweepRequest)
VEERPONT_REQUEST(EraseRequest)
VEERPONT_REQUEST(LeaseRequest)
VEERPONT_REQUEST(LogReadRequest)
VEERPONT_REQUEST(GenesisRequest)
VEERPONT_REQUEST(WitnessesRequest)
VEERPONT_REQUEST(RestoredRequest)
VEERPONT_REQUEST(BarrierRequest)
#undef VEERPONT_VERIFIED
#undef VEERPONT_REQUEST

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
// Nothing when there is no such message to this recipient.
const MessageFact* message_to(const Facts& facts, const OrgId& recipient, const MessageId& id);

v1::AuditEvent event_of(const crypto::KeyStatement& statement);
// Times in order and no key that another organisation ever had.
std::optional<Refusal> statement_fault(const Facts& facts, const Participant& owner,
                                       const crypto::KeyStatement& statement,
                                       const GateContext& context);
std::vector<Question> questions_about_keys(const crypto::KeyStatement& statement);

// What may be said of an organisation: nothing of a hidden one but its alias.
std::optional<Refusal> introduction_fault(const Participant& participant);
// The event that says it.
EventDraft introduce(const Participant& participant);

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
