// What went between organisations, counted from this organisation's copy of the log: what may leave
// a house says no more than its log does.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Refuses invalid-input as filter_of.
Result<Flows> flows(Context& context, const EventQuery& query);

}  // namespace veerpont::sdk
