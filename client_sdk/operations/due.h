// What must be done soon: consent anew, the authority register. All of it stays in this home.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Grants whose end, birthday or authority check falls within so many days; late ones too.
Result<std::vector<DueRow>> due(Context& context, int ahead);
// Somebody looked in the authority register on that day.
Status authority_checked(Context& context, const GrantId& grant, const Date& day);

}  // namespace veerpont::sdk
