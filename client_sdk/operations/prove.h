// A proof of one event, for somebody who has nothing but the log's verifier key.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Refuses not-found for an event that this home does not have, or whose body is gone after its
// years.
Result<EventProof> prove(Context& context, LogIndex index);

}  // namespace veerpont::sdk
