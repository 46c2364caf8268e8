// What an admitted member does to another one when it floods on purpose: ratios to a calm broker,
// and bytes.
#pragma once

#include "bench/stage.h"

namespace veerpont::bench {

struct Flood {
  double grant_calm_ms = 0,
         grant_reads_ms =
             0;  // registering a grant, p50: alone, and while seven sessions of another member read
  double events_calm_ms = 0, events_reads_ms = 0;  // asking for one event, p50
  double grant_received_ms = 0;  // while another member repeats Received for what it has
  double received_bytes = 0;     // that the broker's home grows for each of those
};
Flood measure_flood(Stage& stage);

// One event asked for, p50 in milliseconds.
double events_page_ms(Stage& stage);

}  // namespace veerpont::bench
