// Words that must never be sent: the name of the house, its street, its telephone.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

Result<std::vector<std::string>> secret_words(Context& context);
// In place of all that were there. Refuses invalid-input for one that is empty, begins with "#", is
// longer than 200 bytes or has characters that cannot be seen, and for more than 500; without an
// entry of the access log nothing changes.
Status set_secret_words(Context& context, const std::vector<std::string>& words,
                        const Actor& actor);

}  // namespace veerpont::sdk
