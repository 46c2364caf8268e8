#include "bench/fill.h"

#include <condition_variable>
#include <mutex>

#include "base/limits.h"
#include "bench/line.h"
#include "broker/sessions/broker.h"
#include "schemas/wire.h"
#include "veerpont/v1/envelope.pb.h"

namespace veerpont::bench {
namespace {

constexpr std::size_t kWaiting = 4 * limits::batch_requests;

// Requests on their way to the committer, not too many at once.
class Queue {
 public:
  explicit Queue(broker::Committer& committer) : committer_(committer) {}

  void put(broker::Request request) {
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [&] { return waiting_ < kWaiting; });
      ++waiting_;
    }
    committer_.submit(std::move(request), [this](const Result<broker::Outcome>& outcome) {
      if (!outcome) give_up("filling: " + describe(outcome.refusal()));
      const std::lock_guard lock(mutex_);
      --waiting_;
      room_.notify_one();
    });
  }
  void wait_until_empty() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return waiting_ == 0; });
  }

 private:
  broker::Committer& committer_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t waiting_ = 0;
};

template <class T>
broker::Verified<T> verified(v1::SignedObject bytes) {
  auto object = T::parse(bytes.body());
  if (!object) give_up("filling: " + describe(object.refusal()));
  const crypto::Hash sha256 = crypto::sha256(bytes.body());
  return {std::move(*object), std::move(bytes), sha256};
}

// One sealed message serves as the pattern of all: other ids, the same sections.
broker::SubmitRequest message_like(const v1::Submit& pattern, const v1::Header& header) {
  v1::Envelope envelope = pattern.envelope();
  envelope.set_header(wire::serialise(header));
  auto parsed = crypto::Header::parse(envelope.header());
  if (!parsed) give_up("filling: " + describe(parsed.refusal()));
  broker::SubmitRequest request{
      std::move(*parsed), std::make_shared<const v1::Envelope>(std::move(envelope)), {}, {}};
  for (const auto& share : pattern.shares()) request.shares.push_back(crypto::Key32::from(share));
  return request;
}

}  // namespace

void fill(const std::string& broker_home, const Parties& parties, std::size_t messages) {
  auto opened = broker::Broker::open(broker_home, std::nullopt);
  if (!opened) give_up("filling: " + describe(opened.refusal()));
  broker::Broker& broker = **opened;
  broker.start();
  Queue queue(broker.committer());
  const Time now = SystemClock().now();
  v1::ClientFrame pattern = fakes::submit_frame(parties.sender, parties.recipient_keys,
                                                {.grant = fakes::fresh<GrantId>(),
                                                 .referral = fakes::fresh<ReferralId>(),
                                                 .categories = sections(),
                                                 .created = now,
                                                 .section_bytes = kSectionBytes});
  v1::Header header;
  if (!header.ParseFromString(pattern.submit().envelope().header()))
    give_up("filling: the pattern");
  std::vector<MessageId> unread;
  for (std::size_t i = 0; i < messages; ++i) {
    if (i % kMessagesPerGrant == 0) {
      const fakes::GrantWanted wanted = grant_wanted(parties);
      queue.put(verified<crypto::Grant>(
          fakes::grant_frame(parties.sender, wanted, now).register_grant().grant()));
      header.set_grant_id(wanted.id.str());
      header.set_referral_id(crypto::random_bytes(16));
    }
    const auto message = fakes::fresh<MessageId>();
    header.set_message_id(message.str());
    header.set_operation_id(crypto::random_bytes(16));
    queue.put(message_like(pattern.submit(), header));
    unread.push_back(message);
    if (unread.size() < limits::received_ids && i + 1 < messages) continue;
    queue.wait_until_empty();  // organisations are served in turn: a confirmation could pass what
                               // it confirms
    queue.put(verified<crypto::Received>(
        fakes::received_frame(parties.recipient, parties.sender.org, unread)
            .received()
            .received()));
    unread.clear();
  }
  queue.wait_until_empty();
  broker.drain();
}

void fill_log(const std::string& broker_home, std::size_t events, const std::string& reader) {
  auto opened = broker::Broker::open(broker_home, std::nullopt);
  if (!opened) give_up("filling: " + describe(opened.refusal()));
  broker::Broker& broker = **opened;
  broker.start();
  Queue queue(broker.committer());
  for (std::size_t i = 0; i < events; ++i) queue.put(broker::LogReadRequest{*OrgId::parse(reader)});
  queue.wait_until_empty();
  broker.drain();
}

}  // namespace veerpont::bench
