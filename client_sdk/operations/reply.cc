#include "client_sdk/operations/reply.h"

#include <set>

#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/dossier/grant_record.h"
#include "client_sdk/guard/leak_guard.h"
#include "client_sdk/guard/stays_here.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/check.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/fetch.h"
#include "client_sdk/operations/hold.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/send.h"
#include "client_sdk/operations/stop_sharing.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "rules/clocks.h"
#include "rules/referral_states.h"
#include "rules/refused_categories.h"
#include "rules/update_document.h"
#include "schemas/categories.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// What can be said of a referral from its header alone.
bool is_seen_unread(v1::DeclineReason reason) {
  return reason == v1::DECLINE_REASON_WRONG_MUNICIPALITY ||
         reason == v1::DECLINE_REASON_DUPLICATE || reason == v1::DECLINE_REASON_OUT_OF_SCOPE;
}

// Before it was accepted, taking a referral back stops what it shares; afterwards somebody decides,
// as long as something is shared.
bool asks_sharing(const ReferralRecord& referral, Step step, const rules::GrantScope& grant,
                  Time now) {
  return step == Step::withdraw &&
         rules::stopped_by(step, referral.state) == rules::Stopped::nothing && !grant.withdrawn &&
         now < grant.expires;
}

// The state after a step that may be taken now, by what this home knows.
Result<ReferralState> next_state(const Context& context, const ReferralRecord& referral, Step step,
                                 const rules::GrantScope& grant, const v1::Referral& document,
                                 const ReplyOptions& options) {
  const auto role = referral.referrer ? rules::Role::referrer : rules::Role::provider;
  const auto next = rules::after_step(referral.state, role, step, grant.kind);
  if (!next)
    return Refusal{RefusalCode::step_not_allowed, id_of(step) + " in " + id_of(referral.state)};
  if (referral.state == ReferralState::delivered && step == Step::decline &&
      !is_seen_unread(document.update().decline_reason()))
    return Refusal{
        RefusalCode::step_not_allowed,
        "read the referral first; without reading: wrong municipality, duplicate, out of scope"};
  if (asks_sharing(referral, step, grant, context.clock.now()) && !options.sharing)
    return invalid(
        "--sharing: say whether sharing stops too (stop), or goes on under the grant (keep)");
  const CategorySet categories = categories_of(as_it_travels(document));
  if (step == Step::stay_ended && !categories.empty())
    return invalid(
        "--document: stay-ended stops all words about how it goes, and what it said itself could "
        "not be read; say it in a step before");
  if (rules::needs_sections(step) && categories.empty())
    return invalid("--document is needed for " + id_of(step));
  const auto refused = [&](CategorySet sections) {
    return rules::refusal_of(grant, context.org(), referral.with, sections, context.clock.now());
  };
  if (const auto refusal = categories.empty() ? std::nullopt : refused(categories)) return *refusal;
  // What a step must say it says as long as sharing goes on; afterwards a loop is still closed,
  // without words.
  if (const auto field = missing_field(step, document.update());
      field && !refused({Category::update}))
    return invalid(*field + ": is needed for " + id_of(step));
  return *next;
}

// The broker is away: the step is judged by what this home knows, and waits.
Result<Sent> hold_reply(Context& context, const ReferralId& id, Step step,
                        const v1::Referral& document, const ReplyOptions& options,
                        const Refusal& why) {
  const auto referral = context.dossier().referrals.find(id);
  const auto row = referral ? context.dossier().grants.find(referral->grant) : std::nullopt;
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const Hash written = document_hash(context, document);
  if (why.code != RefusalCode::broker_unreachable) return why;
  if (const auto waiting = context.dossier().outbox.pending_reply(id, step, written))
    return not_sent(context, why, *waiting, options.when_unreachable, waiting->has_left);
  if (options.when_unreachable == WhenUnreachable::drop || !grant) return why;
  const rules::GrantScope scope = row->scope(*grant);
  if (auto next = next_state(context, *referral, step, scope, document, options); !next)
    return next.refusal();
  if (options.respond_by && *options.respond_by > scope.expires && !scope.withdrawn)
    return invalid("--respond-by: after the end of the grant, " + rfc3339(scope.expires));
  const auto message = crypto::random_id<MessageId>();
  if (auto passed = pass(context, check(context, document, id), message, options.reasons); !passed)
    return passed.refusal();
  const v1::Referral travels = as_it_travels(document);
  if (auto stopped = stop_by(context, *referral, step, categories_of(travels), options); !stopped)
    return stopped.refusal();
  return keep_unsealed(
      context,
      {message, id, referral->grant, referral->with, step, options.respond_by, {}, scope.expires},
      travels, written, {});
}

