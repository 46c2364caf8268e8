// What an event of each kind must say: one table for the gate that makes events, for the store and
// for everyone who reads them. docs/protocol.md, "Events". Every field of an event comes from the
// object that its actor signed (said_by), from the state of the log before it (audit/log_state.h),
// or is empty.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/sign.h"
#include "rules/referral_states.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::audit {

// Whose word an event is: a participant signed an object, the operator said so, or the broker noted
// what happened.
enum class Author { participant, federation_operator, broker };

// What is so of every event of one kind. Its label is the enum value's in codes.proto.
struct EventRow {
  v1::EventKind kind;
  Author author;
  bool is_public;           // every participant may read it, with what it commits to
  bool keeps_object;        // it commits to an object that is kept
  bool changes_nothing;     // it says only what somebody asked or what was refused
  bool keeps_operation;     // the broker remembers it: the same bytes again get the same event
  bool takes_retired_keys;  // its object may be signed by a key that is retired since
  // Of the object that the actor signed. Not set for key statements, which bring their own
  // signatures, and for what no participant signs.
  std::optional<crypto::PayloadType> signed_type;
  std::optional<v1::AuditEvent> (*said)(const std::string& object);
  std::optional<crypto::Hash> (*signing_key)(std::string_view object);
  crypto::View (*view)(std::string_view object);  // what its signer saw; none in an older object
};

// One row a kind, in the order of their numbers.
std::span<const EventRow> event_table();
// A kind that is not known is the broker's note of something that changes everything: nothing is
// public in it, nobody signed it.
const EventRow& row_of(v1::EventKind kind);

// What follows from the object alone. `sha256`: of its signed bytes.
v1::AuditEvent said_by(const crypto::Header& header);
#define VEERPONT_SAID_BY(Object) \
  v1::AuditEvent said_by(const crypto::Object& object, const crypto::Hash& sha256);
VEERPONT_SIGNED_OBJECTS(VEERPONT_SAID_BY)
#undef VEERPONT_SAID_BY
// Of a key statement.
v1::AuditEvent said_by(const OrgId& org, const crypto::Hash& statement_sha256);

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
