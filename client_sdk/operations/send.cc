// What leaves: sealing, the outbox, referrals.
#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/guard/stays_here.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/engine.h"
#include "crypto/random.h"
#include "rules/clocks.h"
#include "rules/refused_categories.h"
#include "schemas/document_json.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {}  // namespace

Hash Engine::document_hash(const v1::Referral& document) const {
  // Keyed: from a stolen disk nobody may guess a short document by its hash.
  return crypto::Transcript("veerpont/outbox-document/v1")
      .bytes(home_->storage_key.reveal())
      .bytes(wire::serialise(document))
      .sha256();
}

Result<OutboxRow> Engine::seal(const crypto::Draft& draft, std::vector<SectionDocument> sections,
                               const v1::Referral& document, const Hash& written) {
  auto recipient = confirmed_statement(draft.recipient);
  if (!recipient) return recipient.refusal();
  auto sealed = crypto::seal_envelope(draft, sections, *recipient, home_->signing);
  if (!sealed) return sealed.refusal();
  v1::Submit submit;
  *submit.mutable_envelope() = std::move(sealed->envelope);
  for (const auto& share : sealed->shares) submit.add_shares(std::string(share.reveal()));
  auto submit_bytes = crypto::SecretBytes::take(wire::serialise(submit));
  for (auto& share : *submit.mutable_shares()) crypto::wipe(share.data(), share.size());
  return OutboxRow{draft.message,
                   draft.referral,
                   draft.grant,
                   draft.step,
                   written,
                   std::move(submit_bytes),
                   crypto::SecretBytes::take(wire::serialise(document)),
                   OutboxRow::State::pending,
                   std::nullopt,
                   draft.expires,
                   false,
                   false,
                   draft.created};
}

Result<Sent> Engine::send(Session& session, const OutboxRow& row) {
  v1::ClientFrame frame;
  if (!frame.mutable_submit()->ParseFromArray(row.submit.reveal().data(),
                                              static_cast<int>(row.submit.size())))
    return Refusal{RefusalCode::local_failure, "outbox"};
  const std::string header_bytes = frame.submit().envelope().header();
  auto header = crypto::Header::parse(header_bytes);
  if (!header) return header.refusal();
  // Marked before its bytes leave: whatever becomes of this program, nobody is told that it was not
  // sent.
  if (!home_->dossier->outbox.mark_left(row.message, true))
    return Refusal{RefusalCode::not_found, "another command cancelled it"};
  kill_point("submit-leaves");
  auto answer = session.request(std::move(frame));
  if (!answer) {
    if (!session.unanswered()) home_->dossier->outbox.mark_left(row.message, false);
    if (is_decided(answer.refusal()) && row.state == OutboxRow::State::pending)
      give_up(row, OutboxRow::State::refused);
    return answer.refusal();
  }
  if (!answer->has_receipt()) return Refusal{RefusalCode::tampered, "Receipt"};
  auto receipt =
      session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_SUBMITTED, header_bytes);
  if (!receipt) return receipt.refusal();
  kill_point("submit-answered");
  if (auto settled = settle_sent(*home_, *header, receipt->index); !settled)
    return settled.refusal();
  kill_point("submit-settled");
  // The state is what the log says and the table allows, not what the answer says.
  if (auto synced = sync_events(*home_, session); !synced) return synced.refusal();
  const auto referral = home_->dossier->referrals.find(row.referral);
  return Sent{row.referral, row.message, receipt->index,
              referral ? std::optional(referral->state) : std::nullopt};
}

// What the person hears who waits for it. Only what may still go is kept: a refusal is never sent
// later.
Refusal Engine::not_sent(const Refusal& why, const OutboxRow& row, WhenUnreachable when,
                         bool unanswered) {
  using State = OutboxRow::State;
  const std::string said = row.message.hex() + "; " + std::string(id_of(why.code)) +
                           (why.detail.empty() ? "" : ": " + why.detail);
  if (why.code == RefusalCode::tampered) return why;
  if (is_decided(why)) {
    if (const auto now = home_->dossier->outbox.find(row.message);
        now && now->state == State::refused)
      home_->dossier->outbox.settle(row.message, State::dropped, {});
    return why;
  }
  if (when == WhenUnreachable::hold)
    return {unanswered ? RefusalCode::perhaps_sent : RefusalCode::queued, said};
  if (!unanswered && home_->dossier->outbox.drop_unsent(row.message)) return why;
  home_->dossier->outbox.settle(row.message, State::perhaps, {});
  return Refusal{RefusalCode::perhaps_sent, said};
}

