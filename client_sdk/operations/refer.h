// A new referral: checked, sealed under its grant, sent or kept.
#pragma once

#include "client_sdk/operations/context.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// With one's own number and the defaults written in.
v1::Referral as_sent(const v1::Referral& document, const std::string& external_id);
// Once for a grant: repeating it answers what was sent. `siblings`: names that belong in another
// referral.
Result<Sent> refer(Context& context, const v1::Referral& document, const GrantId& grant,
                   const ReferOptions& options = {}, const std::vector<std::string>& siblings = {});

}  // namespace veerpont::sdk
