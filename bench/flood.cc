#include "bench/flood.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include "bench/crossing.h"
#include "crypto/random.h"

namespace veerpont::bench {
namespace {

constexpr std::size_t kAsked = 300;
constexpr std::size_t kFlooding = 7;

template <class Ask>
double p50_of(std::size_t times, Ask ask) {
  std::vector<double> waits;
  for (std::size_t i = 0; i < times; ++i) {
    const auto began = Clock::now();
    ask();
    waits.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
  }
  return quantile(waits, 0.5);
}

// The answer to one request; notices between are not it.
v1::BrokerFrame ask(Line& line, v1::ClientFrame frame) {
  line.send(std::move(frame));
  for (;;)
    if (auto answer = line.receive(); answer.request_id() != 0) return answer;
}

v1::ClientFrame events(std::uint32_t count) {
  v1::ClientFrame frame;
  frame.mutable_events()->set_count(count);
  return frame;
}

double grant_ms(Stage& stage) {
  Line line(stage.shelter());
  const Parties parties = stage.parties();
  return p50_of(kAsked, [&] {
    ask(line, fakes::grant_frame(parties.sender, grant_wanted(parties), SystemClock().now()));
  });
}

// `work` while so many sessions of the other organisation do `flood` again and again.
template <class Work>
auto during(Stage& stage, std::size_t sessions, const std::function<void(Line&)>& flood,
            Work work) {
  std::atomic<bool> over = false;
  std::vector<std::thread> flooding;
  for (std::size_t i = 0; i < sessions; ++i)
    flooding.emplace_back([&] {
      Line line(stage.team());
      while (!over) flood(line);
    });
  auto done = work();
  over = true;
  for (std::thread& one : flooding) one.join();
  return done;
}

std::uintmax_t bytes_of(const std::string& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

}  // namespace

double events_page_ms(Stage& stage) {
  Line line(stage.shelter());
  return p50_of(kAsked, [&] { ask(line, events(1)); });
}

Flood measure_flood(Stage& stage) {
  Flood flood;
  const Parties parties = stage.parties();
  const Workload work = make_workload(parties, 400);
  {
    Line sender(stage.shelter()), recipient(stage.team());
    sender.send(work.grants);
    cross(sender, recipient, parties, work.submits);
  }
  flood.grant_calm_ms = grant_ms(stage);
  flood.events_calm_ms = events_page_ms(stage);
  const auto reads = [](Line& line) { ask(line, events(512)); };
  flood.grant_reads_ms = during(stage, kFlooding, reads, [&] { return grant_ms(stage); });
  flood.events_reads_ms = during(stage, kFlooding, reads, [&] { return events_page_ms(stage); });

  // Everything was received long ago; each frame names one of them again.
  std::vector<MessageId> received;
  for (const std::string& frame : work.submits) {
    v1::ClientFrame submitted;
    v1::Header header;
    if (!submitted.ParseFromString(frame) ||
        !header.ParseFromString(submitted.submit().envelope().header()))
      give_up("a frame does not parse");
    received.push_back(*MessageId::from_bytes(header.message_id()));
  }
  std::atomic<std::size_t> repeated = 0;
  const auto repeats = [&](Line& line) {
    const MessageId& message = received[repeated % received.size()];
    ask(line, fakes::received_frame(parties.recipient, parties.sender.org, {message}));
    ++repeated;
  };
  {
    Line line(stage.team());
    const std::uintmax_t before = bytes_of(stage.federation().broker_home());
    for (int i = 0; i < 2000; ++i) repeats(line);
    flood.received_bytes =
        static_cast<double>(bytes_of(stage.federation().broker_home()) - before) / 2000;
  }
  flood.grant_received_ms = during(stage, kFlooding, repeats, [&] { return grant_ms(stage); });
  return flood;
}

}  // namespace veerpont::bench
