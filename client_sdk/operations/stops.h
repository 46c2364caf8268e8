// When sharing stopped, and of what.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// What stopped under a grant, by whomever: one entry when it is the whole, else one a day, oldest
// first.
std::vector<Stop> stopped(Context& context, const GrantId& grant);
// The day, for a refusal.
std::string since(Context& context, const GrantId& grant, CategorySet categories);
// Those since this was last asked.
std::vector<StoppedRow> newly_stopped(Context& context);

}  // namespace veerpont::sdk
