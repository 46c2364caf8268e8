#include "client_sdk/operations/referrals.h"

#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/stops.h"
#include "crypto/objects/signed_objects.h"
#include "rules/referral_states.h"
#include "schemas/short_id.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

void add_partner(Context& context, ReferralRow& row) {
  const auto partner = context.dossier().directory.find(*OrgId::parse(row.with));
  if (!partner) return;
  row.title = partner->title;
  row.partner_kind = id_of(partner->kind);
  row.hidden = partner->hidden;
  row.suspended = partner->suspended;
}

void add_grant(Context& context, ReferralRow& row) {
  const Context::GrantTerms* terms =
      context.terms.get(row.grant, [&]() -> std::optional<Context::GrantTerms> {
        const auto body = context.dossier().grants.body(row.grant);
        const auto grant = body ? crypto::Grant::parse(*body)
                                : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
        if (!grant) return std::nullopt;
        return Context::GrantTerms{id_of(grant->scope.kind), id_of(grant->scope.ground),
                                   grant->scope.outbound};
      });
  if (terms == nullptr) return;
  row.kind = terms->kind;
  row.ground = terms->ground;
  row.categories = terms->categories;
}

void add_own_number(Context& context, ReferralRow& row) {
  const auto* number =
      context.own_numbers.get(row.referral, [&]() -> std::optional<crypto::SecretBytes> {
        const auto document = context.dossier().outbox.refer_document(row.referral);
        const auto sent = document ? wire::parse<v1::Referral>(document->reveal())
                                   : Result<v1::Referral>(Refusal{RefusalCode::not_found});
        if (!sent) return std::nullopt;
        return crypto::SecretBytes::copy(sent->identity().referral_number());
      });
  if (number != nullptr) row.own_number = number->reveal();
}

// What only content says: the newest that this home has of either side.
void add_content(Context& context, ReferralRow& row) {
  const auto written = row.role == "referrer"
                           ? context.dossier().outbox.refer_document(row.referral)
                           : context.dossier().inbox.section_in(row.referral, Category::routing);
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

ReferralRow referral_row(Context& context, const ReferralRecord& r) {
  Dossier& dossier = context.dossier();
  const auto next = rules::next_actor(r.state);
  const bool us = next && (*next == rules::Role::referrer) == r.referrer;
  ReferralRow row{r.id,
                  r.with.str(),
                  r.referrer ? "referrer" : "provider",
                  !next ? ""
                  : us  ? context.org().str()
                        : r.with.str(),
                  r.state,
                  rules::is_open(r.state) ? r.respond_by : std::nullopt,
                  r.grant,
                  r.linked};
  row.siblings = dossier.referrals.siblings_of(r.id);
  row.sealed_again = r.sealed_again;
  row.stopped = stopped(context, r.grant);
  row.overdue = row.respond_by && *row.respond_by <= context.clock.now();
  row.since = r.since;
  row.access_by = r.access_by;
  if (r.step) row.step = id_of(*r.step);
  add_partner(context, row);
  add_grant(context, row);
  if (r.referrer) add_own_number(context, row);
  return row;
}

}  // namespace

Result<std::vector<ReferralRow>> referrals(Context& context, const ReferralQuery& query) {
  if (query.shown_to)
    if (auto may = may_look(*context.home, *query.shown_to); !may) return may.refusal();
  ReferralFilter filter{query.open_only, query.states, query.with};
  if (query.overdue_only) filter.overdue_at = context.clock.now();
  std::vector<ReferralRow> rows;
  const std::size_t at_most = query.own_number.empty() ? query.limit : 0;
  context.dossier().referrals.each(filter, query.after, at_most, [&](const ReferralRecord& record) {
    ReferralRow row = referral_row(context, record);
    if (query.own_number.empty() || row.own_number == query.own_number)
      rows.push_back(std::move(row));
    return query.limit == 0 || rows.size() < query.limit;
  });
  if (!query.shown_to) return rows;
  bool content = false;
  for (ReferralRow& row : rows) {
    add_content(context, row);
    content = content || !row.age_band.empty() || !row.urgency.empty();
  }
  if (!content) return rows;
  v1::Access access = access_by(*query.shown_to, AccessKind::listed);
  access.add_categories(v1::CATEGORY_ROUTING);
  access.set_list(std::to_string(rows.size()) + " referrals");
  if (auto recorded = record_access(*context.home, access, context.clock.now()); !recorded)
    return recorded.refusal();
  return rows;
}

Result<ReferralRow> referral(Context& context, const ReferralId& referral) {
  const auto record = context.dossier().referrals.find(referral);
  if (!record) return Refusal{RefusalCode::unknown_referral};
  return referral_row(context, *record);
}

Result<std::vector<EventRow>> timeline(Context& context, const ReferralId& referral) {
  if (!context.dossier().referrals.find(referral)) return Refusal{RefusalCode::unknown_referral};
  return events_of(*context.home, referral);
}

}  // namespace veerpont::sdk
