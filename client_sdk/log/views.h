// What members saw of the log when they signed: put into what we sign, and held against our own log
// in what others did. So a log that shows two members two histories is found at their next contact,
// and at everybody's next key statement. docs/protocol.md, "Views".
#pragma once

#include "audit/verifier.h"
#include "client_sdk/home/home.h"
#include "client_sdk/link/session.h"
#include "crypto/objects/view.h"

namespace veerpont::sdk {

// Of this session, which was just read to the log's end; `partner`: with whom the object is, when
// it is with anybody.
crypto::View view_now(const OpenHome& home, const Session& session,
                      const std::optional<OrgId>& partner);

// The view in another member's object, under the session's newest checkpoint: after the chains were
// followed past the event. Refuses tampered, and says whose history differs.
Status check_view(const OpenHome& home, const Session& session, const audit::VerifiedEvent& event,
                  const v1::ProvenEvent& proven);

}  // namespace veerpont::sdk
