// A log that does not hold: two people look, and say why it goes on.
#pragma once

#include "client_sdk/operations/context.h"
#include "crypto/pin.h"

namespace veerpont::sdk {

std::optional<LogVerdict> told_verdict(Context& context);
// Refuses not-found when the log holds, invalid-input for one person twice or no reason, and what a
// PIN refuses.
Status resolve_log(Context& context, const LogResolution& resolution, const crypto::Pin& first,
                   const crypto::Pin& second);

}  // namespace veerpont::sdk
