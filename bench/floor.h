// What a crossing cannot do without, each alone: a signature verified, a frame there and back, the
// bytes stored.
#pragma once

#include "bench/workload.h"

namespace veerpont::bench {

// CPU microseconds each.
struct Floor {
  double verification = 0;  // one Ed25519 signature over a message's header
  double round_trip = 0;    // a Submit in, a receipt's size out, on the answering side of a TLS
                            // WebSocket that does nothing else
  double insert = 0;  // the message's bytes into SQLite, 256 to a transaction, write-ahead log,
                      // synchronous=FULL
  double sum() const { return verification + round_trip + insert; }
};

// `folder`: for the database. The answering side runs on the first core, like the broker.
Floor measure_floor(const std::string& folder, const sdk::OpenHome& home, const Parties& parties);

}  // namespace veerpont::bench
