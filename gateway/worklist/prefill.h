// A draft that a case-management system began, as the pages read one (gateway/web, written.ts, form
// 2).
#pragma once

#include <string>

#include "base/result.h"
#include "veerpont/gateway/v1/workbench.pb.h"

namespace veerpont::gateway {

// The body of the draft, JSON. Refuses invalid-input for what only people write: consent, an
// update, and the child's own words.
Result<std::string> prefilled(const v1::PrefillRequest& known);

}  // namespace veerpont::gateway
