// This organisation vouches for the log: it reads everything that everybody must have, and cosigns
// the checkpoints that hold. And what it knows of those who do. docs/protocol.md, "Witnesses".
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// One round. What is signed is kept first, so that this home never signs a tree that does not
// extend it. Refuses unknown-key when the operator does not name it, tampered when the log does not
// hold.
Result<Cosigned> cosign(Context& context);

// Who cosigns, whom a person of this house confirmed, and how far a quorum has signed.
Result<LogWitnesses> witnesses(Context& context);
// A person compared a witness's key by another way. Refuses invalid-input for what is no such key,
// not-found when nobody named has it.
Status confirm_witness(Context& context, const std::string& verifier_key);
// That the operator put the log back by their own word, for a month; nothing when they did not.
std::optional<Check> restored_check(Context& context);
// How the log stands with its witnesses; nothing where it has none.
std::optional<Check> witnesses_check(Context& context);

}  // namespace veerpont::sdk
