// A message: whether it may be carried, and what it does to its referral.
#include "base/limits.h"
#include "broker/gate/parts.h"
#include "rules/clock_tolerance.h"
#include "rules/referral_states.h"
#include "rules/refused_categories.h"

namespace veerpont::broker::gate {
namespace {

using Fault = std::optional<Refusal>;

Fault fault(RefusalCode code, std::string detail = {}) { return Refusal{code, std::move(detail)}; }

Fault check_clock(const crypto::Header& header, const GateContext& context) {
  if (!rules::has_begun(header.created, context.event_time)) return fault(RefusalCode::clock_skew);
  if (header.expires <= context.now) return fault(RefusalCode::expired);
  return std::nullopt;
}

// Every section is sealed to an epoch key that the recipient published for this time.
Fault check_epochs(const Facts& facts, const crypto::Header& header) {
  const Participant* recipient = participant(facts, header.recipient);
  if (recipient == nullptr) return fault(RefusalCode::unknown_recipient);
  for (const auto& section : header.sections) {
    const KeyFact* key = recipient->key(section.recipient_key_id, crypto::KeyType::epoch);
    if (key == nullptr || key->epoch != section.epoch ||
        !crypto::epoch_holds(key->epoch, header.created))
      return fault(RefusalCode::unknown_epoch, id_of(section.category));
  }
  return std::nullopt;
}

Fault check_participants(const Facts& facts, const crypto::Header& header) {
  if (is_suspended(facts, header.sender)) return fault(RefusalCode::sender_suspended);
  if (const auto code = cannot_receive(facts, header.recipient)) return fault(*code);
  return std::nullopt;
}

const ReferralFact* referral_of(const Facts& facts, const crypto::Header& header) {
  const auto found = facts.referrals.find(header.referral);
  return found == facts.referrals.end() ? nullptr : &found->second;
}

Fault check_referral(const ReferralFact* referral, const crypto::Header& header) {
  if (referral == nullptr)
    return header.step == Step::refer ? std::nullopt : fault(RefusalCode::unknown_referral);
  const bool outward =
      header.sender == referral->referrer && header.recipient == referral->provider;
  const bool inward = header.sender == referral->provider && header.recipient == referral->referrer;
  return outward || inward ? std::nullopt : fault(RefusalCode::unknown_referral);
}

// Somebody who takes part in a referral starts another because of it; nothing of the first is
// forwarded.
Fault check_link(const Facts& facts, const crypto::Header& header) {
  if (!header.linked_referral) return std::nullopt;
  if (header.step != Step::refer)
    return fault(RefusalCode::step_not_allowed, "Header.linked_referral");
  const auto linked = facts.referrals.find(*header.linked_referral);
  const bool ours = linked != facts.referrals.end() && (linked->second.referrer == header.sender ||
                                                        linked->second.provider == header.sender);
  return ours && *header.linked_referral != header.referral
             ? std::nullopt
             : fault(RefusalCode::unknown_referral, "Header.linked_referral");
}

// A step without sections needs only the referral's current grant by name, so that a loop can
// always be closed.
Fault check_grant(const Facts& facts, const ReferralFact* referral, const crypto::Header& header,
                  Time now) {
  // A renewal alone brings another grant: one that carries nothing yet.
  const bool renews = referral != nullptr && header.step == Step::renew;
  if (referral != nullptr && (referral->grant == header.grant) == renews)
    return fault(RefusalCode::grant_mismatch);
  if (referral != nullptr && !renews && header.sections.empty()) return std::nullopt;
  const auto found = facts.grants.find(header.grant);
  if (found == facts.grants.end()) return fault(RefusalCode::unknown_grant);
  const GrantFact& grant = found->second;
  if (grant.referral && (renews || *grant.referral != header.referral))
    return fault(RefusalCode::grant_mismatch);
  if (renews && grant.grant.scope.kind != kind_of(facts, referral->grant))
    return fault(RefusalCode::grant_mismatch);
  if ((referral == nullptr || renews) && header.sender != grant.grant.scope.holder)
    return fault(RefusalCode::wrong_direction);
  if (const auto refused = rules::refusal_of(grant.scope(), header.sender, header.recipient,
                                             header.categories(), now))
    return fault(refused->code, refused->detail);
  if (header.expires > grant.grant.scope.expires)
    return fault(RefusalCode::grant_expired, "Header.expires");
  return std::nullopt;
}

// Nobody is asked to answer when the answer cannot carry anything any more, as long as the grant
// lives.
Fault check_respond_by(const Facts& facts, const crypto::Header& header, Time now) {
  const auto found = facts.grants.find(header.grant);
  if (!header.respond_by || found == facts.grants.end()) return std::nullopt;
  const GrantFact& grant = found->second;
  const bool lives = !grant.withdrawn && !grant.ended && now < grant.grant.scope.expires;
  if (lives && *header.respond_by > grant.grant.scope.expires)
    return fault(RefusalCode::grant_expired, "Header.respond_by");
  return std::nullopt;
}

Fault check_quota(const Facts& facts, const crypto::Header& header, const GateContext& context) {
  const auto found = facts.backlog.find({header.sender, header.recipient});
  if (found == facts.backlog.end()) return std::nullopt;
  if (found->second.messages >= context.most_messages)
    return fault(RefusalCode::quota_exceeded, std::to_string(context.most_messages) + " messages");
  const auto all = facts.undelivered_bytes.find(header.sender);
  if (all != facts.undelivered_bytes.end() && all->second >= context.most_bytes)
    return fault(RefusalCode::quota_exceeded, std::to_string(context.most_bytes) + " bytes");
  return std::nullopt;
}

std::size_t stored_bytes(const v1::Envelope& envelope) {
  std::size_t bytes = envelope.header().size();
  for (const auto& ciphertext : envelope.ciphertexts()) bytes += ciphertext.size();
  return bytes;
}

v1::SignedObject object_of(const v1::Envelope& envelope) {
  v1::SignedObject object;
  object.set_body(envelope.header());
  object.set_signature(envelope.signature());
  return object;
}

// Bytes of a waiting message are missing although the log knows no reason: the sender's identical
// Submit puts them back.
std::optional<Permit> restore(const Facts& facts, const MessageFact& known,
                              const SubmitRequest& request, const GateContext& context) {
  if (known.status != MessageFact::Status::stored || known.expires <= context.now ||
      request.sections_fault || context.room != Room::ample)
    return std::nullopt;
  const auto grant = facts.grants.find(known.grant);
  if (grant == facts.grants.end() || grant->second.withdrawn || grant->second.ended)
    return std::nullopt;
  const CategorySet alive = grant->second.keys_present.minus(grant->second.withdrawn_categories);
  Permit permit;
  for (const Category category : known.categories.list())
    if (alive.has(category) && !facts.shares.contains({known.id, category}))
      permit.shares_to_put.add(category);
  if (permit.shares_to_put.empty() && known.ciphertexts == known.categories) return std::nullopt;
  permit.answered_by = known.index;
  permit.changes.push_back(RestoreMessage{known.id, request.envelope});
  v1::AuditEvent restored = said_by(request.header);
  restored.set_kind(v1::EVENT_KIND_RESTORED);
  permit.events.push_back({std::move(restored), object_of(*request.envelope), {}});
  return permit;
}

Permit permit_submit(const Facts& facts, const ReferralFact* referral, ReferralState next,
                     const SubmitRequest& request, const GateContext& context) {
  const crypto::Header& header = request.header;
  Permit permit;
  permit.state = next;
  v1::AuditEvent submitted = said_by(header);
  const ReferralFact before =
      referral == nullptr
          ? ReferralFact{header.referral, header.sender, header.recipient, header.grant, next}
          : *referral;
  const bool about_access =
      header.step == Step::access_requested || header.step == Step::access_answered;
  PutReferral after =
      moved(before, next,
            about_access ? before.respond_by : header.respond_by.value_or(before.respond_by));
  if (about_access) {
    after.referral.access_by =
        header.step == Step::access_requested ? header.respond_by.value_or(Time{}) : Time{};
    after.referral.access_overdue = false;
  }
  if (header.step == Step::refer)
    after.referral.refer_until = std::max(before.refer_until, header.expires);
  after.referral.grant = header.grant;
  if (referral == nullptr || header.step == Step::renew)
    permit.changes.push_back(BindGrant{header.grant, header.referral});
  if (referral == nullptr || after.referral != before) permit.changes.push_back(std::move(after));
  if (referral == nullptr || next != referral->state)
    add_transition(submitted, header.referral, next);
  permit.changes.push_back(PutMessage{
      {header.message, header.sha256, context.next, header.sender, header.recipient, header.grant,
       header.referral, header.step, header.expires, header.categories(),
       stored_bytes(*request.envelope), MessageFact::Status::stored, false, header.categories()},
      request.envelope});
  permit.shares_to_put = header.categories();
  permit.events.push_back({std::move(submitted), object_of(*request.envelope), {}});
  if (referral != nullptr) stop_sharing(facts, *referral, header, context, permit);
  return permit;
}

}  // namespace

std::vector<Question> questions_of(const SubmitRequest& request) {
  const crypto::Header& header = request.header;
  std::vector<Question> questions{
      AskOrg{header.sender},      AskOrg{header.recipient},
      AskMessage{header.message}, AskReferral{header.referral},
      AskGrant{header.grant},     AskBacklog{header.sender, header.recipient}};
  if (header.linked_referral) questions.push_back(AskReferral{*header.linked_referral});
  if (rules::may_stop(header.step)) questions.push_back(AskReferralShares{header.referral});
  return questions;
}

Decision decide(const Facts& facts, const SubmitRequest& request, const GateContext& context) {
  const crypto::Header& header = request.header;
  const ReferralFact* referral = referral_of(facts, header);
  if (const auto known = facts.messages.find(header.message); known != facts.messages.end()) {
    if (known->second.header_sha256 != header.sha256)
      return deny({RefusalCode::message_id_conflict}, said_by(header));
    const auto state = referral == nullptr ? std::nullopt : std::optional(referral->state);
    if (auto restored = restore(facts, known->second, request, context)) {
      restored->state = state;
      return std::move(*restored);
    }
    return Known{known->second.index, state, {}, {}};
  }
  const Fault refused = [&]() -> Fault {
    if (!has_active_key(facts, header.sender, header.sender_key_id, context.now))
      return fault(RefusalCode::unknown_key);
    if (auto f = check_clock(header, context)) return f;
    if (request.sections_fault) return request.sections_fault;
    if (auto f = check_epochs(facts, header)) return f;
    if (auto f = check_participants(facts, header)) return f;
    if (auto f = check_referral(referral, header)) return f;
    if (auto f = check_link(facts, header)) return f;
    if (auto f = check_grant(facts, referral, header, context.now)) return f;
    return check_respond_by(facts, header, context.now);
  }();
  if (refused) return deny(*refused, said_by(header));
  const bool refers = referral == nullptr || header.sender == referral->referrer;
  const auto role = refers ? rules::Role::referrer : rules::Role::provider;
  const auto next =
      rules::after_step(referral == nullptr ? std::nullopt : std::optional(referral->state), role,
                        header.step, kind_of(facts, header.grant));
  if (!next) return deny({RefusalCode::step_not_allowed, id_of(header.step)}, said_by(header));
  // The recipient must be able to see on what proof it is told: the first message brings the
  // record.
  if ((referral == nullptr || header.step == Step::renew) &&
      !header.categories().has(Category::grant_record))
    return deny({RefusalCode::section_mismatch, "grant-record is missing"}, said_by(header));
  if (auto f = check_quota(facts, header, context)) return deny(*f, said_by(header));
  if (context.room != Room::ample) return storage_full();
  return permit_submit(facts, referral, *next, request, context);
}

}  // namespace veerpont::broker::gate
