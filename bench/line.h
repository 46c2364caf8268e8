// One session of an organisation that sends frames made before the clock runs. Knows nothing of the
// SDK's rules.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client_sdk/home/home.h"
#include "client_sdk/link/transport.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::bench {

using Clock = std::chrono::steady_clock;

// When each request was due and when its answer had come.
struct Answers {
  std::vector<double> milliseconds;  // per request, in order
  double seconds = 0;                // from the first request to the last answer
};

class Line {
 public:
  // Connects and says Hello; what fails ends the program.
  explicit Line(const sdk::OpenHome& home);

  // Sends every frame (request ids 1, 2, …) with at most `in_flight` unanswered: as fast as they
  // are answered, or `per_second` of them on a clock that does not wait for answers. A Refused ends
  // the program.
  Answers send(std::span<const std::string> frames, double per_second = 0);

  void send(v1::ClientFrame frame);
  // The next frame; waits at most ten seconds, then ends the program.
  v1::BrokerFrame receive();

 private:
  std::optional<v1::BrokerFrame> receive(Clock::time_point until);
  std::unique_ptr<sdk::Transport> transport_;
  std::uint64_t last_request_ = std::uint64_t{1} << 32;  // above those of frames made before
};

// The q-quantile; sorts.
double quantile(std::vector<double> values, double q);
// "bench: …" on standard error, and the end.
[[noreturn]] void give_up(const std::string& why);

}  // namespace veerpont::bench
