// Who cosigns the log, and what a quorum of them last signed: the operator names witnesses in the
// log, a person of this house compares their keys, and nobody else counts. docs/protocol.md,
// "Witnesses".
#pragma once

#include "audit/verifier.h"
#include "audit/witness_policy.h"
#include "client_sdk/home/home.h"
#include "client_sdk/link/session.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {

v1::KeptWitnesses kept_witnesses(const OpenHome& home);
// What the operator says of witnesses; nothing happens for another event. Refuses tampered for a
// policy that does not hold.
Status learn_witnesses(OpenHome& home, const v1::AuditEvent& event, const v1::ProvenEvent& proven);
// What a quorum cosigned must be in the log that we are shown, and the times of events must lie
// where its witnesses' clocks say. Refuses tampered; `mistimed`: the event whose time does not.
// Inside the transaction of its page, before its events are stored.
Status take_witnessed(OpenHome& home, const Session& session, const v1::EventPage& page,
                      const std::vector<StoredEvent>& events, std::optional<StoredEvent>& mistimed);
// For whoever judges it: the notes that witnesses cosigned, and the event that names them.
void add_witnesses(const OpenHome& home, const v1::EventPage& page, v1::LogEvidence& evidence);

// Whether a person of this house, or its own keys, vouch for this witness.
bool counts_here(OpenHome& home, const audit::Witness& witness);
// A person here knows that they were changed without those before, or that fewer must sign.
Status looked_at_witnesses(OpenHome& home);
// A person compared this key by another way. Refuses not-found when no witness of the log has it.
Status confirm_named(OpenHome& home, const audit::VerifierKey& key);
// How far a quorum of those that count has signed, and since when: its oldest cosignature. Nothing
// without one.
struct WitnessedNow {
  std::uint64_t size = 0;
  Time since{};
};
std::optional<WitnessedNow> witnessed_now(OpenHome& home);
// A quorum of those that count cosigned what is at most five minutes old. Refuses expired with the
// reason; a log without witnesses too.
Status is_witnessed_now(OpenHome& home, Time now);

}  // namespace veerpont::sdk
