// A sample of who read what, for the privacy officer: drawn from a printed seed, so that it can be
// drawn again, and what a rule picks out beside it.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Refuses invalid-input for no seed, or more than 500 at once.
Result<Sample> sample(Context& context, const SampleQuery& query);

}  // namespace veerpont::sdk
