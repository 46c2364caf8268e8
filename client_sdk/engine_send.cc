// Grants, referrals and replies: what leaves.
#include "client_sdk/engine.h"
#include "crypto/random.h"
#include "schemas/document_json.h"
#include "schemas/kill_point.h"
#include "schemas/limits.h"
#include "schemas/rules/referral_states.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

Refusal invalid(std::string what) { return Refusal{RefusalCode::invalid_input, std::move(what)}; }

template <class T>
T fresh_id() {
  return *T::from_bytes(crypto::random_bytes(16));
}

// The grant as this home knows it now.
rules::GrantScope scope_of(const GrantRecordRow& row, const crypto::Grant& grant) {
  rules::GrantScope scope = grant.scope;
  scope.withdrawn = row.withdrawn;
  scope.withdrawn_categories = row.withdrawn_categories;
  return scope;
}

Result<Time> begin_of(const v1::GrantDraft& draft, Time now) {
  if (draft.not_before().empty()) return now;
  const auto date = amsterdam_midnight(draft.not_before());
  if (!date) return invalid("notBefore: must be a date, 2026-12-01");
  return *date;
}

std::optional<Refusal> fault_of(const v1::GrantDraft& draft) {
  if (!OrgId::parse(draft.recipient())) return invalid("recipient: must be an organisation's id");
  if (draft.ground() == v1::GROUND_UNSPECIFIED) return invalid("ground: is missing");
  if (draft.purpose() == v1::PURPOSE_UNSPECIFIED) return invalid("purpose: is missing");
  if (draft.outbound().empty()) return invalid("outbound: name at least one category");
  if (!draft.has_record()) return invalid("record: is missing");
  const auto end = amsterdam_midnight(draft.expires());
  if (!end || !is_first_of_month_amsterdam(*end)) return invalid("expires: must be the first of a month, 2026-12-01");
  return std::nullopt;
}

// Sorted; the implicit ones and repeats are faults of the writer.
Result<CategorySet> categories_in(const google::protobuf::RepeatedField<int>& list, const char* field, CategorySet implicit) {
  CategorySet set;
  for (const int number : list) {
    const auto category = static_cast<Category>(number);
    if (number == 0) return invalid(std::string(field) + ": a category is missing");
    if (implicit.has(category)) return invalid(std::string(field) + ": " + id_of(category) + " is in every grant and is not listed");
    if (set.has(category)) return invalid(std::string(field) + ": " + id_of(category) + " is listed twice");
    set.add(category);
  }
  return set;
}

OutboxRow::State state_after(const Refusal& refusal) {
  // These say that nothing was decided; everything else is a decision that repeating does not change.
  const bool again = refusal.code == RefusalCode::broker_unreachable || refusal.code == RefusalCode::busy || refusal.code == RefusalCode::tampered ||
                     refusal.code == RefusalCode::storage_full || refusal.code == RefusalCode::quota_exceeded ||
                     refusal.code == RefusalCode::sender_suspended || refusal.code == RefusalCode::recipient_suspended;
  return again ? OutboxRow::State::pending : OutboxRow::State::refused;
}

}  // namespace

