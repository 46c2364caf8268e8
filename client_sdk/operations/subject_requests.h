// Requests under the GDPR, articles 15 to 22: who asks what about a child, by when it is answered,
// what is decided of each part, and the letter that a second person has read before it goes.
#pragma once

#include "client_sdk/operations/context.h"
#include "crypto/pin.h"

namespace veerpont::sdk {

// Its number. Refuses invalid-input, unknown-referral, and more than 10,000 of them.
Result<std::uint64_t> new_request(Context& context, const SubjectRequestDraft& draft,
                                  const Actor& actor);
// The newest first.
Result<std::vector<SubjectRequestRow>> requests(Context& context);
// Refuses not-found.
Result<SubjectRequest> show_request(Context& context, std::uint64_t number, const Actor& actor);
// Refuses not-found, also for a part that this house does not hold, and invalid-input for one that
// is answered already.
Status decide_request(Context& context, std::uint64_t number, const PartDecision& decision,
                      const Actor& actor);
Status extend_request(Context& context, std::uint64_t number, const std::string& reason,
                      const Actor& actor);
// A second person read the letter, and nothing changes any more.
Result<SubjectRequest> answer_request(Context& context, std::uint64_t number,
                                      const std::string& second, const crypto::Pin& pin,
                                      const Actor& actor);

}  // namespace veerpont::sdk