// Who must act in that state; the recipient of our step when nobody in particular must.
OrgId next_actor(const Context& context, const ReferralRecord& referral, ReferralState state) {
  const auto next = rules::next_actor(state);
  return next && (*next == rules::Role::referrer) == referral.referrer ? context.org()
                                                                       : referral.with;
}

// As this home knows it now; a renewal that waits in the mailbox brings the one that the log
// already names.
Result<rules::GrantScope> current_grant(Context& context, Session& session,
                                        const ReferralRecord& referral) {
  auto row = context.dossier().grants.find(referral.grant);
  if (!row) {
    bool leased_elsewhere = false;
    if (auto fetched = fetch_mail(context, session, leased_elsewhere); !fetched)
      return fetched.refusal();
    row = context.dossier().grants.find(referral.grant);
  }
  auto grant = row ? crypto::Grant::parse(row->body)
                   : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant) return grant.refusal();
  return row->scope(*grant);
}

}  // namespace

Result<Sent> reply(Context& context, const ReferralId& id, Step step, const v1::Referral& document,
                   const ReplyOptions& options) {
  const Hash document_sha256 = document_hash(context, document);
  const auto pending = context.dossier().outbox.pending_reply(id, step, document_sha256);
  auto session = ready(context);  // flushes: a reply whose answer was lost is settled here
  if (!session) return hold_reply(context, id, step, document, options, session.refusal());
  if (const auto waiting = context.dossier().outbox.pending_reply(id, step, document_sha256);
      waiting && is_unsealed(*waiting))
    return still_waits(context, **session, *waiting, options.when_unreachable);
  if (auto confirmed = confirmed_clock(context, **session); !confirmed) return confirmed.refusal();
  const auto referral = context.dossier().referrals.find(id);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  if (const auto settled = pending ? context.dossier().outbox.find(pending->message) : std::nullopt;
      settled && settled->state == OutboxRow::State::done)
    return Sent{id, settled->message, *settled->index, referral->state};
  if (step == Step::refer || step == Step::renew) return invalid("this step is not a reply");
  if (const auto waiting = context.dossier().outbox.pending_reply(id, step, document_sha256))
    return send_now(context, **session, *waiting, options.when_unreachable);
  auto grant = current_grant(context, **session, *referral);
  if (!grant) return grant.refusal();
  const Time now = context.clock.now();
  const v1::Referral travels = as_it_travels(document);
  const CategorySet categories = categories_of(travels);
  const auto next = next_state(context, *referral, step, *grant, document, options);
  if (!next) return next.refusal();
  const bool lives = !grant->withdrawn && now < grant->expires;  // afterwards there is no bound
  auto respond_by = options.respond_by;
  if (!respond_by) {
    respond_by = answer_by(context, *referral, *next, step, document.update(), now);
    if (respond_by && lives) respond_by = std::min(*respond_by, grant->expires);
  } else if (lives && *respond_by > grant->expires) {
    return invalid("--respond-by: after the end of the grant, " + rfc3339(grant->expires));
  }
  Time expires = now + Time::duration(limits::message_life);
  if (!categories.empty()) expires = std::min(expires, grant->expires);
  const crypto::Draft draft{crypto::random_id<MessageId>(),
                            id,
                            context.org(),
                            referral->with,
                            referral->grant,
                            step,
                            now,
                            expires,
                            respond_by,
                            std::nullopt,
                            crypto::random_id<OperationId>()};
  if (auto passed = pass(context, check(context, document, id), draft.message, options.reasons);
      !passed)
    return passed.refusal();
  auto sealed = seal(context, draft, split(travels), travels, document_sha256);
  if (!sealed) return sealed.refusal();
  if (auto stopped = stop_by(context, *referral, step, categories, options); !stopped)
    return stopped.refusal();
  if (!context.dossier().outbox.put(*sealed)) return reply(context, id, step, document, options);
  kill_point("outbox-stored");
  return send_now(context, **session, *sealed, options.when_unreachable);
}

