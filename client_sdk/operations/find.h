// Looks for a child by name, in what this organisation wrote and in what it opened, and nowhere
// else.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

inline constexpr std::size_t kMostFound = 100;

// The search is in the access log, with the name, before anything is read. Newest first, at most
// kMostFound. Refuses as showing content does, and invalid-input for less than two letters.
Result<std::vector<ReferralId>> find_by_name(Context& context, const std::string& name,
                                             const Actor& actor);

}  // namespace veerpont::sdk
