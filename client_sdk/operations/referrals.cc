// The referrals of this organisation and their timelines, from what is stored here.
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/engine.h"
#include "rules/referral_states.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

void add_partner(ReferralRow& row, const std::optional<OrganisationRecord>& partner) {
  if (!partner) return;
  row.title = partner->title;
  row.partner_kind = id_of(partner->kind);
  row.hidden = partner->hidden;
  row.suspended = partner->suspended;
}

void add_grant(ReferralRow& row, const std::optional<GrantRecordRow>& stored) {
  const auto grant = stored ? crypto::Grant::parse(stored->body)
                            : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant) return;
  row.kind = id_of(grant->scope.kind);
  row.ground = id_of(grant->scope.ground);
  row.categories = grant->scope.outbound;
}

}  // namespace

std::vector<ReferralRow> Engine::referrals(const ReferralQuery& query) {
  Dossier& dossier = *home_->dossier;
  std::vector<ReferralRow> rows;
  const std::string& me = home_->config.org.str();
  for (const auto& r : dossier.referrals.page(query.open_only, query.limit, query.after)) {
    const bool open = rules::is_open(r.state);
    const auto next = rules::next_actor(r.state);
    const bool us = next && (*next == rules::Role::referrer) == r.referrer;
    ReferralRow& row = rows.emplace_back(
        ReferralRow{r.id, r.with.str(), r.referrer ? "referrer" : "provider",
                    !next ? ""
                    : us  ? me
                          : r.with.str(),
                    r.state, open ? r.respond_by : std::nullopt, r.grant, r.linked});
    row.siblings = dossier.referrals.siblings_of(r.id);
    row.sealed_again = dossier.outbox.sealed_again(r.id);
    row.stopped = stopped(r.grant);
    row.overdue = row.respond_by && *row.respond_by <= clock_.now();
    row.since = r.since;
    if (const auto step = dossier.outbox.newest_step(r.id)) row.step = id_of(*step);
    add_partner(row, dossier.directory.find(r.with));
    add_grant(row, dossier.grants.find(r.grant));
    if (!r.referrer) continue;
    const auto document = dossier.outbox.refer_document(r.id);
    const auto sent = document ? wire::parse<v1::Referral>(document->reveal())
                               : Result<v1::Referral>(Refusal{RefusalCode::not_found});
    if (sent) row.own_number = sent->identity().referral_number();
  }
  return rows;
}

Result<std::vector<EventRow>> Engine::timeline(const ReferralId& referral) {
  if (!home_->dossier->referrals.find(referral)) return Refusal{RefusalCode::unknown_referral};
  return list_events(*home_, referral);
}

}  // namespace veerpont::sdk
