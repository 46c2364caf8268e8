// Deliveries, opening, rejecting: what arrives. Everything the broker checked is checked again.
#include <algorithm>

#include "audit/event_table.h"
#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/home/epoch_keys.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/engine.h"
#include "crypto/random.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr std::uint32_t kMailAtOnce =
    16;  // of the largest messages, half of what the broker holds for one session

}  // namespace

struct Engine::Verified {
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
Result<Engine::Verified> Engine::verify_delivery(const v1::Delivery& delivery, Session& session) {
  auto header = crypto::Header::parse(delivery.envelope().header());
  if (!header) return tampered("a delivered header");
  auto statement = verified_entry(delivery.sender(), session);
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
  if (auto opening = audit::open_chain(*event, delivery.event(), home_->config.org); !opening)
    return opening.refusal();
  if (statement->org() != header->sender) return tampered("a sender's keys");
  const auto key = statement->signing_key(header->sender_key_id, time_from_ms(body.time()));
  if (!key || !crypto::verify(*key, crypto::Header::type, delivery.envelope().header(),
                              delivery.envelope().signature()))
    return tampered("a sender's signature");
  if (header->recipient != home_->config.org) return tampered("a message for somebody else");
  if (auto fits = crypto::check_ciphertexts(*header, delivery.envelope()); !fits)
    return tampered("a sealed section");

  auto grant = crypto::Grant::parse(delivery.grant().body());
  if (!grant || grant->id != header->grant) return tampered("a delivered grant");
  auto registered = session.verify_event(delivery.grant_event());
  if (!registered) return registered.refusal();
  if (registered->event.kind() != v1::EVENT_KIND_GRANT_REGISTERED ||
      audit::contradicts(registered->event, delivery.grant().body()))
    return tampered("a grant that the log does not have");
  if (grant->scope.holder != home_->config.org && grant->scope.holder != header->sender)
    return tampered("a grant of somebody else");
  const auto sender_kind = static_cast<OrgKind>(delivery.sender().kind());
  const bool outward = grant->scope.holder == header->sender;
  if (rules::forbids(grant->scope, outward ? sender_kind : home_->config.kind,
                     outward ? home_->config.kind : sender_kind))
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
Status Engine::verify_against_log(const Verified& verified, const KeyBook& keys) {
  if (home_->dossier->events.cursor() <= verified.event.index)
    return tampered("a message behind the events");
  if (auto agrees = agrees_with_log(verified.delivery.sender()); !agrees) return agrees;
  if (keys.newest_statement(verified.header.sender.str(), verified.event.index) !=
      verified.statement)
    return tampered("an older key statement than the log has");
  if (!keys.signed_at(verified.registered.event, verified.registered.index,
                      verified.delivery.grant()))
    return tampered("a grant's signature");
  return Done{};
}

Status Engine::store_delivery(const Verified& verified) {
  const crypto::Header& header = verified.header;
  const v1::Delivery& delivery = verified.delivery;
  home_->dossier->events.put_receipt(verified.event.index, verified.event.leaf);
  if (!home_->dossier->directory.partner(
          header.sender))  // a later lookup brings the newest; this one may be older
    home_->dossier->directory.put_partner({header.sender, verified.fingerprint, ""});
  home_->dossier->grants.put({header.grant,
                              delivery.grant().body(),
                              delivery.grant().signature(),
                              crypto::SecretBytes(),
                              {},
                              false,
                              {},
                              false});
  if (header.step == Step::refer) {
    home_->dossier->referrals.put({header.referral, header.sender, false, header.grant,
                                   ReferralState::sent, header.respond_by, header.linked_referral});
    home_->dossier->grants.bind(header.grant, header.referral);
  } else if (header.step == Step::renew) {
    home_->dossier->grants.bind(header.grant, header.referral);
  }
  home_->dossier->inbox.put({header.message, header.referral, header.grant, header.sender,
                             header.step, header.created, header.expires, header.categories(),
                             wire::serialise(delivery.envelope()), InboxRecord::State::stored,
                             verified.fingerprint, header.in_reply_to});
  // A withdrawal may have been learned before the message that it is about arrived.
  return learn_again(*home_, header.referral, header.grant);
}

// One signed Received; the broker then drops the ciphertext.
Status Engine::acknowledge(Session& session, const OrgId& sender,
                           std::span<const MessageId> messages) {
  v1::Received received;
  received.set_organisation(home_->config.org.str());
  received.set_key_id(home_->signing_key_id().str());
  received.set_sender(sender.str());
  // Repeating it under the same key is the same operation.
  crypto::Transcript operation("veerpont/received-operation/v2");
  operation.bytes(received.key_id());
  for (const MessageId& message : messages) {
    received.add_message_ids(message.str());
    operation.bytes(message.bytes());
  }
  received.set_operation_id(operation.sha256().str().substr(0, 16));
  v1::ClientFrame frame;
  auto* object = frame.mutable_received()->mutable_received();
  object->set_body(wire::serialise(received));
  object->set_signature(home_->signing.sign(crypto::Received::type, object->body()));
  const std::string body = object->body();
  auto answer = session.request(std::move(frame));
  if (!answer && answer.refusal().code == RefusalCode::unknown_message) {
    // One of them was erased at the broker long ago: nobody waits for its acknowledgement.
    if (messages.size() == 1) return home_->dossier->inbox.acknowledged(messages.front()), Done{};
    for (const MessageId& message : messages)
      if (auto done = acknowledge(session, sender, {&message, 1}); !done) return done;
    return Done{};
  }
  if (!answer) return answer.refusal();
  if (auto settled = verify_settled(session, answer->receipt().event(), messages, body); !settled)
    return settled;
  kill_point("received-answered");
  for (const MessageId& message : messages) home_->dossier->inbox.acknowledged(message);
  return Done{};
}

// The receipt of a Received that was new, or, of one repeated, the event that settled the first of
// these messages.
Status Engine::verify_settled(Session& session, const v1::ProvenEvent& proven,
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
      settled.actor() == home_->config.org.str() &&
      (settled.kind() == v1::EVENT_KIND_RECEIVED || settled.kind() == v1::EVENT_KIND_REJECTED);
  const bool expired = settled.kind() == v1::EVENT_KIND_MESSAGE_EXPIRED &&
                       settled.counterpart() == home_->config.org.str();
  if ((!by_us && !expired) || std::ranges::none_of(messages, names))
    return tampered("the receipt is for something else");
  home_->dossier->events.put_receipt(event->index, event->leaf);
  return Done{};
}

// Everything stored and not acknowledged, per sender.
Status Engine::acknowledge(Session& session) {
  std::map<OrgId, std::vector<MessageId>> stored;
  for (const InboxRecord& record : home_->dossier->inbox.unacknowledged())
    stored[record.sender].push_back(record.message);
  for (const auto& [sender, messages] : stored)
    for (std::size_t from = 0; from < messages.size(); from += limits::received_ids) {
      const std::size_t count = std::min(messages.size() - from, limits::received_ids);
      if (auto done = acknowledge(session, sender, {messages.data() + from, count}); !done)
        return done;
    }
  return Done{};
}

Status Engine::store_mail(Session& session, const std::vector<Verified>& mail) {
  if (mail.empty()) return Done{};
  if (auto synced = sync_events(*home_, session); !synced) return synced;
  const KeyBook keys(*home_);
  for (const Verified& verified : mail) {
    if (auto holds = verify_against_log(verified, keys); !holds) return holds;
    kill_point("mail-verified");
    if (auto stored = store_delivery(verified); !stored) return stored;
    kill_point("mail-stored");
  }
  return Done{};
}

Status Engine::fetch_mail(Session& session, bool& leased_elsewhere) {
  if (auto acknowledged = acknowledge(session); !acknowledged) return acknowledged;
  for (;;) {
    std::vector<Verified> mail;
    auto came = session.receive(kMailAtOnce, [&](const v1::Delivery& delivery) -> Status {
      auto verified = verify_delivery(delivery, session);
      if (!verified) return verified.refusal();
      mail.push_back(std::move(*verified));
      return Done{};
    });
    if (!came) return came.refusal();
    if (auto stored = store_mail(session, mail); !stored) return stored;
    leased_elsewhere = !came->has_value();
    if (auto acknowledged = acknowledge(session); !acknowledged) return acknowledged;
    if (leased_elsewhere || **came < kMailAtOnce) return Done{};
  }
}

Result<std::vector<InboxRow>> Engine::inbox(bool all, std::chrono::seconds wait) {
  const Deadline deadline = std::chrono::steady_clock::now() + wait;
  std::vector<InboxRow> rows;
  for (;;) {
    auto session = ready();
    if (!session) return session.refusal();
    bool leased_elsewhere = false;
    if (auto fetched = fetch_mail(**session, leased_elsewhere); !fetched) return fetched.refusal();
    if (auto synced = sync_events(*home_, **session); !synced) return synced.refusal();
    rows = stored_inbox({all});
    if (!rows.empty() || std::chrono::steady_clock::now() >= deadline) return rows;
    auto noticed = (*session)->wait_for_notice(deadline);
    if (!noticed) return noticed.refusal();
  }
}

std::vector<InboxRow> Engine::stored_inbox(const InboxQuery& query) {
  using enum InboxRecord::State;
  InboxFilter filter{{stored}, query.from, query.referral, query.after, query.limit};
  if (query.all) filter.states = {stored, opened, done};
  std::vector<InboxRow> rows;
  for (const InboxRecord& record : home_->dossier->inbox.list(filter))
    rows.push_back(row_of(record));
  return rows;
}

InboxRow Engine::row_of(const InboxRecord& record) {
  const auto partner = home_->dossier->directory.partner(record.sender);
  InboxRow row{
      record.message,
      record.referral,
      record.sender.str(),
      id_of(record.step),
      record.created,
      record.categories,
      record.state == InboxRecord::State::opened || record.state == InboxRecord::State::done,
      partner && partner->was_confirmed(record.fingerprint),
      record.replaces,
      stopped(record.grant)};
  name_partner(row, record.sender);
  return row;
}

std::vector<Stop> Engine::stopped(const GrantId& grant) {
  std::vector<Stop> stops = home_->dossier->grants.stops(grant);
  if (stops.empty()) return stops;
  const auto row = home_->dossier->grants.find(grant);
  const auto parsed = row ? crypto::Grant::parse(row->body)
                          : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!parsed) return stops;
  // How it goes with the referral may still be told when all that it shares has stopped.
  const CategorySet all =
      rules::all_categories(parsed->scope).minus({Category::update, Category::grant_record});
  if (row->withdrawn_categories.covers(all)) stops = {{stops.back().when, {}}};
  return stops;
}

std::string Engine::since(const GrantId& grant, CategorySet categories) {
  for (const Stop& stop : home_->dossier->grants.stops(grant))
    if (stop.categories.empty() || !(stop.categories & categories).empty())
      return "on " + rfc3339(stop.when);
  return "";
}

std::vector<StoppedRow> Engine::newly_stopped() {
  std::vector<StoppedRow> rows;
  for (const auto& [id, fresh] : home_->dossier->grants.take_untold_stops()) {
    const auto row = home_->dossier->grants.find(id);
    const auto grant = row ? crypto::Grant::parse(row->body)
                           : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant || grant->scope.holder == home_->config.org) continue;
    const auto referral =
        row->referral ? home_->dossier->referrals.find(*row->referral) : std::nullopt;
    using enum ReferralState;
    const bool by_us = referral && (referral->state == declined || referral->state == redirected ||
                                    referral->state == not_started);
    if (by_us) continue;  // who declines ends what it did not read, and knows that
    const auto all = stopped(id);
    const bool whole = all.size() == 1 && all.front().categories.empty();
    rows.push_back({grant->scope.holder.str(), id, row->referral, fresh.when,
                    whole ? CategorySet{} : fresh.categories});
  }
  return rows;
}

