// What nobody opens in time is sealed again before it expires, so that a message is never lost by
// waiting.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// How many of ours nobody opened and end before then.
std::size_t unread_before(Context& context, Time before);
// Those that end soon. Stops at what ends the session.
Status seal_again(Context& context, Session& session);

}  // namespace veerpont::sdk
