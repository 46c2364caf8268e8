// What a step of a referral stops of our own sharing.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Kept before the step itself goes.
Status stop_by(Context& context, const ReferralRecord& referral, Step step, CategorySet said,
               const ReplyOptions& options);

}  // namespace veerpont::sdk
