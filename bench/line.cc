#include "bench/line.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "schemas/wire.h"

namespace veerpont::bench {
namespace {

constexpr std::size_t kInFlight = 240;  // nearly what the broker allows
constexpr auto kPatience = std::chrono::seconds(30);

}  // namespace

void give_up(const std::string& why) {
  std::cerr << "bench: " << why << '\n';
  std::exit(1);
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Line::Line(const sdk::OpenHome& home) {
  auto transport = sdk::connect_websocket(*home.config.address(), home.client_identity(),
                                          Clock::now() + std::chrono::seconds(10));
  if (!transport) give_up(describe(transport.refusal()));
  transport_ = std::move(*transport);
  v1::ClientFrame hello;
  hello.mutable_hello();
  send(std::move(hello));
  if (!receive().has_welcome()) give_up("no Welcome");
}

void Line::send(v1::ClientFrame frame) {
  frame.set_request_id(++last_request_);
  if (auto sent = transport_->send(wire::serialise(frame), Clock::now() + kPatience); !sent)
    give_up(describe(sent.refusal()));
}

std::optional<v1::BrokerFrame> Line::receive(Clock::time_point until) {
  auto bytes = transport_->receive(until);
  if (!bytes) give_up(describe(bytes.refusal()));
  if (!*bytes) return std::nullopt;
  auto frame = wire::parse<v1::BrokerFrame>(**bytes);
  if (!frame) give_up("a frame does not parse");
  if (frame->has_refused())
    give_up("refused: " + std::to_string(frame->refused().code()) + " " +
            frame->refused().detail());
  return std::move(*frame);
}

v1::BrokerFrame Line::receive() {
  auto frame = receive(Clock::now() + kPatience);
  if (!frame) give_up("no answer");
  return std::move(*frame);
}

Answers Line::send(std::span<const std::string> frames, double per_second) {
  Answers answers;
  answers.milliseconds.resize(frames.size());
  std::vector<Clock::time_point> due(frames.size());
  const auto began = Clock::now();
  const auto planned =
      [&](std::size_t i) {  // the beginning itself when nothing is planned: at once
        return per_second == 0
                   ? began
                   : began +
                         std::chrono::duration_cast<Clock::duration>(
                             std::chrono::duration<double>(static_cast<double>(i) / per_second));
      };
  std::size_t sent = 0;
  std::size_t answered = 0;
  while (answered < frames.size()) {
    const bool may_send = sent < frames.size() && sent - answered < kInFlight;
    if (may_send && planned(sent) <= Clock::now()) {
      due[sent] = per_second == 0 ? Clock::now() : planned(sent);
      if (auto done = transport_->send(frames[sent], Clock::now() + kPatience); !done)
        give_up(describe(done.refusal()));
      ++sent;
      continue;
    }
    const auto frame = receive(may_send ? planned(sent) : Clock::now() + kPatience);
    if (!frame && !may_send) give_up("no answer");
    if (!frame || frame->request_id() == 0) continue;
    const auto place = static_cast<std::size_t>(frame->request_id() - 1);
    answers.milliseconds.at(place) =
        std::chrono::duration<double, std::milli>(Clock::now() - due[place]).count();
    ++answered;
  }
  answers.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  return answers;
}

}  // namespace veerpont::bench