Result<RegisteredGrant> Engine::register_grant(std::string_view json) {
  v1::GrantDraft draft;
  if (auto read = read_json(json, draft); !read) return read.refusal();
  if (auto fault = fault_of(draft)) return *fault;
  auto outbound = categories_in(draft.outbound(), "outbound", {Category::grant_record});
  auto inbound = categories_in(draft.inbound(), "inbound", {Category::update, Category::grant_record});
  if (!outbound) return outbound.refusal();
  if (!inbound) return inbound.refusal();
  const Time now = clock_.now();
  auto begin = begin_of(draft, now);
  if (!begin) return begin.refusal();
  const Time end = *amsterdam_midnight(draft.expires());
  if (end <= *begin) return Refusal{RefusalCode::grant_expired, "expires"};
  if (!rules::ground_cap(static_cast<Ground>(draft.ground())).covers(*outbound | *inbound))
    return Refusal{RefusalCode::ground_forbids_category, id_of(static_cast<Ground>(draft.ground()))};
  auto session = ready();
  if (!session) return session.refusal();

  v1::GrantRecordSection section;
  section.set_salt(crypto::random_bytes(32));
  section.set_record(wire::serialise(draft.record()));
  v1::Grant grant;
  const GrantId id = fresh_id<GrantId>();
  grant.set_grant_id(id.str());
  grant.set_holder(home_->config.org.str());
  grant.set_holder_key_id(home_->signing_key_id().str());
  grant.set_recipient(draft.recipient());
  grant.set_ground(draft.ground());
  grant.set_purpose(draft.purpose());
  for (const Category category : outbound->list()) grant.add_outbound(static_cast<v1::Category>(category));
  for (const Category category : inbound->list()) grant.add_inbound(static_cast<v1::Category>(category));
  grant.set_not_before(to_ms(*begin));
  grant.set_expires(to_ms(end));
  grant.set_record_commitment(crypto::record_commitment(section.salt(), section.record()).str());
  grant.set_operation_id(crypto::random_bytes(16));
  grant.set_created(to_ms(now));
  v1::ClientFrame frame;
  auto* object = frame.mutable_register_grant()->mutable_grant();
  object->set_body(wire::serialise(grant));
  object->set_signature(home_->signing.sign(crypto::PayloadType::grant, object->body()));
  // In the dossier first: a lost answer must not leave a grant that nobody here can withdraw.
  home_->dossier->put_grant({id, object->body(), object->signature(), crypto::SecretBytes::take(wire::serialise(section)), {}, false, {}, false, true});
  kill_point("grant-stored");
  if (auto done = flush_grant(**session, *home_->dossier->grant(id)); !done) return done.refusal();
  return RegisteredGrant{id};
}

// Registers a grant that waits; repeating it is the same registration.
Status Engine::flush_grant(Session& session, const GrantRecordRow& row) {
  v1::ClientFrame frame;
  frame.mutable_register_grant()->mutable_grant()->set_body(row.body);
  frame.mutable_register_grant()->mutable_grant()->set_signature(row.signature);
  auto answer = session.request(std::move(frame));
  if (!answer) {
    if (state_after(answer.refusal()) == OutboxRow::State::refused) home_->dossier->settle_grant(row.id, false);
    return answer.refusal();
  }
  if (auto receipt = session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_GRANT_REGISTERED, row.body); !receipt) return receipt.refusal();
  kill_point("grant-answered");
  home_->dossier->settle_grant(row.id, true);
  return Done{};
}

Hash Engine::document_hash(const v1::Referral& document) const {
  // Keyed: from a stolen disk nobody may guess a short document by its hash.
  return crypto::Transcript("veerpont/outbox-document/v1").bytes(home_->storage_key.reveal()).bytes(wire::serialise(document)).sha256();
}

Result<std::vector<GrantRow>> Engine::grants() {
  std::vector<GrantRow> rows;
  for (const GrantId& id : home_->dossier->grants()) {
    const auto row = home_->dossier->grant(id);
    auto grant = crypto::Grant::parse(row->body);
    if (!grant) return Refusal{RefusalCode::local_failure, "a stored grant"};
    const Time now = clock_.now();
    const char* state = row->pending                    ? "pending"
                        : row->withdrawn                ? "withdrawn"
                        : grant->scope.expires <= now   ? "expired"
                        : grant->scope.not_before > now ? "not-yet-valid"
                                                        : "active";
    rows.push_back(
        {id, grant->scope.recipient.str(), id_of(grant->scope.ground), state, grant->scope.expires, row->withdrawn_categories, grant->scope.holder.str()});
  }
  return rows;
}

Result<WithdrawnGrant> Engine::withdraw_grant(const GrantId& id, CategorySet categories) {
  const auto row = home_->dossier->grant(id);
  if (!row) return Refusal{RefusalCode::unknown_grant};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || grant->scope.holder != home_->config.org) return Refusal{RefusalCode::unknown_grant, "only the holder withdraws"};
  auto session = ready();
  if (!session) return session.refusal();
  v1::Withdrawal withdrawal;
  withdrawal.set_grant_id(id.str());
  withdrawal.set_holder(home_->config.org.str());
  withdrawal.set_holder_key_id(home_->signing_key_id().str());
  for (const Category category : categories.list()) withdrawal.add_categories(static_cast<v1::Category>(category));
  // From the content, so that repeating after a lost answer is the same operation.
  withdrawal.set_operation_id(crypto::Transcript("veerpont/withdraw-operation/v1").bytes(id.bytes()).u32(categories.bits()).sha256().str().substr(0, 16));
  v1::ClientFrame frame;
  auto* object = frame.mutable_withdraw()->mutable_withdrawal();
  object->set_body(wire::serialise(withdrawal));
  object->set_signature(home_->signing.sign(crypto::PayloadType::withdrawal, object->body()));
  const std::string body = object->body();
  auto answer = (*session)->request(std::move(frame));
  if (!answer) return answer.refusal();
  kill_point("withdraw-answered");
  auto receipt = (*session)->verify_receipt(answer->receipt().event(), v1::EVENT_KIND_GRANT_WITHDRAWN, body);
  if (!receipt) return receipt.refusal();
  if (auto synced = sync_events(*home_, **session); !synced) return synced.refusal();
  return WithdrawnGrant{receipt->index, receipt->event.count()};
}

