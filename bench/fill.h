// A large store, made by the broker's own gate, committer, vault and database; only network and
// signatures are left out.
#pragma once

#include <string>

#include "bench/workload.h"

namespace veerpont::bench {

// Adds `messages` messages, each received, with grants and referrals, to the home of a broker that
// does not run.
void fill(const std::string& broker_home, const Parties& parties, std::size_t messages);

// Adds so many events to the log of a broker that does not run: that `reader` read it.
void fill_log(const std::string& broker_home, std::size_t events,
              const std::string& reader = "toezicht");

}  // namespace veerpont::bench
