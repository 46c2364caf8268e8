// After a leak: what of this house was seen between two times, what could have been, and what could
// not.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Looking is an entry of the access log first. Refuses invalid-input for times that are no period,
// and as may_look.
Result<Breach> breach(Context& context, const BreachQuery& query, const Actor& actor);

}  // namespace veerpont::sdk
