// A log of any length, and what it costs to start, to append and to prove: figures that must not
// follow its length.
#pragma once

#include <vector>

#include "bench/stage.h"

namespace veerpont::bench {

struct LogScale {
  std::size_t events = 0;        // at least so many
  double fill_per_s = 0;         // as the generator appends them, decided, chained and durable
  double start_ms = 0;           // from the start of the process until it is ready
  double append_us = 0;          // broker CPU for a grant: verified, logged, durable, proven
  double sync_ms = 0;            // a member reads what is new since it read last
  double sync_answer_bytes = 0;  // of that
  double start_mb = 0;           // VmHWM once it is ready
  double after_mb = 0;           // and after all of this
  double database_mb = 0;
};

// At this length; what is missing is appended by the broker's own gate, committer and database:
// log-read, of an organisation that nobody measures.
LogScale measure_log(Stage& stage, std::size_t length);

// What a privacy officer waits for who has so many events of their own: filters of the list, a page
// of a hundred rows each.
struct Logbook {
  std::size_t events = 0;
  double sync_per_s = 0;  // events read for the first time: verified, stored, found again
  std::vector<double> filters_ms;
};
Logbook measure_logbook(Stage& stage, std::size_t events);

// Go's x/mod verifies every tile, every entry and its inclusion over HTTPS; empty: it did, else why
// not.
std::string verify_with_go(Stage& stage, const std::string& old_checkpoint);

}  // namespace veerpont::bench