Status Engine::mark_done(const MessageId& message) {
  home_->dossier->inbox.set_state(message, InboxRecord::State::done);
  return Done{};
}

Status Engine::release_sections(const InboxRecord& record, const crypto::Header& header,
                                const v1::Envelope& envelope, CategorySet wanted) {
  // The grant-record is released with whatever is opened first, and checked before anything else is
  // read.
  if (header.section(Category::grant_record) != nullptr &&
      !home_->dossier->inbox.section(record.message, Category::grant_record))
    wanted.add(Category::grant_record);
  const ReleaseRecord release = home_->dossier->inbox.release(record.message, wanted, [&] {
    v1::Release body;
    body.set_organisation(home_->config.org.str());
    body.set_key_id(home_->signing_key_id().str());
    body.set_message_id(record.message.str());
    for (const Category category : wanted.list())
      body.add_categories(static_cast<v1::Category>(category));
    body.set_operation_id(crypto::random_bytes(16));
    body.set_created(to_ms(clock_.now()));
    const std::string bytes = wire::serialise(body);
    return ReleaseRecord{bytes, home_->signing.sign(crypto::Release::type, bytes)};
  });
  kill_point("release-stored");
  v1::ClientFrame frame;
  frame.mutable_release()->mutable_release()->set_body(release.body);
  frame.mutable_release()->mutable_release()->set_signature(release.signature);
  auto answer = session_->request(std::move(frame));
  if (!answer) {
    const int exit = exit_code_of(answer.refusal().code);
    if (exit == 3 && answer.refusal().code != RefusalCode::busy)
      home_->dossier->inbox.forget_release(record.message,
                                           wanted);  // decided: a later try is a new one
    return answer.refusal();
  }
  if (!answer->has_released()) return tampered("Released");
  if (auto receipt = session_->verify_receipt(answer->released().event(), v1::EVENT_KIND_RELEASED,
                                              release.body);
      !receipt)
    return receipt.refusal();
  kill_point("released");
  auto opened = open_sections(record, header, envelope, wanted, answer->released());
  for (auto& share : *answer->mutable_released()->mutable_shares())
    crypto::wipe(share.data(), share.size());
  if (!opened) return opened;
  return sync_events(*home_, *session_);
}