Result<Sent> Engine::send_now(Session& session, const OutboxRow& row, WhenUnreachable when) {
  auto sent = send(session, row);
  if (sent) return sent;
  if (const auto now = home_->dossier->outbox.find(row.message);
      now && now->state == OutboxRow::State::done) {  // by another command
    const auto referral = home_->dossier->referrals.find(row.referral);
    return Sent{row.referral, row.message, *now->index,
                referral ? std::optional(referral->state) : std::nullopt};
  }
  return not_sent(sent.refusal(), row, when, session.unanswered());
}

std::optional<crypto::Header> Engine::header_of(const OutboxRow& waiting) {
  v1::Submit submit;
  const bool read = submit.ParseFromArray(waiting.submit.reveal().data(),
                                          static_cast<int>(waiting.submit.size()));
  for (auto& share : *submit.mutable_shares()) crypto::wipe(share.data(), share.size());
  auto header = crypto::Header::parse(submit.envelope().header());
  return read && header ? std::optional(std::move(*header)) : std::nullopt;
}

void Engine::give_up(const OutboxRow& row, OutboxRow::State state) {
  const auto header = header_of(row);
  home_->dossier->outbox.settle(
      row.message, header && header->in_reply_to ? OutboxRow::State::dropped : state, {});
}

// What changed while it waited: then it does not go.
std::optional<RefusalCode> Engine::not_any_more(const OutboxRow& row) {
  const auto header = header_of(row);
  const auto kept = home_->dossier->grants.find(row.grant);
  const auto grant = kept ? crypto::Grant::parse(kept->body)
                          : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const Time now = clock_.now();
  if (!header || !grant) return RefusalCode::unknown_grant;
  if (header->expires <= now) return RefusalCode::expired;
  if (const auto partner = home_->dossier->directory.partner(header->recipient);
      !partner || !partner->is_confirmed())
    return RefusalCode::identity_unconfirmed;
  if (header->sections.empty()) return std::nullopt;
  return rules::refuses(kept->scope(*grant), home_->config.org, header->recipient,
                        header->categories(), now);
}

// Everything of ours that the log has was learned by now: what it does not show did not arrive.
void Engine::settle_perhaps() {
  for (const OutboxRow& row : home_->dossier->outbox.perhaps_sent())
    home_->dossier->outbox.settle(row.message, OutboxRow::State::dropped, {});
}

std::vector<QueuedRow> Engine::outbox() {
  std::vector<QueuedRow> rows;
  for (const WithdrawalRow& row : home_->dossier->withdrawals.waiting())
    rows.push_back({row.grant.hex(), "withdrawal", "queued", {}, {}});
  for (const GrantRecordRow& row : home_->dossier->grants.pending())
    rows.push_back({row.id.hex(), "grant", "queued", {}, {}});
  for (const OutboxRow& row : home_->dossier->outbox.pending())
    rows.push_back({row.message.hex(), id_of(row.step), row.has_left ? "perhaps-sent" : "queued",
                    row.referral, row.expires});
  for (const OutboxRow& row : home_->dossier->outbox.perhaps_sent())
    rows.push_back({row.message.hex(), id_of(row.step), "perhaps-sent", row.referral, row.expires});
  return rows;
}

