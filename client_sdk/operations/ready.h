// Connected: keys fresh, what waits sent, the log read to its end. Every call that needs the broker
// begins here.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Connected, keys published, outbox flushed, events synced. The session stays for the next call.
Result<Session*> ready(Context& context);
// The same, and mail fetched; whether anything came.
Result<bool> pull(Context& context);
// Refuses clock-skew, and says by how much: then nothing that lasts is made by this machine's
// clock.
Status confirmed_clock(const Context& context, const Session& session);

}  // namespace veerpont::sdk
