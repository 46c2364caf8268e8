#include "client_sdk/operations/reseal.h"

#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/operations/check.h"
#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/send.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "rules/clocks.h"
#include "rules/referral_states.h"
#include "schemas/categories.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// A first message again as one, while nobody read it; everything else says the same in an update,
// which changes no state.
std::optional<Step> step_of_again(const OutboxRow& old, const ReferralRecord& referral) {
  if (!rules::is_open(referral.state)) return std::nullopt;
  if (old.step != Step::refer) return Step::update;
  const bool unread =
      referral.state == ReferralState::sent || referral.state == ReferralState::delivered;
  return unread ? std::optional(Step::refer) : std::nullopt;
}

// Refuses with a decision where there is nothing to gain: the grant ended, the referral is over.
Status seal_one_again(Context& context, Session& session, const OutboxRow& old) {
  const auto referral = context.dossier().referrals.find(old.referral);
  const auto step = referral ? step_of_again(old, *referral) : std::nullopt;
  if (!step || referral->grant != old.grant) return Refusal{RefusalCode::step_not_allowed};
  const auto row = context.dossier().grants.find(old.grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant) return grant.refusal();
  auto document = wire::parse<v1::Referral>(old.document.reveal());
  if (!document) return Refusal{RefusalCode::local_failure, "outbox"};
  // Categories that were withdrawn since stay where they are.
  std::vector<SectionDocument> sections;
  CategorySet categories;
  const auto add = [&](SectionDocument section) {
    if (row->withdrawn_categories.has(section.category)) return;
    categories.add(section.category);
    sections.push_back(std::move(section));
  };
  const bool holds_record = old.step == Step::refer || old.step == Step::renew;
  if (holds_record) add({Category::grant_record, std::string(row->record_section.reveal())});
  document->clear_grant_record();
  for (SectionDocument& section : split(*document)) add(std::move(section));
  const Time now = context.clock.now();
  const rules::GrantScope scope = row->scope(*grant);
  if (const auto code = rules::refuses(scope, context.org(), referral->with, categories, now))
    return Refusal{*code};
  const Time expires = std::min(now + Time::duration(limits::message_life), scope.expires);
  if (sections.empty() || expires <= old.expires) return Refusal{RefusalCode::expired};
  std::optional<Time> respond_by;
  if (*step == Step::refer) {
    const bool waits = referral->respond_by && *referral->respond_by > now;
    respond_by = waits ? referral->respond_by
                       : rules::respond_by(*step, urgency_of(*document), now,
                                           calendar_of(context, referral->with));
    if (respond_by) respond_by = std::min(*respond_by, scope.expires);
  }
  const crypto::Draft draft{crypto::random_id<MessageId>(),
                            old.referral,
                            context.org(),
                            referral->with,
                            old.grant,
                            *step,
                            now,
                            expires,
                            respond_by,
                            old.message,
                            crypto::random_id<OperationId>(),
                            *step == Step::refer ? referral->linked : std::nullopt};
  auto whole = wire::parse<v1::Referral>(old.document.reveal());
  auto sealed = seal(context, draft, std::move(sections), *whole, old.document_sha256);
  if (!sealed) return sealed.refusal();
  if (!context.dossier().outbox.replace(old.message, *sealed))
    return Done{};  // another command did it, or it was opened
  kill_point("outbox-replaced");
  auto sent = send(context, session, *sealed);
  return sent ? Status(Done{}) : Status(sent.refusal());
}

}  // namespace

std::size_t unread_before(Context& context, Time before) {
  return context.dossier().outbox.unread_until(before, context.clock.now()).size();
}

Status seal_again(Context& context, Session& session) {
  for (const OutboxRow& old : context.dossier().outbox.unread_until(
           context.clock.now() + Time::duration(limits::seal_again_ahead), context.clock.now()))
    if (auto again = seal_one_again(context, session, old);
        !again && ends_the_session(again.refusal()))
      return again;  // else it waits, and other work goes on
  return Done{};
}

}  // namespace veerpont::sdk
