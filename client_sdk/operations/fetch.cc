#include "client_sdk/operations/fetch.h"

#include <algorithm>

#include "audit/event_table.h"
#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/key_book.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/log/views.h"
#include "client_sdk/operations/directory.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr std::uint32_t kMailAtOnce =
    16;  // of the largest messages, half of what the broker holds for one session

struct Verified {  // a delivery that proved itself
  v1::Delivery delivery;
  crypto::Header header;
  crypto::Grant grant;
  audit::VerifiedEvent event;
  audit::VerifiedEvent registered;
  LogIndex statement;  // the place of the sender's keys-published event
  std::string fingerprint;
};

// In the order of docs/protocol.md, "Opening". A delivery that does not prove itself is the
// broker's lie, not mail.
Result<Verified> verify_delivery(Context& context, const v1::Delivery& delivery, Session& session) {
  auto header = crypto::Header::parse(delivery.envelope().header());
  if (!header) return tampered("a delivered header");
  auto statement = verified_entry(context, delivery.sender(), session);
  if (!statement) return statement.refusal();
  auto event = session.verify_event(delivery.event());
  if (!event) return event.refusal();
  const v1::AuditEvent& body = event->event;
  if (body.kind() != v1::EVENT_KIND_SUBMITTED ||
      audit::contradicts(body, delivery.envelope().header()))
    return tampered("a delivery of something else");
  // A statement has an age: it is held against the time of the event that it is used for.
  if (time_from_ms(statement->body().valid_until()) + limits::clock_tolerance <=
      time_from_ms(body.time()))
    return tampered("a sender's keys that had ended");
  if (auto opening = audit::open_chain(*event, delivery.event(), context.org()); !opening)
    return opening.refusal();
  if (statement->org() != header->sender) return tampered("a sender's keys");
  const auto key = statement->signing_key(header->sender_key_id, time_from_ms(body.time()));
  if (!key || !crypto::verify(*key, crypto::Header::type, delivery.envelope().header(),
                              delivery.envelope().signature()))
    return tampered("a sender's signature");
  if (header->recipient != context.org()) return tampered("a message for somebody else");
  if (auto fits = crypto::check_ciphertexts(*header, delivery.envelope()); !fits)
    return tampered("a sealed section");

  auto grant = crypto::Grant::parse(delivery.grant().body());
  if (!grant || grant->id != header->grant) return tampered("a delivered grant");
  auto registered = session.verify_event(delivery.grant_event());
  if (!registered) return registered.refusal();
  if (registered->event.kind() != v1::EVENT_KIND_GRANT_REGISTERED ||
      audit::contradicts(registered->event, delivery.grant().body()))
    return tampered("a grant that the log does not have");
  if (grant->scope.holder != context.org() && grant->scope.holder != header->sender)
    return tampered("a grant of somebody else");
  const auto sender_kind = static_cast<OrgKind>(delivery.sender().kind());
  const bool outward = grant->scope.holder == header->sender;
  if (rules::forbids(grant->scope, outward ? sender_kind : context.home->config.kind,
                     outward ? context.home->config.kind : sender_kind))
    return tampered("a grant that its ground does not allow");
  // Scope as signed; withdrawals since are judged when somebody opens. At the event's time, which
  // the log fixed.
  if (!header->sections.empty() && rules::refuses(grant->scope, header->sender, header->recipient,
                                                  header->categories(), time_from_ms(body.time())))
    return tampered("a message outside its grant");
  return Verified{delivery,
                  std::move(*header),
                  std::move(*grant),
                  std::move(*event),
                  std::move(*registered),
                  LogIndex{delivery.sender().statement_event().index()},
                  statement->fingerprint()};
}

// Against the log as this home has stored it, which must reach past the message: the broker chose
// the statement that came along, and an older one could bring back a revoked key.
Status verify_against_log(Context& context, const Verified& verified, const KeyBook& keys) {
  if (context.dossier().events.cursor() <= verified.event.index)
    return tampered("a message behind the events");
  if (auto agrees = agrees_with_log(context, verified.delivery.sender()); !agrees) return agrees;
  if (keys.newest_statement(verified.header.sender.str(), verified.event.index) !=
      verified.statement)
    return tampered("an older key statement than the log has");
  if (!keys.signed_at(verified.registered.event, verified.registered.index,
                      verified.delivery.grant()))
    return tampered("a grant's signature");
  return Done{};
}

Status store_delivery(Context& context, const Verified& verified) {
  const crypto::Header& header = verified.header;
  const v1::Delivery& delivery = verified.delivery;
  context.dossier().events.put_receipt(verified.event.index, verified.event.leaf);
  if (!context.dossier().directory.partner(
          header.sender))  // a later lookup brings the newest; this one may be older
    context.dossier().directory.put_partner({header.sender, verified.fingerprint, ""});
  context.dossier().grants.put({header.grant,
                                delivery.grant().body(),
                                delivery.grant().signature(),
                                crypto::SecretBytes(),
                                {},
                                false,
                                {},
                                false});
  if (header.step == Step::refer) {
    context.dossier().referrals.put({header.referral, header.sender, false, header.grant,
                                     ReferralState::sent, header.respond_by,
                                     header.linked_referral});
    context.dossier().grants.bind(header.grant, header.referral);
  } else if (header.step == Step::renew) {
    context.dossier().grants.bind(header.grant, header.referral);
  }
  context.dossier().inbox.put({header.message, header.referral, header.grant, header.sender,
                               header.step, header.created, header.expires, header.categories(),
                               wire::serialise(delivery.envelope()), InboxRecord::State::stored,
                               verified.fingerprint, header.in_reply_to});
  // A withdrawal may have been learned before the message that it is about arrived.
  return learn_again(*context.home, header.referral, header.grant);
}

