// Whether the family's address is secret, by what a referral says where this home has read it.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Nothing: not known here.
std::optional<bool> secret_address(Context& context, const ReferralRecord& record);

}  // namespace veerpont::sdk
