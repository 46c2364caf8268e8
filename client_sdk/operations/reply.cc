// What leaves after the first message: the steps of a referral, and its renewal.
#include <set>

#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/dossier/grant_record.h"
#include "client_sdk/guard/stays_here.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/engine.h"
#include "crypto/random.h"
#include "rules/clocks.h"
#include "rules/referral_states.h"
#include "rules/refused_categories.h"
#include "rules/update_document.h"
#include "schemas/wire.h"

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

}  // namespace

Result<Sent> Engine::reply(const ReferralId& id, Step step, const v1::Referral& document,
                           const ReplyOptions& options) {
  const Hash document_sha256 = document_hash(document);
  const auto pending = home_->dossier->outbox.pending_reply(id, step, document_sha256);
  auto session = ready();  // flushes: a reply whose answer was lost is settled here
  if (!session) return hold_reply(id, step, document, options, session.refusal());
  if (const auto waiting = home_->dossier->outbox.pending_reply(id, step, document_sha256);
      waiting && is_unsealed(*waiting))
    return still_waits(**session, *waiting, options.when_unreachable);
  if (auto confirmed = confirmed_clock(**session); !confirmed) return confirmed.refusal();
  const auto referral = home_->dossier->referrals.find(id);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  if (const auto settled = pending ? home_->dossier->outbox.find(pending->message) : std::nullopt;
      settled && settled->state == OutboxRow::State::done)
    return Sent{id, settled->message, *settled->index, referral->state};
  if (step == Step::refer || step == Step::renew) return invalid("this step is not a reply");
  if (const auto waiting = home_->dossier->outbox.pending_reply(id, step, document_sha256))
    return send_now(**session, *waiting, options.when_unreachable);
  auto grant = current_grant(**session, *referral);
  if (!grant) return grant.refusal();
  const Time now = clock_.now();
  const v1::Referral travels = as_it_travels(document);
  const CategorySet categories = categories_of(travels);
  const auto next = next_state(*referral, step, *grant, document, options);
  if (!next) return next.refusal();
  const bool lives = !grant->withdrawn && now < grant->expires;  // afterwards there is no bound
  auto respond_by = options.respond_by;
  if (!respond_by) {
    respond_by = answer_by(*referral, *next, step, document.update(), now);
    if (respond_by && lives) respond_by = std::min(*respond_by, grant->expires);
  } else if (lives && *respond_by > grant->expires) {
    return invalid("--respond-by: after the end of the grant, " + rfc3339(grant->expires));
  }
  Time expires = now + Time::duration(limits::message_life);
  if (!categories.empty()) expires = std::min(expires, grant->expires);
  const crypto::Draft draft{crypto::random_id<MessageId>(),
                            id,
                            home_->config.org,
                            referral->with,
                            referral->grant,
                            step,
                            now,
                            expires,
                            respond_by,
                            std::nullopt,
                            crypto::random_id<OperationId>()};
  if (auto passed = pass(check(document, id), draft.message, options.reasons); !passed)
    return passed.refusal();
  auto sealed = seal(draft, split(travels), travels, document_sha256);
  if (!sealed) return sealed.refusal();
  if (auto stopped = stop_by(*referral, step, categories, options); !stopped)
    return stopped.refusal();
  if (!home_->dossier->outbox.put(*sealed)) return reply(id, step, document, options);
  kill_point("outbox-stored");
  return send_now(**session, *sealed, options.when_unreachable);
}

// The state after a step that may be taken now, by what this home knows.
Result<ReferralState> Engine::next_state(const ReferralRecord& referral, Step step,
                                         const rules::GrantScope& grant,
                                         const v1::Referral& document,
                                         const ReplyOptions& options) const {
  const auto role = referral.referrer ? rules::Role::referrer : rules::Role::provider;
  const auto next = rules::after_step(referral.state, role, step, grant.kind);
  if (!next)
    return Refusal{RefusalCode::step_not_allowed, id_of(step) + " in " + id_of(referral.state)};
  if (referral.state == ReferralState::delivered && step == Step::decline &&
      !is_seen_unread(document.update().decline_reason()))
    return Refusal{
        RefusalCode::step_not_allowed,
        "read the referral first; without reading: wrong municipality, duplicate, out of scope"};
  if (asks_sharing(referral, step, grant, clock_.now()) && !options.sharing)
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
    return rules::refusal_of(grant, home_->config.org, referral.with, sections, clock_.now());
  };
  if (const auto refusal = categories.empty() ? std::nullopt : refused(categories)) return *refusal;
  // What a step must say it says as long as sharing goes on; afterwards a loop is still closed,
  // without words.
  if (const auto field = missing_field(step, document.update());
      field && !refused({Category::update}))
    return invalid(*field + ": is needed for " + id_of(step));
  return *next;
}

