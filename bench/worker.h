// What one worker waits for: the real SDK, one command after another.
#pragma once

#include "bench/stage.h"

namespace veerpont::bench {

struct Waits {
  std::vector<double> refer, inbox, open;  // milliseconds each
};
Waits measure_worker(Stage& stage, std::size_t referrals);

}  // namespace veerpont::bench