Result<CancelledMessage> Engine::cancel(const MessageId& message) {
  const auto row = home_->dossier->outbox.find(message);
  if (!row) return Refusal{RefusalCode::not_found, "no such message in the outbox"};
  if (row->state == OutboxRow::State::done || row->state == OutboxRow::State::replaced)
    return Refusal{RefusalCode::invalid_input,
                   "it was sent; to stop sharing, use `veerpont grant withdraw`"};
  if (home_->dossier->outbox.drop_unsent(message)) return CancelledMessage{message, false};
  const auto now =
      home_->dossier->outbox.find(message);  // another command may have sent it meanwhile
  if (now && now->state == OutboxRow::State::done) return cancel(message);
  home_->dossier->outbox.settle(message, OutboxRow::State::perhaps, {});
  return CancelledMessage{message, true};
}

Status Engine::flush_outbox(Session& session) {
  for (const GrantRecordRow& row : home_->dossier->grants.pending())
    if (auto done = flush_grant(session, row); !done && ends_the_session(done.refusal()))
      return done;
  for (const OutboxRow& row : home_->dossier->outbox.pending()) {
    if (is_unsealed(row)) continue;  // send_waiting()
    if (not_any_more(row)) {
      give_up(row, OutboxRow::State::refused);
      continue;
    }
    auto sent = send(session, row);
    if (!sent && ends_the_session(sent.refusal())) return sent.refusal();
  }
  return Done{};
}

v1::Referral Engine::as_sent(const v1::Referral& document, const std::string& external_id) {
  v1::Referral whole = document;
  if (!external_id.empty()) whole.mutable_identity()->set_referral_number(external_id);
  apply_default_release_risk(whole);
  return whole;
}

// What this grant carries already: settled, sent again, or still waiting.
Result<Sent> Engine::refer_again(const Result<Session*>& session, const OutboxRow& sent,
                                 const Hash& document_sha256, WhenUnreachable when) {
  if (sent.document_sha256 != document_sha256)
    return Refusal{RefusalCode::grant_mismatch, "this grant already carries another referral"};
  if (sent.state == OutboxRow::State::done) {
    // Not received yet: the same bytes again, in case the broker lost them.
    const auto again = sent.submit.size() > 0 && session
                           ? send(**session, sent)
                           : Result<Sent>(Refusal{RefusalCode::not_found});
    if (!again && exit_code_of(again.refusal().code) == 4) return again.refusal();
    const auto known = home_->dossier->referrals.find(sent.referral);
    return Sent{sent.referral, sent.message, *sent.index,
                known ? std::optional(known->state) : std::nullopt};
  }
  if (sent.state == OutboxRow::State::perhaps)
    return Refusal{RefusalCode::perhaps_sent, sent.message.hex()};
  if (!session) return not_sent(session.refusal(), sent, when, sent.has_left);
  if (is_unsealed(sent)) return still_waits(**session, sent, when);
  return send_now(**session, sent, when);
}

Result<Sent> Engine::refer(const v1::Referral& document, const GrantId& grant_id,
                           const ReferOptions& options, const std::vector<std::string>& siblings) {
  v1::Referral whole = as_sent(document, options.external_id);
  if (whole.has_grant_record())
    return invalid("grantRecord: the record comes with the grant, not with the referral");
  if (whole.has_update()) return invalid("update: not in a referral");
  if (!has_plain_characters(options.external_id, Lines::one))
    return invalid("--external-id: has a character that cannot be seen");
  if (options.linked && !home_->dossier->referrals.find(*options.linked))
    return Refusal{RefusalCode::unknown_referral, "--linked"};
  const v1::Referral travels = as_it_travels(whole);
  const CategorySet categories = categories_of(travels);
  if (categories.empty()) return invalid("document: has no content that may be shared");
  const auto row = home_->dossier->grants.find(grant_id);
  if (!row) return Refusal{RefusalCode::unknown_grant, "register it first"};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || row->record_section.size() == 0)
    return Refusal{RefusalCode::wrong_direction, "only the grant's holder refers under it"};
  const Time now = clock_.now();

  auto session = ready();  // flushes: a referral whose answer was lost is settled here
  if (!session && session.refusal().code != RefusalCode::broker_unreachable)
    return session.refusal();
  if (const auto sent = home_->dossier->outbox.sent_refer(grant_id))
    return refer_again(session, *sent, document_hash(whole), options.when_unreachable);
  if (!session && options.when_unreachable == WhenUnreachable::drop) return session.refusal();
  if (!session)
    return hold_refer(whole, grant->scope.recipient, grant_id, grant->scope.expires, options,
                      siblings);
  if (auto confirmed = confirmed_clock(**session); !confirmed) return confirmed.refusal();
  const auto fresh_row = home_->dossier->grants.find(grant_id);
  if (auto refused = rules::refusal_of(fresh_row->scope(*grant), home_->config.org,
                                       grant->scope.recipient, categories, now))
    return *refused;

  auto sealed = seal_referral(whole, *row, *grant, options, siblings, now);
  if (!sealed) return sealed.refusal();
  if (!home_->dossier->outbox.put(*sealed))
    return refer(document, grant_id, options,
                 siblings);  // another command was faster: its message is ours
  kill_point("outbox-stored");
  return send_now(**session, *sealed, options.when_unreachable);
}

