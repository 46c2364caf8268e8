// What a refusal means for what was to be sent: it is final, or it may go later.
#pragma once

#include "base/refusal.h"

namespace veerpont::sdk {

// Whether this refusal is final; else nothing was decided, and what was to be sent is kept.
bool is_decided(const Refusal& refusal);
// Whether the broker could not take it now and may take it later.
bool is_held(RefusalCode code);
// Tampering or a broken connection: nothing more is to be done now.
bool ends_the_session(const Refusal& refusal);

}  // namespace veerpont::sdk
