// What one worker waits for: the real SDK, one command after another.
#pragma once

#include "bench/stage.h"

namespace veerpont::bench {

struct Waits {
  // Milliseconds each, in order: the n-th has n referrals behind it. Listed: a page of 50.
  std::vector<double> refer, take, open, list, timeline, verify;
  // Of a hundred threads that each read ten times a second, a list of 50, while one waits for mail
  // and another sends.
  std::vector<double> among_readers;
  std::uint64_t events = 0;  // in the log when it ended
};
// `updates`: so many of them are sent and read after each referral, not timed.
Waits measure_worker(Stage& stage, std::size_t referrals, std::size_t updates);

}  // namespace veerpont::bench