// The receipt of a Received that was new, or, of one repeated, the event that settled the first of
// these messages.
Status verify_settled(Context& context, Session& session, const v1::ProvenEvent& proven,
                      std::span<const MessageId> messages, const std::string& body) {
  auto event = session.verify_event(proven);
  if (!event) return event.refusal();
  if (event->event.object_sha256() == crypto::sha256(body).bytes()) {
    auto receipt = session.verify_receipt(proven, v1::EVENT_KIND_RECEIVED, body);
    return receipt ? Status(Done{}) : Status(receipt.refusal());
  }
  const v1::AuditEvent& settled = event->event;
  const auto names = [&](const MessageId& message) {
    return settled.message_id() == message.bytes() ||
           std::ranges::count(settled.message_ids(), message.str()) > 0;
  };
  const bool by_us =
      settled.actor() == context.org().str() &&
      (settled.kind() == v1::EVENT_KIND_RECEIVED || settled.kind() == v1::EVENT_KIND_REJECTED);
  const bool expired = settled.kind() == v1::EVENT_KIND_MESSAGE_EXPIRED &&
                       settled.counterpart() == context.org().str();
  if ((!by_us && !expired) || std::ranges::none_of(messages, names))
    return tampered("the receipt is for something else");
  context.dossier().events.put_receipt(event->index, event->leaf);
  return Done{};
}

Status store_mail(Context& context, Session& session, const std::vector<Verified>& mail) {
  if (mail.empty()) return Done{};
  if (auto synced = sync_events(*context.home, session); !synced) return synced;
  const KeyBook keys(*context.home);
  for (const Verified& verified : mail) {
    if (auto holds = verify_against_log(context, verified, keys); !holds) return holds;
    kill_point("mail-verified");
    if (auto stored = store_delivery(context, verified); !stored) return stored;
    kill_point("mail-stored");
  }
  return Done{};
}

}  // namespace

// One signed Received; the broker then drops the ciphertext.
Status acknowledge(Context& context, Session& session, const OrgId& sender,
                   std::span<const MessageId> messages) {
  v1::Received received;
  received.set_organisation(context.org().str());
  received.set_key_id(context.home->signing_key_id().str());
  received.set_sender(sender.str());
  // Repeating it is the same operation as long as we see the same.
  crypto::Transcript operation("veerpont/received-operation/v2");
  operation.bytes(received.key_id());
  for (const MessageId& message : messages) {
    received.add_message_ids(message.str());
    operation.bytes(message.bytes());
  }
  crypto::put_view(received, view_now(*context.home, session, sender));
  operation.bytes(wire::serialise(received));
  received.set_operation_id(operation.sha256().str().substr(0, 16));
  v1::ClientFrame frame;
  auto* object = frame.mutable_received()->mutable_received();
  object->set_body(wire::serialise(received));
  object->set_signature(context.home->signing.sign(crypto::Received::type, object->body()));
  const std::string body = object->body();
  auto answer = session.request(std::move(frame));
  if (!answer && answer.refusal().code == RefusalCode::unknown_message) {
    // One of them was erased at the broker long ago: nobody waits for its acknowledgement.
    if (messages.size() == 1) return context.dossier().inbox.acknowledged(messages.front()), Done{};
    for (const MessageId& message : messages)
      if (auto done = acknowledge(context, session, sender, {&message, 1}); !done) return done;
    return Done{};
  }
  if (!answer) return answer.refusal();
  if (auto settled = verify_settled(context, session, answer->receipt().event(), messages, body);
      !settled)
    return settled;
  kill_point("received-answered");
  for (const MessageId& message : messages) context.dossier().inbox.acknowledged(message);
  return Done{};
}

// Everything stored and not acknowledged, per sender.
Status acknowledge(Context& context, Session& session) {
  std::map<OrgId, std::vector<MessageId>> stored;
  for (const InboxRecord& record : context.dossier().inbox.unacknowledged())
    stored[record.sender].push_back(record.message);
  for (const auto& [sender, messages] : stored)
    for (std::size_t from = 0; from < messages.size(); from += limits::received_ids) {
      const std::size_t count = std::min(messages.size() - from, limits::received_ids);
      if (auto done = acknowledge(context, session, sender, {messages.data() + from, count}); !done)
        return done;
    }
  return Done{};
}

Status fetch_mail(Context& context, Session& session, bool& leased_elsewhere) {
  if (auto acknowledged = acknowledge(context, session); !acknowledged) return acknowledged;
  for (;;) {
    std::vector<Verified> mail;
    auto came = session.receive(kMailAtOnce, [&](const v1::Delivery& delivery) -> Status {
      auto verified = verify_delivery(context, delivery, session);
      if (!verified) return verified.refusal();
      mail.push_back(std::move(*verified));
      return Done{};
    });
    if (!came) return came.refusal();
    if (auto stored = store_mail(context, session, mail); !stored) return stored;
    leased_elsewhere = !came->has_value();
    if (auto acknowledged = acknowledge(context, session); !acknowledged) return acknowledged;
    if (leased_elsewhere || **came < kMailAtOnce) return Done{};
  }
}

}  // namespace veerpont::sdk