Status Engine::open_sections(const InboxRecord& record, const crypto::Header& header,
                             const v1::Envelope& envelope, CategorySet categories,
                             const v1::Released& released) {
  const std::vector<Category> order =
      categories.list();  // grant-record is the first category there is
  // A wrong share is the broker's lie, not the sender's fault: nothing is rejected for it.
  if (static_cast<std::size_t>(released.shares_size()) != order.size())
    return tampered("the number of shares");
  for (std::size_t i = 0; i < order.size(); ++i)
    if (crypto::share_id(header.message, order[i], home_->config.org,
                         released.shares(static_cast<int>(i))) !=
        header.section(order[i])->share_id)
      return tampered("a share");
  std::vector<std::pair<Category, std::string>> documents;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const crypto::SectionFields* section = header.section(order[i]);
    const auto place = static_cast<int>(section - header.sections.data());
    auto plaintext = [&]() -> Result<crypto::SecretBytes> {
      auto epochs = EpochKeys::open(home_->paths.epochs, home_->storage_key);
      if (!epochs) return epochs.refusal();
      const auto* key = epochs->find(section->epoch);
      if (key == nullptr ||
          crypto::key_id(crypto::KeyType::epoch, key->public_key) != section->recipient_key_id)
        return Refusal{RefusalCode::cannot_open, "epoch key"};
      return crypto::open_section(header.binding(*section), home_->config.org, *key,
                                  released.shares(static_cast<int>(i)),
                                  {envelope.ciphertexts(place), section->commitment,
                                   section->share_id, section->enc, section->wrapped});
    }();
    if (!plaintext) return plaintext.refusal();
    v1::Referral part;
    if (order[i] == Category::grant_record) {
      if (auto matches = check_record(record, plaintext->reveal(), part); !matches) return matches;
    } else {
      auto merged = merge({{order[i], std::string(plaintext->reveal())}});
      if (!merged) return merged.refusal();
      part = std::move(*merged);
    }
    documents.emplace_back(order[i], wire::serialise(part));
  }
  kill_point("sections-opened");
  home_->dossier->inbox.put_sections(record.message, documents);
  kill_point("sections-stored");
  return Done{};
}