// A new referral under this grant, checked and sealed; nothing is stored yet.
Result<OutboxRow> Engine::seal_referral(const v1::Referral& whole, const GrantRecordRow& row,
                                        const crypto::Grant& grant, const ReferOptions& options,
                                        const std::vector<std::string>& siblings, Time now) {
  const v1::Referral travels = as_it_travels(whole);
  auto sections = split(travels);
  sections.insert(sections.begin(), SectionDocument{Category::grant_record,
                                                    std::string(row.record_section.reveal())});
  const Time expires = std::min(now + Time::duration(limits::message_life), grant.scope.expires);
  if (options.respond_by && *options.respond_by > grant.scope.expires)
    return invalid("--respond-by: after the end of the grant, " + rfc3339(grant.scope.expires));
  auto respond_by = options.respond_by ? options.respond_by
                                       : rules::respond_by(Step::refer, urgency_of(whole), now,
                                                           calendar_of(grant.scope.recipient));
  if (respond_by) respond_by = std::min(*respond_by, grant.scope.expires);
  const crypto::Draft draft{crypto::random_id<MessageId>(),
                            crypto::random_id<ReferralId>(),
                            home_->config.org,
                            grant.scope.recipient,
                            row.id,
                            Step::refer,
                            now,
                            expires,
                            respond_by,
                            std::nullopt,
                            crypto::random_id<OperationId>(),
                            options.linked};
  if (auto passed = pass(check(whole, row.id, siblings), draft.message, options.reasons); !passed)
    return passed.refusal();
  auto sealed = seal(draft, std::move(sections), travels, document_hash(whole));
  if (sealed) sealed->about = about_child(whole, grant.scope.recipient);
  return sealed;
}

// The broker is away: the referral is judged now, and waits.
Result<Sent> Engine::hold_refer(const v1::Referral& whole, const OrgId& to, const GrantId& grant,
                                Time until, const ReferOptions& options,
                                const std::vector<std::string>& siblings) {
  const v1::Referral travels = as_it_travels(whole);
  const auto row = home_->dossier->grants.find(grant);
  const auto parsed = crypto::Grant::parse(row->body);
  if (!parsed) return parsed.refusal();
  if (auto refused = rules::refusal_of(row->scope(*parsed), home_->config.org, to,
                                       categories_of(travels), clock_.now()))
    return *refused;
  if (options.respond_by && *options.respond_by > until)
    return invalid("--respond-by: after the end of the grant, " + rfc3339(until));
  if (const auto partner = home_->dossier->directory.partner(to);
      !partner || !partner->is_confirmed())
    return Refusal{RefusalCode::identity_unconfirmed, to.str()};
  const auto id = crypto::random_id<MessageId>();
  if (auto passed = pass(check(whole, grant, siblings), id, options.reasons); !passed)
    return passed.refusal();
  return keep_unsealed({id, crypto::random_id<ReferralId>(), grant, to, Step::refer,
                        options.respond_by, options.linked, until},
                       travels, document_hash(whole), about_child(whole, to));
}

}  // namespace veerpont::sdk
