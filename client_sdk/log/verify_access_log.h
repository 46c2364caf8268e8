// The organisation's own access log against what the log of the federation was told of it: no entry
// before the newest anchor can be changed, taken out or put in unseen.
#pragma once

#include "client_sdk/home/home.h"

namespace veerpont::sdk {

struct AccessLogReport {
  std::uint64_t entries = 0;
  std::uint64_t anchored = 0;  // up to which entry an anchor vouches
  std::optional<Time> anchored_at = {};
  std::uint64_t checked = 0;  // of the entries, now
};

// Refuses tampered, and names the entry, or those between which it is. Needs no network. `now`:
// what is younger than five years is not forgotten. Goes on from what was verified before; `full`:
// from the beginning.
Result<AccessLogReport> verify_access_log(OpenHome& home, Time now, bool full);

// When bodies of entries may go.
Time forgotten_before(Time now);

}  // namespace veerpont::sdk
