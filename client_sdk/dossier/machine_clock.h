// Which time of this machine's may be believed, and for what. docs/protocol.md, "Time".
#pragma once

#include "client_sdk/dossier/dossier.h"

namespace veerpont::sdk {

// The newest time that the log has proven to this home.
Time newest_event_time(Dossier& dossier);
void note_event_time(Dossier& dossier, Time time);

// Until when private epoch keys may be destroyed now: the earlier of this machine's clock and of
// what the log has proven, which a broker cannot hold back for ever, since a local mark follows the
// machine's clock: never back, and by at most a week for each day on which it is used.
Time destruction_time(Dossier& dossier, Time now);

}  // namespace veerpont::sdk
