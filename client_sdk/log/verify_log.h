// The organisation's log, verified again from what is stored: inclusion, signatures, our chain
// without a gap, transitions, erasures, every receipt. Needs no network; memory does not grow with
// the log.
#pragma once

#include "client_sdk/home/home.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

// Goes on from what was verified before; `full`: from the beginning. Refuses tampered, and says
// which event.
Result<LogReport> verify_log(OpenHome& home, bool full);

}  // namespace veerpont::sdk
