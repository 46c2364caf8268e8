// The main job through a real broker: submit, gate, durable and proven receipt, delivery, received.
#pragma once

#include <span>

#include "bench/line.h"
#include "bench/workload.h"

namespace veerpont::bench {

struct Crossed {
  Answers receipts;
  double seconds = 0;  // until the last Received was answered
};

// Sends every message from one organisation while the other takes and acknowledges them.
Crossed cross(Line& sender, Line& recipient, const Parties& parties,
              std::span<const std::string> submits, double per_second = 0);

}  // namespace veerpont::bench
