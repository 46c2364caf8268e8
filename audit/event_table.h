// What an event of each kind must say: one table for the gate that makes events and for everyone
// who reads them. docs/protocol.md, "Events". Every field of an event comes from the object that
// its actor signed (said_by), from the state of the log before it (audit/log_state.h), or is empty.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/sign.h"
#include "rules/referral_states.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::audit {

// The type of the object that the actor signed; nothing for what the broker makes itself, and for
// key statements, which bring their own signatures.
std::optional<crypto::PayloadType> signed_type(v1::EventKind kind);

// Whether events of this kind commit to an object that is kept.
bool keeps_object(v1::EventKind kind);

// Whether every participant may read events of this kind, with what they commit to.
bool is_public(v1::EventKind kind);

// Whether an event of this kind says only what somebody asked or what was refused: it changes
// nothing for anybody.
bool changes_nothing(v1::EventKind kind);

// Whether the broker remembers the operation, so that the same bytes again get the same event.
bool keeps_operation(v1::EventKind kind);

// Whether a Withdrawal, a Received or a Rejected may be signed by a key that its organisation has
// retired since.
bool takes_retired_keys(crypto::PayloadType type);

// What follows from the object alone. `sha256`: of its signed bytes.
v1::AuditEvent said_by(const crypto::Header& header);
v1::AuditEvent said_by(const crypto::Grant& grant, const crypto::Hash& sha256);
v1::AuditEvent said_by(const crypto::Withdrawal& withdrawal, const crypto::Hash& sha256);
v1::AuditEvent said_by(const crypto::Release& release, const crypto::Hash& sha256);
v1::AuditEvent said_by(const crypto::Received& received, const crypto::Hash& sha256);
v1::AuditEvent said_by(const crypto::Rejected& rejected, const crypto::Hash& sha256);
v1::AuditEvent said_by(const crypto::Review& review, const crypto::Hash& sha256);
v1::AuditEvent said_by(const crypto::ProfileStatement& profile, const crypto::Hash& sha256);
// Of a key statement.
v1::AuditEvent said_by(const OrgId& org, const crypto::Hash& statement_sha256);

// The key that an object of this type says it is signed with; nothing when it does not parse.
std::optional<crypto::Hash> signing_key_of(crypto::PayloadType type, std::string_view body);

v1::AuditEvent new_event(v1::EventKind kind, const std::string& actor,
                         const std::string& counterpart);
void set_categories(v1::AuditEvent& event, CategorySet categories);
void add_transition(v1::AuditEvent& event, const ReferralId& referral, ReferralState state);

// How many messages one shares-destroyed names at most: its list stays far below what a frame may
// hold.
inline constexpr std::size_t kDestroyedInOneEvent = 1'000;
// What says that these shares under a grant were destroyed, as many events as it takes, at least
// one; `operation` is that of the withdrawal or the step just before (empty: an expiry).
std::vector<v1::AuditEvent> destruction_events(const rules::GrantScope& scope, const GrantId& grant,
                                               const std::string& operation, CategorySet categories,
                                               v1::AuditEvent::Method method,
                                               const std::map<MessageId, CategorySet>& shares);

// The JSON name of the first field in which an event says something else than its object does; what
// it says about the state of the log before it is not looked at. Nothing when they agree.
std::optional<std::string> contradicts(const v1::AuditEvent& event, const std::string& object);

// The JSON name of the first field in which two events differ, time and chains left out; nothing
// when they say the same.
std::optional<std::string> difference(const v1::AuditEvent& one, const v1::AuditEvent& other);

}  // namespace veerpont::audit
