// What waits to be sent: shown, cancelled, and sent again by every command that connects.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// What may have been sent and is not in the log, which was read to its end: it did not arrive.
void settle_perhaps(Context& context);
// Withdrawals, grants, messages, in this order.
std::vector<QueuedRow> outbox(Context& context);
// What waited and was refused when it went: not sent, until somebody cancels it.
std::vector<QueuedRow> refused_later(Context& context);
// Says whether it had left already. Refuses not-found, and invalid-input for what was sent.
Result<CancelledMessage> cancel(Context& context, const MessageId& message);
// Stops at the first refusal that ends the session; what is decided is given up.
Status flush_outbox(Context& context, Session& session);

}  // namespace veerpont::sdk
