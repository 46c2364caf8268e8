// Shows content: what was received, which is released first, and what this organisation sent. Each
// display is in the access log before anybody sees it.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Whether open() would need no broker.
bool is_here(Context& context, const MessageId& message, CategorySet only);
Result<Opened> open(Context& context, const MessageId& message, CategorySet only,
                    const Actor& actor);
// What this organisation sent.
Result<Opened> sent(Context& context, const MessageId& message, const Actor& actor);

}  // namespace veerpont::sdk
