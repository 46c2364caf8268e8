#include "client_sdk/operations/stop_sharing.h"

#include <set>

#include "client_sdk/operations/withdraw.h"
#include "crypto/objects/signed_objects.h"
#include "rules/refused_categories.h"
#include "rules/update_document.h"

namespace veerpont::sdk {
namespace {

// What is said last can still be read: then the record of the grant, under which it is, stays too.
Status stop_sharing(Context& context, const rules::GrantScope& grant, const GrantId& id,
                    CategorySet said_last) {
  if (grant.holder != context.org() || grant.withdrawn) return Done{};
  const CategorySet others = rules::all_categories(grant)
                                 .minus(said_last | CategorySet{Category::grant_record})
                                 .minus(grant.withdrawn_categories);
  if (!said_last.empty() && others.empty()) return Done{};
  auto withdrawn = withdraw_grant(context, id, said_last.empty() ? CategorySet{} : others);
  return withdrawn ? Status(Done{}) : Status(withdrawn.refusal());
}

// Under every grant that the referral ever had, and under one that waits to renew it: that does not
// go any more.
Status stop_all_sharing(Context& context, const ReferralId& referral, CategorySet said_last) {
  std::set<GrantId> grants;
  for (const OutboxRow& waiting : context.dossier().outbox.pending())
    if (waiting.referral == referral && waiting.step == Step::renew) {
      grants.insert(waiting.grant);
      context.dossier().outbox.drop_unsent(waiting.message);
    }
  for (const GrantId& id : context.dossier().grants.all())
    if (context.dossier().grants.find(id)->referral == referral) grants.insert(id);
  for (const GrantId& id : grants) {
    const auto row = context.dossier().grants.find(id);
    const auto grant = row ? crypto::Grant::parse(row->body)
                           : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant || row->ended || grant->scope.expires <= context.clock.now()) continue;
    if (auto stopped = stop_sharing(context, row->scope(*grant), id, said_last); !stopped)
      return stopped;
  }
  return Done{};
}

}  // namespace

// It holds whatever becomes of the step, and when somebody accepts the referral at that very
// moment.
Status stop_by(Context& context, const ReferralRecord& referral, Step step, CategorySet said,
               const ReplyOptions& options) {
  if (step == Step::withdraw && options.sharing == Sharing::stop)
    return stop_all_sharing(context, referral.id, said);
  if (step == Step::withdraw && !options.sharing)
    return stop_all_sharing(context, referral.id, said | CategorySet{Category::update});
  if (step != Step::stay_ended) return Done{};
  // The stay is over, and with it the purpose for which the referrer was told how it goes; help
  // goes on.
  const auto row = context.dossier().grants.find(referral.grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant || rules::refuses(row->scope(*grant), referral.with, context.org(), {Category::update},
                               context.clock.now()))
    return Done{};  // stopped already
  auto withdrawn = withdraw_grant(context, referral.grant, {Category::update});
  return withdrawn ? Status(Done{}) : Status(withdrawn.refusal());
}

}  // namespace veerpont::sdk