// By when somebody answers, when nobody said.
std::optional<Time> answer_by(Context& context, const ReferralRecord& referral, ReferralState next,
                              Step step, const v1::Update& update, Time now) {
  const auto& named = step == Step::plan_handover ? update.handover_date() : update.until();
  return rules::respond_by(step, urgency_of(known_of(context, referral)), now,
                           calendar_of(context, next_actor(context, referral, next)),
                           parse_date(named));
}

Result<Sent> renew(Context& context, const ReferralId& id, const GrantId& grant_id) {
  const auto row = context.dossier().grants.find(grant_id);
  if (!row) return Refusal{RefusalCode::unknown_grant, "register it first"};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || row->record_section.size() == 0)
    return Refusal{RefusalCode::wrong_direction, "only the grant's holder renews with it"};
  auto record = record_in(*row);
  if (!record) return Refusal{RefusalCode::local_failure, "a stored grant"};
  v1::Referral document;
  *document.mutable_grant_record() = std::move(*record);
  const Hash document_sha256 = document_hash(context, document);
  auto session = ready(context);
  if (!session) return session.refusal();
  if (auto confirmed = confirmed_clock(context, **session); !confirmed) return confirmed.refusal();
  const auto referral = context.dossier().referrals.find(id);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  if (const auto waiting = context.dossier().outbox.pending_reply(id, Step::renew, document_sha256))
    return send_now(context, **session, *waiting, WhenUnreachable::hold);
  if (!referral->referrer || !rules::is_open(referral->state))
    return Refusal{RefusalCode::step_not_allowed, "renew in " + id_of(referral->state)};
  if (grant->scope.recipient != referral->with || referral->grant == grant_id)
    return Refusal{RefusalCode::grant_mismatch, "a new grant for the same organisation"};
  const bool secret = known_of(context, *referral).routing().secret_address() ||
                      was_called_secret(context, *referral);
  const GuardContext guarded{secret, grant->scope.kind == ExchangeKind::anonymous_consult};
  if (auto passed = pass_record(context, document.grant_record(), "/grantRecord", guarded); !passed)
    return passed.refusal();
  const Time now = context.clock.now();
  if (const auto code = rules::refuses(row->scope(*grant), context.org(), referral->with,
                                       {Category::grant_record}, now))
    return Refusal{*code};
  const Time expires = std::min(now + Time::duration(limits::message_life), grant->scope.expires);
  const crypto::Draft draft{crypto::random_id<MessageId>(),
                            id,
                            context.org(),
                            referral->with,
                            grant_id,
                            Step::renew,
                            now,
                            expires,
                            std::nullopt,
                            std::nullopt,
                            crypto::random_id<OperationId>()};
  auto sealed =
      seal(context, draft,
           {SectionDocument{Category::grant_record, std::string(row->record_section.reveal())}},
           document, document_sha256);
  if (!sealed) return sealed.refusal();
  if (!context.dossier().outbox.put(*sealed)) return renew(context, id, grant_id);
  kill_point("outbox-stored");
  return send_now(context, **session, *sealed, WhenUnreachable::hold);
}

}  // namespace veerpont::sdk
