// What an event of this kind must rest on, for everyone who replays a log: the broker's check and every participant.
#pragma once

#include <optional>

#include "crypto/sign.h"
#include "schemas/rules/referral_states.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::audit {

// The type of the object that the actor signed; nothing for what the broker makes itself, and for key statements,
// which bring their own signatures.
std::optional<crypto::PayloadType> signed_type(v1::EventKind kind);

// Whether every participant may read events of this kind, with what they commit to.
bool is_public(v1::EventKind kind);

// The state that the pure table gives a referral in `now` (nothing: not begun) after this event; nothing when it allows
// no such transition.
std::optional<ReferralState> state_after(const v1::AuditEvent& event, std::optional<ReferralState> now, rules::Role actor,
                                         ExchangeKind kind = ExchangeKind::referral);

}  // namespace veerpont::audit
