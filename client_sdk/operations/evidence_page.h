// One referral for a court or a supervisor: a file of HTML that needs nothing else. What the log
// says of it, who of this house looked, and the proof of each entry. No content, and no other
// family's entries.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// An entry of the access log is written first. Refuses not-found for a referral that is not here.
Result<std::string> evidence_page(Context& context, const ReferralId& referral, Language language,
                                  const Actor& actor);

}  // namespace veerpont::sdk