Result<OutboxRow> Engine::seal(const crypto::Draft& draft, std::vector<SectionDocument> sections, const v1::Referral& document) {
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
                   document_hash(document),
                   std::move(submit_bytes),
                   crypto::SecretBytes::take(wire::serialise(document)),
                   OutboxRow::State::pending,
                   std::nullopt};
}

Result<Sent> Engine::send(Session& session, const OutboxRow& row) {
  v1::ClientFrame frame;
  if (!frame.mutable_submit()->ParseFromArray(row.submit.reveal().data(), static_cast<int>(row.submit.size())))
    return Refusal{RefusalCode::local_failure, "outbox"};
  const std::string header_bytes = frame.submit().envelope().header();
  auto header = crypto::Header::parse(header_bytes);
  if (!header) return header.refusal();
  auto answer = session.request(std::move(frame));
  if (!answer) {
    const bool decided = state_after(answer.refusal()) == OutboxRow::State::refused;
    if (decided && row.state == OutboxRow::State::pending) home_->dossier->settle(row.message, OutboxRow::State::refused, {});
    return answer.refusal();
  }
  if (!answer->has_receipt()) return Refusal{RefusalCode::tampered, "Receipt"};
  auto receipt = session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_SUBMITTED, header_bytes);
  if (!receipt) return receipt.refusal();
  kill_point("submit-answered");
  if (row.step == Step::refer) {
    home_->dossier->put_referral({row.referral, header->recipient, true, row.grant, ReferralState::sent, header->respond_by});
    home_->dossier->bind_grant(row.grant, row.referral);
    if (auto learned = learn_again(*home_, row.referral, row.grant); !learned) return learned.refusal();
  } else if (header->respond_by) {
    home_->dossier->set_respond_by(row.referral, *header->respond_by);
  }
  kill_point("referral-stored");
  home_->dossier->settle(row.message, OutboxRow::State::done, receipt->index);
  kill_point("submit-settled");
  // The state is what the log says and the table allows, not what the answer says.
  if (auto synced = sync_events(*home_, session); !synced) return synced.refusal();
  const auto referral = home_->dossier->referral(row.referral);
  return Sent{row.referral, row.message, receipt->index, referral ? std::optional(referral->state) : std::nullopt};
}

Status Engine::flush_outbox(Session& session) {
  const auto fatal = [](const Refusal& refusal) { return exit_code_of(refusal.code) == 4 || exit_code_of(refusal.code) == 5; };
  for (const GrantRecordRow& row : home_->dossier->pending_grants())
    if (auto done = flush_grant(session, row); !done && fatal(done.refusal())) return done;
  for (const OutboxRow& row : home_->dossier->pending()) {
    auto sent = send(session, row);
    if (!sent && fatal(sent.refusal())) return sent.refusal();
  }
  return Done{};
}

