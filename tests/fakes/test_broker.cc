#include "tests/fakes/test_broker.h"

#include "audit/event_table.h"

namespace veerpont::fakes {

v1::Delivery TestBroker::message(const Member& sender, const OrgId& recipient,
                                 const std::string& recipient_key,
                                 std::vector<std::string>& sealed_shares) {
  const Time now = SystemClock().now();
  v1::GrantRecordSection record;
  record.set_salt(crypto::random_bytes(32));
  v1::Grant grant;
  const auto grant_id = *GrantId::from_bytes(crypto::random_bytes(16));
  grant.set_grant_id(grant_id.str());
  grant.set_holder(sender.org.str());
  grant.set_holder_key_id(
      crypto::key_id(crypto::KeyType::signing, sender.signing.public_key()).str());
  grant.set_recipient(recipient.str());
  grant.set_ground(ground);
  grant.set_purpose(v1::PURPOSE_ARRANGE_HELP);
  grant.set_kind(v1::EXCHANGE_KIND_REFERRAL);
  grant.add_outbound(granted);
  grant.set_not_before(to_ms(now - std::chrono::hours(1)));
  grant.set_expires(to_ms(*amsterdam_midnight("2099-01-01")));
  grant.set_record_commitment(crypto::record_commitment(record.salt(), record.record()).str());
  grant.set_operation_id(crypto::random_bytes(16));
  grant.set_created(to_ms(now));
  v1::Delivery delivery;
  delivery.mutable_grant()->set_body(wire::serialise(grant));
  delivery.mutable_grant()->set_signature(
      sender.signing.sign(crypto::Grant::type, delivery.grant().body()));
  const auto registered = audit::said_by(*crypto::Grant::parse(delivery.grant().body()),
                                         crypto::sha256(delivery.grant().body()));
  delivery.mutable_grant_event()->set_index(
      log(registered, delivery.grant().body(), delivery.grant().signature()));

  v1::Referral routing;
  routing.mutable_routing()->set_secret_address(true);
  v1::KeyStatement keys;
  keys.set_org(recipient.str());
  Member as_recipient(recipient.str());
  as_recipient.epoch.public_key = recipient_key;
  const crypto::Draft draft{*MessageId::from_bytes(crypto::random_bytes(16)),
                            *ReferralId::from_bytes(crypto::random_bytes(16)),
                            sender.org,
                            recipient,
                            grant_id,
                            Step::refer,
                            now,
                            now + std::chrono::hours(24),
                            now + std::chrono::hours(2),
                            std::nullopt,
                            *OperationId::from_bytes(crypto::random_bytes(16)),
                            std::nullopt,
                            said_by_sender};
  auto sealed = crypto::seal_envelope(draft,
                                      {{Category::grant_record, wire::serialise(record)},
                                       {Category::routing, wire::serialise(routing)}},
                                      *crypto::KeyStatement::verify(as_recipient.statement()),
                                      sender.signing);
  *delivery.mutable_envelope() = sealed->envelope;
  for (const auto& share : sealed->shares) sealed_shares.emplace_back(share.reveal());
  auto submitted = audit::said_by(*crypto::Header::parse(sealed->envelope.header()));
  audit::add_transition(submitted, draft.referral, ReferralState::sent);
  delivery.mutable_event()->set_index(
      log(submitted, sealed->envelope.header(), sealed->envelope.signature()));
  referrals_[draft.message.str()] = submitted;
  *delivery.mutable_sender() = directory[sender.org.str()];
  delivery.mutable_sender()->mutable_statement_event()->set_index(
      statement_index[sender.org.str()]);
  return delivery;
}

// What an honest broker logs for it, as far as the object says; the state of the log before it is
// not kept here.
v1::AuditEvent TestBroker::event_of(const v1::ClientFrame& frame, const std::string& reader,
                                    v1::SignedObject& object) {
  const auto said = [&](const auto& parsed) {
    return audit::said_by(*parsed, crypto::sha256(object.body()));
  };
  switch (frame.body_case()) {
    case v1::ClientFrame::kSubmit: {
      object.set_body(frame.submit().envelope().header());
      object.set_signature(frame.submit().envelope().signature());
      const auto header = crypto::Header::parse(object.body());
      auto event = audit::said_by(*header);
      if (header->step == Step::refer)
        audit::add_transition(event, header->referral, ReferralState::sent);
      return event;
    }
    case v1::ClientFrame::kRegisterGrant:
      object = frame.register_grant().grant();
      return said(crypto::Grant::parse(object.body()));
    case v1::ClientFrame::kWithdraw:
      object = frame.withdraw().withdrawal();
      return said(crypto::Withdrawal::parse(object.body()));
    case v1::ClientFrame::kReceived: {
      object = frame.received().received();
      auto event = said(crypto::Received::parse(object.body()));
      for (const auto& id : event.message_ids())
        if (const auto referral = referrals_.find(id); referral != referrals_.end())
          audit::add_transition(event, *ReferralId::from_bytes(referral->second.referral_id()),
                                ReferralState::delivered);
      return event;
    }
    case v1::ClientFrame::kRejected: {
      object = frame.rejected().rejected();
      auto event = said(crypto::Rejected::parse(object.body()));
      add_message(event);
      return event;
    }
    case v1::ClientFrame::kRelease: {
      object = frame.release().release();
      auto event = said(crypto::Release::parse(object.body()));
      if (add_message(event) && opened_.insert(event.message_id()).second)
        audit::add_transition(event, *ReferralId::from_bytes(event.referral_id()),
                              ReferralState::in_review);
      return event;
    }
    case v1::ClientFrame::kAnchorAccessLog:
      object = frame.anchor_access_log().access_log_anchor();
      return said(crypto::AccessLogAnchor::parse(object.body()));
    default:
      object.set_body(frame.publish_keys().statement().body());
      return audit::said_by(*OrgId::parse(reader), crypto::sha256(object.body()));
  }
}

bool TestBroker::add_message(v1::AuditEvent& event) const {
  const auto found = referrals_.find(event.message_id());
  if (found == referrals_.end()) return false;
  event.set_counterpart(found->second.actor());
  event.set_referral_id(found->second.referral_id());
  event.set_grant_id(found->second.grant_id());
  return true;
}

v1::BrokerFrame TestBroker::receipt(const v1::ClientFrame& frame, const std::string& reader) {
  v1::BrokerFrame out;
  v1::SignedObject object;
  const v1::AuditEvent event = event_of(frame, reader, object);
  const v1::SignedKeyStatement* statement =
      frame.has_publish_keys() ? &frame.publish_keys().statement() : nullptr;
  const auto known = logged_.find(object.body());  // the same bytes again get the same event
  const std::uint64_t index = known == logged_.end()
                                  ? log(event, object.body(), object.signature(), statement)
                                  : known->second;
  logged_.emplace(object.body(), index);
  *out.mutable_receipt()->mutable_event() = proven(index, reader);
  if (erases) erase(index);
  return out;
}

bool TestBroker::names_forgotten(const v1::SignedObject& received_object) const {
  v1::Received received;
  received.ParseFromString(received_object.body());
  return std::ranges::any_of(received.message_ids(),
                             [&](const std::string& id) { return forgotten.contains(id); });
}

void TestBroker::answer(const v1::ClientFrame& frame, const std::string& reader,
                        std::uint64_t& sent_size, std::deque<v1::BrokerFrame>& out) {
  v1::BrokerFrame frame_out;
  if (frame.has_withdraw() && to_withdrawals) {
    frame_out.mutable_refused()->set_code(static_cast<v1::RefusalCode>(*to_withdrawals));
    frame_out.set_request_id(frame.request_id());
    out.push_back(std::move(frame_out));
    return;
  }
  switch (frame.body_case()) {
    case v1::ClientFrame::kHello: {
      const auto theirs = audit::SignedCheckpoint::verify(frame.hello().checkpoint(), key);
      sent_size = theirs ? theirs->size() : 0;
      frame_out.mutable_welcome()->set_org(reader);
      frame_out.mutable_welcome()->set_time(to_ms(SystemClock().now()));
      *frame_out.mutable_welcome()->mutable_checkpoint() = checkpoint(sent_size);
      break;
    }
    case v1::ClientFrame::kEvents: {
      auto* page = frame_out.mutable_event_page();
      for (const auto& [i, one] : events_) {
        if (i < frame.events().from_index()) continue;
        v1::AuditEvent event;
        event.ParseFromString(one.body());
        const bool concerns = std::ranges::any_of(
            one.openings(), [&](const auto& opening) { return opening.org() == reader; });
        if (!withheld.contains(i) && (concerns || audit::row_of(event.kind()).is_public))
          *page->add_events() = proven(i, reader);
      }
      page->set_next_index(frontier_.size());
      for (std::size_t i = frame.events().withdrawn_from(); i < withdrawn_.size(); ++i)
        *page->mutable_withdrawn() += crypto::Transcript()
                                          .u64(withdrawn_[i].first.value)
                                          .bytes(withdrawn_[i].second.bytes())
                                          .str();
      if (const auto fixed = audit::fixed_state_in(frontier_.size()))
        *page->mutable_fixed_state() = opening(*fixed);
      for (const auto& [size, note] : cosigned) {
        auto* witnessed = page->add_witnessed();
        witnessed->set_note(note);
        for (const Hash& hash : audit::consistency_proof(size, frontier_.size(), nodes()))
          witnessed->add_consistency_proof(hash.str());
      }
      *page->mutable_checkpoint() = checkpoint(sent_size);
      break;
    }
    case v1::ClientFrame::kCosign:
      frame_out.mutable_notice()->set_kind(v1::Notice::KIND_COSIGNED);
      break;
    case v1::ClientFrame::kLookUp: {
      auto* answer = frame_out.mutable_directory();
      for (const auto& [org, entry] : directory) {
        if (!frame.look_up().org().empty() && frame.look_up().org() != org) continue;
        *answer->add_entries() = entry;
        auto* event =
            answer->mutable_entries(answer->entries_size() - 1)->mutable_statement_event();
        *event = proven(statement_index[org], reader);
        event->clear_key_statement();
      }
      *answer->mutable_checkpoint() = checkpoint(sent_size);
      break;
    }
    case v1::ClientFrame::kCredit: {
      for (const v1::Delivery& delivery : deliveries) {
        v1::BrokerFrame mail;
        *mail.mutable_delivery() = delivery;
        auto* d = mail.mutable_delivery();
        *d->mutable_event() = proven(delivery.event().index(), reader);
        d->mutable_event()->clear_object();
        *d->mutable_grant_event() = proven(delivery.grant_event().index(), reader);
        d->mutable_grant_event()->clear_object();
        *d->mutable_sender()->mutable_statement_event() =
            proven(delivery.sender().statement_event().index(), reader);
        d->mutable_sender()->mutable_statement_event()->clear_key_statement();
        *d->mutable_checkpoint() = checkpoint(sent_size);
        out.push_back(std::move(mail));
      }
      frame_out.mutable_notice()->set_kind(v1::Notice::KIND_MAILBOX_DRAINED);
      break;
    }
    case v1::ClientFrame::kRelease: {
      const auto logged = receipt(frame, reader);
      *frame_out.mutable_released()->mutable_event() = logged.receipt().event();
      for (const auto& share : shares) frame_out.mutable_released()->add_shares(share);
      *frame_out.mutable_released()->mutable_checkpoint() = checkpoint(sent_size);
      break;
    }
    case v1::ClientFrame::kReceived:
      if (names_forgotten(frame.received().received())) {
        frame_out.mutable_refused()->set_code(
            static_cast<v1::RefusalCode>(RefusalCode::unknown_message));
        break;
      }
      [[fallthrough]];
    default:
      frame_out = receipt(frame, reader);
      *frame_out.mutable_receipt()->mutable_checkpoint() = checkpoint(sent_size);
  }
  frame_out.set_request_id(frame.request_id());
  if (last_word) last_word(frame_out);
  out.push_back(std::move(frame_out));
}

}  // namespace veerpont::fakes
