// Deliveries: fetched, proved, stored, acknowledged. Everything the broker checked is checked
// again.
#pragma once

#include <span>

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Of what is stored and was not acknowledged yet.
Status acknowledge(Context& context, Session& session);
Status acknowledge(Context& context, Session& session, const OrgId& sender,
                   std::span<const MessageId> messages);
// All that waits. `leased_elsewhere`: another command has some of it in hand.
Status fetch_mail(Context& context, Session& session, bool& leased_elsewhere);

}  // namespace veerpont::sdk