// By when somebody answers, when nobody said.
std::optional<Time> Engine::answer_by(const ReferralRecord& referral, ReferralState next, Step step,
                                      const v1::Update& update, Time now) {
  const auto& named = step == Step::plan_handover ? update.handover_date() : update.until();
  return rules::respond_by(step, urgency_of(known_of(referral)), now,
                           calendar_of(next_actor(referral, next)), parse_date(named));
}

// The broker is away: the step is judged by what this home knows, and waits.
Result<Sent> Engine::hold_reply(const ReferralId& id, Step step, const v1::Referral& document,
                                const ReplyOptions& options, const Refusal& why) {
  const auto referral = home_->dossier->referrals.find(id);
  const auto row = referral ? home_->dossier->grants.find(referral->grant) : std::nullopt;
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const Hash written = document_hash(document);
  if (why.code != RefusalCode::broker_unreachable) return why;
  if (const auto waiting = home_->dossier->outbox.pending_reply(id, step, written))
    return not_sent(why, *waiting, options.when_unreachable, waiting->has_left);
  if (options.when_unreachable == WhenUnreachable::drop || !grant) return why;
  const rules::GrantScope scope = row->scope(*grant);
  if (auto next = next_state(*referral, step, scope, document, options); !next)
    return next.refusal();
  if (options.respond_by && *options.respond_by > scope.expires && !scope.withdrawn)
    return invalid("--respond-by: after the end of the grant, " + rfc3339(scope.expires));
  const auto message = crypto::random_id<MessageId>();
  if (auto passed = pass(check(document, id), message, options.reasons); !passed)
    return passed.refusal();
  const v1::Referral travels = as_it_travels(document);
  if (auto stopped = stop_by(*referral, step, categories_of(travels), options); !stopped)
    return stopped.refusal();
  return keep_unsealed(
      {message, id, referral->grant, referral->with, step, options.respond_by, {}, scope.expires},
      travels, written, {});
}

// Who must act in that state; the recipient of our step when nobody in particular must.
OrgId Engine::next_actor(const ReferralRecord& referral, ReferralState state) const {
  const auto next = rules::next_actor(state);
  return next && (*next == rules::Role::referrer) == referral.referrer ? home_->config.org
                                                                       : referral.with;
}

// It holds whatever becomes of the step, and when somebody accepts the referral at that very
// moment.
Status Engine::stop_by(const ReferralRecord& referral, Step step, CategorySet said,
                       const ReplyOptions& options) {
  if (step == Step::withdraw && options.sharing == Sharing::stop)
    return stop_all_sharing(referral.id, said);
  if (step == Step::withdraw && !options.sharing)
    return stop_all_sharing(referral.id, said | CategorySet{Category::update});
  if (step != Step::stay_ended) return Done{};
  // The stay is over, and with it the purpose for which the referrer was told how it goes; help
  // goes on.
  const auto row = home_->dossier->grants.find(referral.grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant || rules::refuses(row->scope(*grant), referral.with, home_->config.org,
                               {Category::update}, clock_.now()))
    return Done{};  // stopped already
  auto withdrawn = withdraw_grant(referral.grant, {Category::update});
  return withdrawn ? Status(Done{}) : Status(withdrawn.refusal());
}

// What is said last can still be read: then the record of the grant, under which it is, stays too.
Status Engine::stop_sharing(const rules::GrantScope& grant, const GrantId& id,
                            CategorySet said_last) {
  if (grant.holder != home_->config.org || grant.withdrawn) return Done{};
  const CategorySet others = rules::all_categories(grant)
                                 .minus(said_last | CategorySet{Category::grant_record})
                                 .minus(grant.withdrawn_categories);
  if (!said_last.empty() && others.empty()) return Done{};
  auto withdrawn = withdraw_grant(id, said_last.empty() ? CategorySet{} : others);
  return withdrawn ? Status(Done{}) : Status(withdrawn.refusal());
}

