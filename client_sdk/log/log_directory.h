// Organisations as the log shows them to everyone: how the operator introduced them, and what they
// say of themselves.
#pragma once

#include "client_sdk/home/home.h"
#include "client_sdk/log/key_book.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::sdk {

// The setting that says when the operator put the log back without its witnesses, and why: a time
// (RFC 3339), a space and the reason.
inline constexpr char kLogRestored[] = "log-restored";

// Keeps what one event says. An introduction must be what its event commits to, and never of
// another kind than before: tampered. A profile that its organisation did not sign is not believed.
Status learn_organisation(OpenHome& home, const KeyBook& keys, const v1::AuditEvent& event,
                          const v1::ProvenEvent& proven);

}  // namespace veerpont::sdk
