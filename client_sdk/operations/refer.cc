#include "client_sdk/operations/refer.h"

#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/guard/stays_here.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/check.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/hold.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/send.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "rules/clocks.h"
#include "rules/refused_categories.h"
#include "schemas/categories.h"
#include "schemas/document_json.h"
#include "schemas/plain_characters.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// What this grant carries already: settled, sent again, or still waiting.
Result<Sent> refer_again(Context& context, const Result<Session*>& session, const OutboxRow& sent,
                         const Hash& document_sha256, WhenUnreachable when) {
  if (sent.document_sha256 != document_sha256)
    return Refusal{RefusalCode::grant_mismatch, "this grant already carries another referral"};
  if (sent.state == OutboxRow::State::done) {
    // Not received yet: the same bytes again, in case the broker lost them.
    const auto again = sent.submit.size() > 0 && session
                           ? send(context, **session, sent)
                           : Result<Sent>(Refusal{RefusalCode::not_found});
    if (!again && exit_code_of(again.refusal().code) == 4) return again.refusal();
    const auto known = context.dossier().referrals.find(sent.referral);
    return Sent{sent.referral, sent.message, *sent.index,
                known ? std::optional(known->state) : std::nullopt};
  }
  if (sent.state == OutboxRow::State::perhaps)
    return Refusal{RefusalCode::perhaps_sent, sent.message.hex()};
  if (!session) return not_sent(context, session.refusal(), sent, when, sent.has_left);
  if (is_unsealed(sent)) return still_waits(context, **session, sent, when);
  return send_now(context, **session, sent, when);
}

// A new referral under this grant, checked and sealed; nothing is stored yet.
Result<OutboxRow> seal_referral(Context& context, const v1::Referral& whole,
                                const GrantRecordRow& row, const crypto::Grant& grant,
                                const ReferOptions& options,
                                const std::vector<std::string>& siblings, Time now) {
  const v1::Referral travels = as_it_travels(whole);
  auto sections = split(travels);
  sections.insert(sections.begin(), SectionDocument{Category::grant_record,
                                                    std::string(row.record_section.reveal())});
  const Time expires = std::min(now + Time::duration(limits::message_life), grant.scope.expires);
  if (options.respond_by && *options.respond_by > grant.scope.expires)
    return invalid("--respond-by: after the end of the grant, " + rfc3339(grant.scope.expires));
  auto respond_by = options.respond_by
                        ? options.respond_by
                        : rules::respond_by(Step::refer, urgency_of(whole), now,
                                            calendar_of(context, grant.scope.recipient));
  if (respond_by) respond_by = std::min(*respond_by, grant.scope.expires);
  const crypto::Draft draft{crypto::random_id<MessageId>(),
                            crypto::random_id<ReferralId>(),
                            context.org(),
                            grant.scope.recipient,
                            row.id,
                            Step::refer,
                            now,
                            expires,
                            respond_by,
                            std::nullopt,
                            crypto::random_id<OperationId>(),
                            options.linked};
  if (auto passed =
          pass(context, check(context, whole, row.id, siblings), draft.message, options.reasons);
      !passed)
    return passed.refusal();
  auto sealed = seal(context, draft, std::move(sections), travels, document_hash(context, whole));
  if (sealed) sealed->about = about_child(context, whole, grant.scope.recipient);
  return sealed;
}

// The broker is away: the referral is judged now, and waits.
Result<Sent> hold_refer(Context& context, const v1::Referral& whole, const OrgId& to,
                        const GrantId& grant, Time until, const ReferOptions& options,
                        const std::vector<std::string>& siblings) {
  const v1::Referral travels = as_it_travels(whole);
  const auto row = context.dossier().grants.find(grant);
  const auto parsed = crypto::Grant::parse(row->body);
  if (!parsed) return parsed.refusal();
  if (auto refused = rules::refusal_of(row->scope(*parsed), context.org(), to,
                                       categories_of(travels), context.clock.now()))
    return *refused;
  if (options.respond_by && *options.respond_by > until)
    return invalid("--respond-by: after the end of the grant, " + rfc3339(until));
  if (const auto partner = context.dossier().directory.partner(to);
      !partner || !partner->is_confirmed())
    return Refusal{RefusalCode::identity_unconfirmed, to.str()};
  const auto id = crypto::random_id<MessageId>();
  if (auto passed = pass(context, check(context, whole, grant, siblings), id, options.reasons);
      !passed)
    return passed.refusal();
  return keep_unsealed(context,
                       {id, crypto::random_id<ReferralId>(), grant, to, Step::refer,
                        options.respond_by, options.linked, until},
                       travels, document_hash(context, whole), about_child(context, whole, to));
}

}  // namespace

v1::Referral as_sent(const v1::Referral& document, const std::string& external_id) {
  v1::Referral whole = document;
  if (!external_id.empty()) whole.mutable_identity()->set_referral_number(external_id);
  apply_default_release_risk(whole);
  return whole;
}

Result<Sent> refer(Context& context, const v1::Referral& document, const GrantId& grant_id,
                   const ReferOptions& options, const std::vector<std::string>& siblings) {
  v1::Referral whole = as_sent(document, options.external_id);
  if (whole.has_grant_record())
    return invalid("grantRecord: the record comes with the grant, not with the referral");
  if (whole.has_update()) return invalid("update: not in a referral");
  if (!has_plain_characters(options.external_id, Lines::one))
    return invalid("--external-id: has a character that cannot be seen");
  if (options.linked && !context.dossier().referrals.find(*options.linked))
    return Refusal{RefusalCode::unknown_referral, "--linked"};
  const v1::Referral travels = as_it_travels(whole);
  const CategorySet categories = categories_of(travels);
  if (categories.empty()) return invalid("document: has no content that may be shared");
  const auto row = context.dossier().grants.find(grant_id);
  if (!row) return Refusal{RefusalCode::unknown_grant, "register it first"};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || row->record_section.size() == 0)
    return Refusal{RefusalCode::wrong_direction, "only the grant's holder refers under it"};
  const Time now = context.clock.now();

  auto session = ready(context);  // flushes: a referral whose answer was lost is settled here
  if (!session && session.refusal().code != RefusalCode::broker_unreachable)
    return session.refusal();
  if (const auto sent = context.dossier().outbox.sent_refer(grant_id))
    return refer_again(context, session, *sent, document_hash(context, whole),
                       options.when_unreachable);
  if (!session && options.when_unreachable == WhenUnreachable::drop) return session.refusal();
  if (!session)
    return hold_refer(context, whole, grant->scope.recipient, grant_id, grant->scope.expires,
                      options, siblings);
  if (auto confirmed = confirmed_clock(context, **session); !confirmed) return confirmed.refusal();
  const auto fresh_row = context.dossier().grants.find(grant_id);
  if (auto refused = rules::refusal_of(fresh_row->scope(*grant), context.org(),
                                       grant->scope.recipient, categories, now))
    return *refused;

  auto sealed = seal_referral(context, whole, *row, *grant, options, siblings, now);
  if (!sealed) return sealed.refusal();
  if (!context.dossier().outbox.put(*sealed))
    return refer(context, document, grant_id, options,
                 siblings);  // another command was faster: its message is ours
  kill_point("outbox-stored");
  return send_now(context, **session, *sealed, options.when_unreachable);
}

}  // namespace veerpont::sdk
