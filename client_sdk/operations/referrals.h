// The referrals of this organisation and their timelines, from what is stored here.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// With the age band and how urgent it is when somebody may look: one entry of the access log.
Result<std::vector<ReferralRow>> referrals(Context& context, const ReferralQuery& query);
// Refuse unknown-referral.
Result<ReferralRow> referral(Context& context, const ReferralId& referral);
Result<std::vector<EventRow>> timeline(Context& context, const ReferralId& referral);

}  // namespace veerpont::sdk
