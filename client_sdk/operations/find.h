// Looks for a child by name, in what this organisation wrote and in what it opened, and nowhere
// else.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

inline constexpr std::size_t kMostFound = 100;

// The search is in the access log, with the name, when it returns; only then may anything be read.
// Refuses as showing content does, and invalid-input for less than two letters.
Status record_search(Context& context, const std::string& name, const Actor& actor);
// Newest first, at most kMostFound.
std::vector<ReferralId> find_by_name(Context& context, const std::string& name);

}  // namespace veerpont::sdk