// Under every grant that the referral ever had, and under one that waits to renew it: that does not
// go any more.
Status Engine::stop_all_sharing(const ReferralId& referral, CategorySet said_last) {
  std::set<GrantId> grants;
  for (const OutboxRow& waiting : home_->dossier->outbox.pending())
    if (waiting.referral == referral && waiting.step == Step::renew) {
      grants.insert(waiting.grant);
      home_->dossier->outbox.drop_unsent(waiting.message);
    }
  for (const GrantId& id : home_->dossier->grants.all())
    if (home_->dossier->grants.find(id)->referral == referral) grants.insert(id);
  for (const GrantId& id : grants) {
    const auto row = home_->dossier->grants.find(id);
    const auto grant = row ? crypto::Grant::parse(row->body)
                           : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant || row->ended || grant->scope.expires <= clock_.now()) continue;
    if (auto stopped = stop_sharing(row->scope(*grant), id, said_last); !stopped) return stopped;
  }
  return Done{};
}

// As this home knows it now; a renewal that waits in the mailbox brings the one that the log
// already names.
Result<rules::GrantScope> Engine::current_grant(Session& session, const ReferralRecord& referral) {
  auto row = home_->dossier->grants.find(referral.grant);
  if (!row) {
    bool leased_elsewhere = false;
    if (auto fetched = fetch_mail(session, leased_elsewhere); !fetched) return fetched.refusal();
    row = home_->dossier->grants.find(referral.grant);
  }
  auto grant = row ? crypto::Grant::parse(row->body)
                   : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant) return grant.refusal();
  return row->scope(*grant);
}

Result<Sent> Engine::renew(const ReferralId& id, const GrantId& grant_id) {
  const auto row = home_->dossier->grants.find(grant_id);
  if (!row) return Refusal{RefusalCode::unknown_grant, "register it first"};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || row->record_section.size() == 0)
    return Refusal{RefusalCode::wrong_direction, "only the grant's holder renews with it"};
  auto record = record_in(*row);
  if (!record) return Refusal{RefusalCode::local_failure, "a stored grant"};
  v1::Referral document;
  *document.mutable_grant_record() = std::move(*record);
  const Hash document_sha256 = document_hash(document);
  auto session = ready();
  if (!session) return session.refusal();
  if (auto confirmed = confirmed_clock(**session); !confirmed) return confirmed.refusal();
  const auto referral = home_->dossier->referrals.find(id);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  if (const auto waiting = home_->dossier->outbox.pending_reply(id, Step::renew, document_sha256))
    return send_now(**session, *waiting, WhenUnreachable::hold);
  if (!referral->referrer || !rules::is_open(referral->state))
    return Refusal{RefusalCode::step_not_allowed, "renew in " + id_of(referral->state)};
  if (grant->scope.recipient != referral->with || referral->grant == grant_id)
    return Refusal{RefusalCode::grant_mismatch, "a new grant for the same organisation"};
  const bool secret =
      known_of(*referral).routing().secret_address() || was_called_secret(*referral);
  const GuardContext guarded{secret, grant->scope.kind == ExchangeKind::anonymous_consult};
  if (auto passed = pass_record(document.grant_record(), "/grantRecord", guarded); !passed)
    return passed.refusal();
  const Time now = clock_.now();
  if (const auto code = rules::refuses(row->scope(*grant), home_->config.org, referral->with,
                                       {Category::grant_record}, now))
    return Refusal{*code};
  const Time expires = std::min(now + Time::duration(limits::message_life), grant->scope.expires);
  const crypto::Draft draft{crypto::random_id<MessageId>(),
                            id,
                            home_->config.org,
                            referral->with,
                            grant_id,
                            Step::renew,
                            now,
                            expires,
                            std::nullopt,
                            std::nullopt,
                            crypto::random_id<OperationId>()};
  auto sealed = seal(
      draft, {SectionDocument{Category::grant_record, std::string(row->record_section.reveal())}},
      document, document_sha256);
  if (!sealed) return sealed.refusal();
  if (!home_->dossier->outbox.put(*sealed)) return renew(id, grant_id);
  kill_point("outbox-stored");
  return send_now(**session, *sealed, WhenUnreachable::hold);
}

}  // namespace veerpont::sdk