Result<Sent> Engine::refer(const v1::Referral& document, const GrantId& grant_id, std::optional<Time> respond_by, const std::string& external_id) {
  v1::Referral whole = document;
  if (whole.has_grant_record()) return invalid("grantRecord: the record comes with the grant, not with the referral");
  if (whole.has_update()) return invalid("update: not in a referral");
  if (!external_id.empty()) whole.mutable_identity()->set_referral_number(external_id);
  apply_default_release_risk(whole);
  const CategorySet categories = categories_of(whole);
  if (categories.empty()) return invalid("document: has no content");
  const auto row = home_->dossier->grant(grant_id);
  if (!row) return Refusal{RefusalCode::unknown_grant, "register it first"};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || row->record_section.size() == 0) return Refusal{RefusalCode::wrong_direction, "only the grant's holder refers under it"};
  const Time now = clock_.now();

  auto session = ready();  // flushes: a referral whose answer was lost is settled here
  if (!session && session.refusal().code != RefusalCode::broker_unreachable) return session.refusal();
  if (const auto sent = home_->dossier->sent_refer(grant_id)) {
    if (sent->document_sha256 != document_hash(whole)) return Refusal{RefusalCode::grant_mismatch, "this grant already carries another referral"};
    if (sent->state == OutboxRow::State::done) {
      // Not received yet: the same bytes again, in case the broker lost them.
      const auto again = sent->submit.size() > 0 && session ? send(**session, *sent) : Result<Sent>(Refusal{RefusalCode::not_found});
      if (!again && exit_code_of(again.refusal().code) == 4) return again.refusal();
      const auto known = home_->dossier->referral(sent->referral);
      return Sent{sent->referral, sent->message, *sent->index, known ? std::optional(known->state) : std::nullopt};
    }
    if (!session) return session.refusal();
    return send(**session, *sent);
  }
  if (!session) return session.refusal();
  const auto fresh_row = home_->dossier->grant(grant_id);
  if (const auto code = rules::refuses(scope_of(*fresh_row, *grant), home_->config.org, grant->scope.recipient, categories, now)) return Refusal{*code};

  auto sections = split(whole);
  sections.insert(sections.begin(), SectionDocument{Category::grant_record, std::string(row->record_section.reveal())});
  const Time expires = std::min(now + Time::duration(limits::message_life), grant->scope.expires);
  const crypto::Draft draft{fresh_id<MessageId>(),
                            fresh_id<ReferralId>(),
                            home_->config.org,
                            grant->scope.recipient,
                            grant_id,
                            Step::refer,
                            now,
                            expires,
                            respond_by.value_or(now + std::chrono::hours(24) * rules::default_respond_days(Step::refer)),
                            std::nullopt,
                            fresh_id<OperationId>()};
  auto sealed = seal(draft, std::move(sections), whole);
  if (!sealed) return sealed.refusal();
  if (!home_->dossier->put_outbox(*sealed)) return refer(document, grant_id, respond_by, external_id);  // another command was faster: its message is ours
  kill_point("outbox-stored");
  return send(**session, *sealed);
}

Result<Sent> Engine::reply(const ReferralId& id, Step step, const v1::Referral& document, std::optional<Time> respond_by) {
  const Hash document_sha256 = document_hash(document);
  const auto pending = home_->dossier->pending_reply(id, step, document_sha256);
  auto session = ready();  // flushes: a reply whose answer was lost is settled here
  if (!session) return session.refusal();
  const auto referral = home_->dossier->referral(id);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  if (const auto settled = pending ? home_->dossier->outbox_row(pending->message) : std::nullopt; settled && settled->state == OutboxRow::State::done)
    return Sent{id, settled->message, *settled->index, referral->state};
  if (step == Step::refer || step == Step::renew) return invalid("this step is not a reply");
  const CategorySet categories = categories_of(document);
  if (rules::needs_sections(step) && categories.empty()) return invalid("--document is needed for " + id_of(step));
  if (const auto waiting = home_->dossier->pending_reply(id, step, document_sha256)) return send(**session, *waiting);
  const auto role = referral->referrer ? rules::Role::referrer : rules::Role::provider;
  if (!rules::after_step(referral->state, role, step)) return Refusal{RefusalCode::step_not_allowed, id_of(step) + " in " + id_of(referral->state)};
  const Time now = clock_.now();
  Time expires = now + Time::duration(limits::message_life);
  if (!categories.empty()) {
    const auto row = home_->dossier->grant(referral->grant);
    auto grant = row ? crypto::Grant::parse(row->body) : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant) return grant.refusal();
    if (const auto code = rules::refuses(scope_of(*row, *grant), home_->config.org, referral->with, categories, now)) return Refusal{*code};
    expires = std::min(expires, grant->scope.expires);
  }
  if (rules::needs_respond_by(step) && !respond_by) respond_by = now + std::chrono::hours(24) * rules::default_respond_days(step);
  const crypto::Draft draft{fresh_id<MessageId>(),  id, home_->config.org, referral->with, referral->grant, step, now, expires, respond_by, std::nullopt,
                            fresh_id<OperationId>()};
  auto sealed = seal(draft, split(document), document);
  if (!sealed) return sealed.refusal();
  if (!home_->dossier->put_outbox(*sealed)) return reply(id, step, document, respond_by);
  kill_point("outbox-stored");
  return send(**session, *sealed);
}

}  // namespace veerpont::sdk
