#include "broker/clocks.h"

namespace veerpont::broker {
namespace {

std::int64_t monotonic_ns() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }
constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;

}  // namespace

ClockGuard::ClockGuard(const Clock& clock, Time last_event) : clock_(clock), believed_ms_(to_ms(last_event)), since_ns_(monotonic_ns()) {}

bool ClockGuard::jumped() const {
  const std::int64_t uptime_ms = (monotonic_ns() - since_ns_.load()) / 1'000'000;
  return to_ms(clock_.now()) > believed_ms_.load() + uptime_ms + kDayMs;
}

void ClockGuard::accept() {
  believed_ms_ = to_ms(clock_.now());
  since_ns_ = monotonic_ns();
}

}  // namespace veerpont::broker
