// Grants on vital-interest or conflict-of-duties: a second professional confirms with a PIN, the
// privacy officer reviews.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Refuses as TwoPeople does: pin, locked, the same person.
Status countersign(Context& context, const GrantId& grant, const std::string& worker,
                   const crypto::Pin& pin);
// Those that wait for somebody; `all`: those that are done too.
Result<std::vector<ExceptionRow>> exceptions(Context& context, bool all);
// The finding stays here; that there was one is logged.
Result<LogIndex> review(Context& context, const GrantId& grant, const ReviewNote& note);

}  // namespace veerpont::sdk