// The record must be the one that the signed grant commits to.
Status Engine::check_record(const InboxRecord& record, std::string_view plaintext,
                            v1::Referral& as_document) {
  const auto row = home_->dossier->grants.find(record.grant);
  auto grant = row ? crypto::Grant::parse(row->body)
                   : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant) return grant.refusal();
  auto section = wire::parse<v1::GrantRecordSection>(plaintext, limits::section_bytes);
  if (!section || section->salt().size() != 32)
    return Refusal{RefusalCode::malformed_document, "grant-record"};
  if (crypto::record_commitment(section->salt(), section->record()) != grant->record_commitment)
    return Refusal{RefusalCode::record_mismatch};
  auto parsed = wire::parse<v1::GrantRecord>(section->record(), limits::section_bytes);
  if (!parsed || unfit_text(*parsed))
    return Refusal{RefusalCode::malformed_document, "grant-record"};
  *as_document.mutable_grant_record() = std::move(*parsed);
  return Done{};
}

Status Engine::reject(const MessageId& message, RefusalCode code) {
  v1::Rejected rejected;
  rejected.set_organisation(home_->config.org.str());
  rejected.set_key_id(home_->signing_key_id().str());
  rejected.set_message_id(message.str());
  rejected.set_code(static_cast<v1::RefusalCode>(code));
  rejected.set_operation_id(crypto::Transcript("veerpont/rejected-operation/v2")
                                .bytes(rejected.key_id())
                                .bytes(message.bytes())
                                .sha256()
                                .str()
                                .substr(0, 16));
  v1::ClientFrame frame;
  auto* object = frame.mutable_rejected()->mutable_rejected();
  object->set_body(wire::serialise(rejected));
  object->set_signature(home_->signing.sign(crypto::Rejected::type, object->body()));
  const std::string body = object->body();
  auto answer = session_->request(std::move(frame));
  if (!answer) return answer.refusal();
  if (auto receipt =
          session_->verify_receipt(answer->receipt().event(), v1::EVENT_KIND_REJECTED, body);
      !receipt)
    return receipt.refusal();
  home_->dossier->inbox.set_state(message, InboxRecord::State::rejected);
  return Done{};
}

}  // namespace veerpont::sdk
