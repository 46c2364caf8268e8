#include "client_sdk/operations/hold.h"

#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/guard/stays_here.h"
#include "client_sdk/operations/check.h"
#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/reply.h"
#include "client_sdk/operations/send.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "rules/clocks.h"
#include "rules/referral_states.h"
#include "rules/refused_categories.h"
#include "schemas/categories.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// What an unsealed message will say in its header, without a time, a section or a signature.
std::optional<v1::Header> plan_of(const OutboxRow& row) {
  v1::Submit submit;
  v1::Header plan;
  if (!submit.ParseFromArray(row.submit.reveal().data(), static_cast<int>(row.submit.size())))
    return std::nullopt;
  const bool unsealed =
      submit.envelope().signature().empty() && !submit.envelope().header().empty();
  return unsealed && plan.ParseFromString(submit.envelope().header())
             ? std::optional(std::move(plan))
             : std::nullopt;
}

// By when a message that waited is answered, now that it goes: the named time, or else the clock of
// its step. Refuses a step that its referral takes no more.
Result<std::optional<Time>> waiting_respond_by(Context& context, const OutboxRow& row,
                                               const v1::Referral& document,
                                               const rules::GrantScope& scope,
                                               std::optional<Time> named, Time now) {
  if (row.step == Step::refer) {
    const auto by = named ? named
                          : rules::respond_by(Step::refer, urgency_of(document), now,
                                              calendar_of(context, scope.recipient));
    return by ? std::optional(std::min(*by, scope.expires)) : std::nullopt;
  }
  const auto referral = context.dossier().referrals.find(row.referral);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  const auto role = referral->referrer ? rules::Role::referrer : rules::Role::provider;
  const auto next = rules::after_step(referral->state, role, row.step, scope.kind);
  if (!next)
    return Refusal{RefusalCode::step_not_allowed,
                   id_of(row.step) + " in " + id_of(referral->state)};
  const auto by =
      named ? named : answer_by(context, *referral, *next, row.step, document.update(), now);
  if (by && !scope.withdrawn && now < scope.expires)
    return std::optional(std::min(*by, scope.expires));
  return by;
}

// Judged again by what is known now; a refusal that is decided means that it does not go.
Result<OutboxRow> seal_waiting(Context& context, const OutboxRow& row) {
  const auto plan = plan_of(row);
  const auto to = plan ? OrgId::parse(plan->recipient()) : std::nullopt;
  // A reply goes under the grant that its referral has now: it may have been renewed meanwhile.
  const auto replied =
      row.step == Step::refer ? std::nullopt : context.dossier().referrals.find(row.referral);
  const GrantId under = replied ? replied->grant : row.grant;
  const auto kept = context.dossier().grants.find(under);
  const auto grant = kept ? crypto::Grant::parse(kept->body)
                          : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  auto document = wire::parse<v1::Referral>(row.document.reveal());
  if (!to || !document) return Refusal{RefusalCode::local_failure, "outbox"};
  if (replied && !kept)
    return Refusal{RefusalCode::busy, "the renewal that the log has is still in the mailbox"};
  if (!grant) return grant.refusal();
  const Time now = context.clock.now();
  const rules::GrantScope scope = kept->scope(*grant);
  auto sections = split(*document);
  CategorySet categories = categories_of(*document);
  if (row.step == Step::refer) {
    sections.insert(sections.begin(), SectionDocument{Category::grant_record,
                                                      std::string(kept->record_section.reveal())});
    categories.add(Category::grant_record);
  }
  if (auto refused = sections.empty()
                         ? std::nullopt
                         : rules::refusal_of(scope, context.org(), *to, categories, now))
    return *refused;
  const auto named =
      plan->respond_by() == 0 ? std::nullopt : std::optional(time_from_ms(plan->respond_by()));
  const auto respond_by = waiting_respond_by(context, row, *document, scope, named, now);
  if (!respond_by) return respond_by.refusal();
  Time expires = now + Time::duration(limits::message_life);
  if (!sections.empty()) expires = std::min(expires, scope.expires);
  const crypto::Draft draft{row.message,
                            row.referral,
                            context.org(),
                            *to,
                            under,
                            row.step,
                            now,
                            expires,
                            *respond_by,
                            std::nullopt,
                            crypto::random_id<OperationId>(),
                            ReferralId::from_bytes(plan->linked_referral())};
  auto sealed = seal(context, draft, std::move(sections), *document, row.document_sha256);
  if (sealed && !context.dossier().outbox.put_sealed(*sealed))
    return Refusal{RefusalCode::busy, "another command sealed it"};
  return sealed;
}

}  // namespace

bool is_unsealed(const OutboxRow& row) { return plan_of(row).has_value(); }

Refusal keep_unsealed(Context& context, const Unsealed& message, const v1::Referral& travels,
                      const Hash& written, const AboutChild& about) {
  v1::Header plan;
  plan.set_message_id(message.id.str());
  plan.set_referral_id(message.referral.str());
  plan.set_recipient(message.to.str());
  plan.set_grant_id(message.grant.str());
  plan.set_step(static_cast<v1::Step>(message.step));
  if (message.respond_by) plan.set_respond_by(to_ms(*message.respond_by));
  if (message.linked) plan.set_linked_referral(message.linked->str());
  v1::Submit submit;
  submit.mutable_envelope()->set_header(wire::serialise(plan));
  OutboxRow row{message.id,
                message.referral,
                message.grant,
                message.step,
                written,
                crypto::SecretBytes::take(wire::serialise(submit)),
                crypto::SecretBytes::take(wire::serialise(travels)),
                OutboxRow::State::pending,
                std::nullopt,
                message.until};
  row.created = context.clock.now();
  row.about = about;
  // Another command may have been faster: then that one's message waits.
  const bool ours = context.dossier().outbox.put(row);
  const auto other =
      ours ? std::nullopt
      : message.step == Step::refer
          ? context.dossier().outbox.sent_refer(message.grant)
          : context.dossier().outbox.pending_reply(message.referral, message.step, written);
  kill_point("held");
  return {RefusalCode::queued, (other ? other->message : message.id).hex() + "; " +
                                   std::string(id_of(RefusalCode::broker_unreachable))};
}

// It waits although the broker is there: the clock is not confirmed, or it could not be sealed at
// this moment.
Refusal still_waits(Context& context, const Session& session, const OutboxRow& row,
                    WhenUnreachable when) {
  const auto confirmed = confirmed_clock(context, session);
  return not_sent(
      context,
      {RefusalCode::busy, confirmed ? "the next command tries again" : confirmed.refusal().detail},
      row, when, false);
}

// Sealing asks for the recipient's keys, which comes back to ready(): then the first call goes on.
Status send_waiting(Context& context) {
  if (std::exchange(context.sends_waiting, true)) return Done{};
  Status all = Done{};
  for (const OutboxRow& row : context.dossier().outbox.pending()) {
    if (!is_unsealed(row)) continue;
    auto sealed = seal_waiting(context, row);
    const Status sent = [&]() -> Status {
      if (!sealed) return sealed.refusal();
      if (auto done = send(context, *context.session, *sealed); !done) return done.refusal();
      return Done{};
    }();
    if (!sealed && is_decided(sealed.refusal())) give_up(context, row, OutboxRow::State::refused);
    if (!sent && ends_the_session(sent.refusal())) {
      all = sent;
      break;
    }
  }
  context.sends_waiting = false;
  return all;
}

}  // namespace veerpont::sdk
