// The organisation's own rule for what it keeps: each category of a closed referral goes when its
// time is over, and a signed note says what went. The log keeps its events; what they prove needs
// no content.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// `dry_run`: only says what would go.
Result<Retention> run_retention(Context& context, bool dry_run);
// As they were signed, in JSON.
Result<std::vector<std::string>> destruction_notes(Context& context);

}  // namespace veerpont::sdk
