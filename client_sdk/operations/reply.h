// What leaves after the first message: the steps of a referral, and its renewal.
#pragma once

#include "client_sdk/operations/context.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// Refuses step-not-allowed by the table of rules/referral_states.h.
Result<Sent> reply(Context& context, const ReferralId& referral, Step step,
                   const v1::Referral& document, const ReplyOptions& options = {});
// By when the other side answers; nothing: it need not.
std::optional<Time> answer_by(Context& context, const ReferralRecord& referral, ReferralState next,
                              Step step, const v1::Update& update, Time now);
// Goes on under a new grant, whose record travels.
Result<Sent> renew(Context& context, const ReferralId& referral, const GrantId& grant);

}  // namespace veerpont::sdk
