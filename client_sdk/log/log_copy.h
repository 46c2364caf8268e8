// The organisation's copy of the log, read: what was verified when it was appended is not verified
// again. Each costs what it answers, however long the log is.
#pragma once

#include "audit/log_state.h"
#include "audit/verifier.h"
#include "client_sdk/home/home.h"
#include "client_sdk/log/key_book.h"
#include "veerpont/v1/audit.pb.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

// A stored event as it is; nothing when it does not parse or has no body any more.
struct CopiedEvent {
  LogIndex index;
  v1::ProvenEvent proven;
  v1::AuditEvent event;
};
std::optional<CopiedEvent> copied(const StoredEvent& stored);

// Whether the organisation is the event's actor or counterpart.
bool concerns(const v1::AuditEvent& event, const OrgId& org);
// Whether an event moves our grants and referrals: one about us that is not about keys or about who
// takes part.
bool is_our_business(const v1::AuditEvent& event, const OrgId& org);
// Events of our business about this grant, in order.
std::vector<CopiedEvent> business_of(OpenHome& home, const GrantId& grant);

// What our log before `before` says of everything that these are about.
audit::LogState state_around(OpenHome& home, Subjects subjects, LogIndex before);
// What is wrong with an event of ours, held against the state of the log before it; nothing when
// all is well. A wrong signature in the log is always the broker's lie: it verifies every one
// before it logs.
std::optional<std::string> fault_of(const OpenHome& home, const KeyBook& keys,
                                    audit::LogState& state, const audit::VerifiedEvent& event,
                                    const v1::ProvenEvent& proven);
// "the broker: event 7: " and what is wrong with it.
std::string fault_at(LogIndex index, const std::string& what);

// As a row, without what only the directory knows.
EventRow row_of(const v1::AuditEvent& event, LogIndex index);
// Everything about the messages of a referral that concerns us, in the order of the log.
std::vector<CopiedEvent> log_of(OpenHome& home, const ReferralId& referral);
// As rows for people: of one referral, in the order of the log.
std::vector<EventRow> events_of(OpenHome& home, const ReferralId& referral);
// Which stored events; refuses invalid-input with the field for a kind or a ground that there is
// not, and for days that are no period.
Result<EventFilter> filter_of(const EventQuery& query);
// As rows for people, those that the query names.
Result<std::vector<EventRow>> list_events(OpenHome& home, const EventQuery& query);

}  // namespace veerpont::sdk
