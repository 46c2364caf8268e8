#include "client_sdk/operations/stops.h"

#include "crypto/objects/signed_objects.h"

namespace veerpont::sdk {

std::vector<Stop> stopped(Context& context, const GrantId& grant) {
  std::vector<Stop> stops = context.dossier().grants.stops(grant);
  if (stops.empty()) return stops;
  const auto row = context.dossier().grants.find(grant);
  const auto parsed = row ? crypto::Grant::parse(row->body)
                          : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!parsed) return stops;
  // How it goes with the referral may still be told when all that it shares has stopped.
  const CategorySet all =
      rules::all_categories(parsed->scope).minus({Category::update, Category::grant_record});
  if (row->withdrawn_categories.covers(all)) stops = {{stops.back().when, {}}};
  return stops;
}

std::string since(Context& context, const GrantId& grant, CategorySet categories) {
  for (const Stop& stop : context.dossier().grants.stops(grant))
    if (stop.categories.empty() || !(stop.categories & categories).empty())
      return "on " + rfc3339(stop.when);
  return "";
}

std::vector<StoppedRow> newly_stopped(Context& context) {
  std::vector<StoppedRow> rows;
  for (const auto& [id, fresh] : context.dossier().grants.take_untold_stops()) {
    const auto row = context.dossier().grants.find(id);
    const auto grant = row ? crypto::Grant::parse(row->body)
                           : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant || grant->scope.holder == context.org()) continue;
    const auto referral =
        row->referral ? context.dossier().referrals.find(*row->referral) : std::nullopt;
    using enum ReferralState;
    const bool by_us = referral && (referral->state == declined || referral->state == redirected ||
                                    referral->state == not_started);
    if (by_us) continue;  // who declines ends what it did not read, and knows that
    const auto all = stopped(context, id);
    const bool whole = all.size() == 1 && all.front().categories.empty();
    rows.push_back({grant->scope.holder.str(), id, row->referral, fresh.when,
                    whole ? CategorySet{} : fresh.categories});
  }
  return rows;
}

}  // namespace veerpont::sdk
