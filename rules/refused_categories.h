// Which categories a grant does not let through: for whoever must leave them out.
#pragma once

#include "base/refusal.h"
#include "rules/grant_scope.h"

namespace veerpont::rules {

// The refusal of refuses(), with the ids of the categories that are the cause where there are any:
// "health, safety". Nothing when all may go.
std::optional<Refusal> refusal_of(const GrantScope& grant, const OrgId& sender,
                                  const OrgId& receiver, CategorySet categories, Time now);

}  // namespace veerpont::rules
