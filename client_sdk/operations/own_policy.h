// What an organisation decided for itself, and who changed it when.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// As it holds now. A file that somebody changed with an editor is a version from the moment that
// this sees it.
Result<OwnPolicy> own_policy(Context& context);
// One rule of it. Refuses invalid-input with the key; without an entry of the access log nothing
// changes.
Result<OwnPolicy> change_policy(Context& context, const std::string& key, int value,
                                const Actor& actor);

}  // namespace veerpont::sdk
