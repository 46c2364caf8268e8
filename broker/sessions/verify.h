// From a client's frame to a request: parsing, identity, signature, hashes. Pure and expensive, so
// it runs on the pool; whatever must be decided in order is left to the gate. docs/protocol.md,
// "The gate".
#pragma once

#include "broker/gate/request.h"
#include "broker/log/committer.h"

namespace veerpont::broker {

// For the frames that change something. Refuses malformed, too-large, unknown-suite,
// not-your-identity, unknown-key, bad-signature: all before anything is stored or logged.
// `saw_our_log`: asked of the checkpoint that an object says its signer saw.
using SawOurLog = std::function<bool(const crypto::Seen&)>;
Result<Request> verify(v1::ClientFrame& frame, const Participants& participants, const OrgId& me,
                       const SawOurLog& saw_our_log = {});

}  // namespace veerpont::broker
