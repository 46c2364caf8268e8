#include "client_sdk/operations/sync.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "client_sdk/operations/ready.h"

namespace veerpont::sdk {
namespace {

constexpr auto kIdle = std::chrono::seconds(25);  // less than the broker waits for a sign of life
constexpr auto kFirstPause = std::chrono::seconds(1);
constexpr auto kLongestPause = std::chrono::seconds(30);
constexpr auto kBlindPause = std::chrono::milliseconds(200);  // a transport without a descriptor

int event_descriptor() {
  const int made = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (made < 0) throw std::runtime_error("no descriptor for waiting");
  return made;
}

void signal(int descriptor) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
}

void clear(int descriptor) {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(descriptor, &count, sizeof count);
}

}  // namespace

Sync::Sync(Context& context)
    : context_(context), changed_(event_descriptor()), woken_(event_descriptor()) {}

Sync::~Sync() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
  ::close(changed_);
  ::close(woken_);
}

void Sync::start() {
  const Lock lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

Sync::Seen Sync::seen() {
  const Lock lock(mutex_);
  return seen_;
}

bool Sync::wait_past(Seen before, Deadline deadline) {
  const Lock lock(mutex_);
  while (seen_.rounds <= before.rounds)
    if (!round_.wait_until(mutex_, deadline)) return seen_.rounds > before.rounds;
  return true;
}

std::optional<Refusal> Sync::fault() {
  const Lock lock(mutex_);
  return fault_;
}

void Sync::acknowledge() const { clear(changed_); }
void Sync::wake() const { signal(woken_); }

void Sync::on_change(std::function<void()> tell) {
  const Lock lock(mutex_);
  tell_ = std::move(tell);
}

void Sync::run() {
  for (;;) {
    int connection = -1;
    std::optional<Refusal> refused;
    bool changed = false;
    {
      const Lock turn(context_.turn);
      auto pulled = pull(context_);
      if (!pulled) refused = pulled.refusal();
      if (refused) context_.drop_if_broken(refused->code);
      changed = pulled && *pulled;
      connection = context_.copy_of_descriptor();
    }
    std::function<void()> tell;
    {
      const Lock lock(mutex_);
      ++seen_.rounds;
      seen_.changes += changed ? 1 : 0;
      fault_ = refused;
      if (changed) tell = tell_;
    }
    round_.notify_all();
    if (changed) signal(changed_);
    if (tell) tell();
    wait(connection, refused.has_value());
    if (connection >= 0) ::close(connection);
    const Lock lock(mutex_);
    if (stopping_) return;
  }
}

// Until the broker says something, somebody wakes us, or it is time to show that we are there.
void Sync::wait(int connection, bool failed) {
  pause_ = failed ? std::clamp<std::chrono::milliseconds>(2 * pause_, kFirstPause, kLongestPause)
                  : std::chrono::milliseconds(0);
  const auto most = failed           ? pause_
                    : connection < 0 ? kBlindPause
                                     : std::chrono::milliseconds(kIdle);
  std::array<pollfd, 2> waits{{{woken_, POLLIN, 0}, {connection, POLLIN, 0}}};
  ::poll(waits.data(), failed || connection < 0 ? 1 : 2, static_cast<int>(most.count()));
  clear(woken_);
}

}  // namespace veerpont::sdk
