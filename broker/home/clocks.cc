#include "broker/home/clocks.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/private_file.h"
#include "broker/telemetry/journal.h"

namespace veerpont::broker {
namespace {

std::int64_t monotonic_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}
constexpr auto kMarkEvery = std::chrono::hours(1);

std::int64_t number_in(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// 0: there is none.
std::int64_t mark_in(const std::string& path) {
  const auto text = read_file(path, 64);
  return text ? number_in(*text) : 0;
}

}  // namespace

ClockGuard::ClockGuard(const Clock& clock, std::string mark, Time last_event)
    : clock_(clock),
      mark_(std::move(mark)),
      marked_ms_(mark_in(mark_)),
      believed_ms_(to_ms(last_event)),
      since_ns_(monotonic_ns()) {
  if (marked_ms_ != 0) believed_ms_ = marked_ms_.load();
}

Time ClockGuard::believed() const {
  return time_from_ms(believed_ms_.load() + (monotonic_ns() - since_ns_.load()) / 1'000'000);
}

bool ClockGuard::jumped() const { return clock_.now() > believed() + std::chrono::hours(24); }

void ClockGuard::accept() {
  const Time now = clock_.now();
  believed_ms_ = to_ms(now);
  since_ns_ = monotonic_ns();
  write_mark(now);
}

void ClockGuard::keep_mark() {
  const Time now = clock_.now(), marked = time_from_ms(marked_ms_.load());
  if (jumped() || (marked <= now && now < marked + kMarkEvery)) return;
  write_mark(now);
}

void ClockGuard::write_mark(Time now) {
  if (write_private_file(mark_, std::to_string(to_ms(now))))
    marked_ms_ = to_ms(now);
  else
    journal(Level::warning, "clock-mark-not-written");
}

Time ClockGuard::dated() const { return jumped() ? believed() : clock_.now(); }

}  // namespace veerpont::broker
