#include "bench/crossing.h"

#include <thread>

#include "base/limits.h"
#include "veerpont/v1/envelope.pb.h"

namespace veerpont::bench {
namespace {

struct Taken {
  std::vector<MessageId> messages;
  bool more = false;  // the broker said meanwhile that there is news
};

bool is_news(const v1::BrokerFrame& frame) {
  return frame.has_notice() && frame.notice().kind() == v1::Notice::KIND_NEW_EVENTS;
}

Taken take_mail(Line& line) {
  v1::ClientFrame credit;
  credit.mutable_credit()->set_messages(10'000);
  line.send(std::move(credit));
  Taken taken;
  for (;;) {
    const v1::BrokerFrame frame = line.receive();
    if (frame.has_delivery()) {
      v1::Header header;
      const auto message = header.ParseFromString(frame.delivery().envelope().header())
                               ? MessageId::from_bytes(header.message_id())
                               : std::nullopt;
      if (!message) give_up("a delivery without a message");
      taken.messages.push_back(*message);
    } else if (is_news(frame)) {
      taken.more = true;
    } else {
      return taken;
    }
  }
}

// Whether there was news while the answer came.
bool acknowledge(Line& line, const Parties& parties, const std::vector<MessageId>& messages) {
  bool more = false;
  for (std::size_t from = 0; from < messages.size(); from += limits::received_ids) {
    const auto begin = messages.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = messages.begin() + static_cast<std::ptrdiff_t>(
                                            std::min(messages.size(), from + limits::received_ids));
    line.send(fakes::received_frame(parties.recipient, parties.sender.org, {begin, end}));
    for (;;) {
      const v1::BrokerFrame frame = line.receive();
      if (frame.has_receipt()) break;
      more = more || is_news(frame);
    }
  }
  return more;
}

void take_all(Line& line, const Parties& parties, std::size_t expected) {
  std::size_t done = 0;
  for (;;) {
    const Taken taken = take_mail(line);
    const bool more = acknowledge(line, parties, taken.messages);
    done += taken.messages.size();
    if (done >= expected) return;
    if (!taken.messages.empty() || taken.more || more) continue;
    while (!is_news(line.receive())) {
    }
  }
}

}  // namespace

Crossed cross(Line& sender, Line& recipient, const Parties& parties,
              std::span<const std::string> submits, double per_second) {
  Crossed crossed;
  const auto began = Clock::now();
  std::thread taking([&] { take_all(recipient, parties, submits.size()); });
  crossed.receipts = sender.send(submits, per_second);
  taking.join();
  crossed.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  return crossed;
}

}  // namespace veerpont::bench
