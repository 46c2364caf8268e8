// The referrals of this organisation and their timelines, from what is stored here.
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/engine.h"
#include "rules/referral_states.h"
#include "schemas/short_id.h"
#include "schemas/wire.h"

namespace veerpont::sdk {

void Engine::add_partner(ReferralRow& row) {
  const auto partner = home_->dossier->directory.find(*OrgId::parse(row.with));
  if (!partner) return;
  row.title = partner->title;
  row.partner_kind = id_of(partner->kind);
  row.hidden = partner->hidden;
  row.suspended = partner->suspended;
}

void Engine::add_grant(ReferralRow& row) {
  const GrantTerms* terms = terms_.get(row.grant, [&]() -> std::optional<GrantTerms> {
    const auto body = home_->dossier->grants.body(row.grant);
    const auto grant = body ? crypto::Grant::parse(*body)
                            : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant) return std::nullopt;
    return GrantTerms{id_of(grant->scope.kind), id_of(grant->scope.ground), grant->scope.outbound};
  });
  if (terms == nullptr) return;
  row.kind = terms->kind;
  row.ground = terms->ground;
  row.categories = terms->categories;
}

void Engine::add_own_number(ReferralRow& row) {
  const auto* number = own_numbers_.get(row.referral, [&]() -> std::optional<crypto::SecretBytes> {
    const auto document = home_->dossier->outbox.refer_document(row.referral);
    const auto sent = document ? wire::parse<v1::Referral>(document->reveal())
                               : Result<v1::Referral>(Refusal{RefusalCode::not_found});
    if (!sent) return std::nullopt;
    return crypto::SecretBytes::copy(sent->identity().referral_number());
  });
  if (number != nullptr) row.own_number = number->reveal();
}

// What only content says: the newest that this home has of either side.
void Engine::add_content(ReferralRow& row) {
  const auto written = row.role == "referrer"
                           ? home_->dossier->outbox.refer_document(row.referral)
                           : home_->dossier->inbox.section_in(row.referral, Category::routing);
  const auto document = written ? wire::parse<v1::Referral>(written->reveal())
                                : Result<v1::Referral>(Refusal{RefusalCode::not_found});
  if (!document || !document->has_routing()) return;
  const v1::Routing& routing = document->routing();
  if (routing.age_band() != 0)
    row.age_band =
        short_id(v1::Routing::AgeBand_descriptor()->FindValueByNumber(routing.age_band()));
  if (routing.urgency() != 0)
    row.urgency = short_id(v1::Urgency_descriptor()->FindValueByNumber(routing.urgency()));
}

ReferralRow Engine::referral_row(const ReferralRecord& r) {
  Dossier& dossier = *home_->dossier;
  const auto next = rules::next_actor(r.state);
  const bool us = next && (*next == rules::Role::referrer) == r.referrer;
  ReferralRow row{r.id,
                  r.with.str(),
                  r.referrer ? "referrer" : "provider",
                  !next ? ""
                  : us  ? home_->config.org.str()
                        : r.with.str(),
                  r.state,
                  rules::is_open(r.state) ? r.respond_by : std::nullopt,
                  r.grant,
                  r.linked};
  row.siblings = dossier.referrals.siblings_of(r.id);
  row.sealed_again = dossier.outbox.sealed_again(r.id);
  row.stopped = stopped(r.grant);
  row.overdue = row.respond_by && *row.respond_by <= clock_.now();
  row.since = r.since;
  if (const auto step = dossier.outbox.newest_step(r.id)) row.step = id_of(*step);
  add_partner(row);
  add_grant(row);
  if (r.referrer) add_own_number(row);
  return row;
}

Result<std::vector<ReferralRow>> Engine::referrals(const ReferralQuery& query) {
  if (query.shown_to)
    if (auto may = may_look(*home_, *query.shown_to); !may) return may.refusal();
  ReferralFilter filter{query.open_only, query.states, query.with};
  if (query.overdue_only) filter.overdue_at = clock_.now();
  std::vector<ReferralRow> rows;
  const std::size_t at_most = query.own_number.empty() ? query.limit : 0;
  home_->dossier->referrals.each(filter, query.after, at_most, [&](const ReferralRecord& record) {
    ReferralRow row = referral_row(record);
    if (query.own_number.empty() || row.own_number == query.own_number)
      rows.push_back(std::move(row));
    return query.limit == 0 || rows.size() < query.limit;
  });
  if (!query.shown_to) return rows;
  bool content = false;
  for (ReferralRow& row : rows) {
    add_content(row);
    content = content || !row.age_band.empty() || !row.urgency.empty();
  }
  if (!content) return rows;
  v1::Access access = access_by(*query.shown_to, AccessKind::listed);
  access.add_categories(v1::CATEGORY_ROUTING);
  access.set_list(std::to_string(rows.size()) + " referrals");
  if (auto recorded = record_access(*home_, access, clock_.now()); !recorded)
    return recorded.refusal();
  return rows;
}

Result<std::vector<EventRow>> Engine::timeline(const ReferralId& referral) {
  if (!home_->dossier->referrals.find(referral)) return Refusal{RefusalCode::unknown_referral};
  return list_events(*home_, referral);
}

}  // namespace veerpont::sdk
