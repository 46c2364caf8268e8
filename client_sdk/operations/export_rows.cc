#include "client_sdk/operations/export_rows.h"

#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/audit_rows.h"
#include "client_sdk/operations/processing_register.h"
#include "client_sdk/operations/signed_manifest.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostRows = 50'000;
constexpr char kTooMany[] = "from, until: more than 50000 rows; choose a shorter period";

// As the command line names it.
std::string selection_of(const ExportQuery& query) {
  std::string out;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += (out.empty() ? "" : " ") + std::string(name) + "=" + value;
  };
  const EventQuery& events = query.events;
  add("from", events.from ? str(*events.from) : "");
  add("until", events.until ? str(*events.until) : "");
  add("with", events.with);
  add("kind", events.kind);
  add("ground", events.ground);
  add("category", events.category ? id_of(*events.category) : "");
  add("grant", events.grant ? events.grant->hex() : "");
  add("referral", events.referral ? events.referral->hex() : "");
  return out;
}

Result<WrittenRows> events_in(Context& context, const ExportQuery& query, const RowsOf& whose) {
  EventQuery asked = query.events;
  asked.newest_first = false;
  asked.after = std::nullopt;
  asked.limit = kMostRows + 1;
  auto rows = list_events(*context.home, asked);
  if (!rows) return rows.refusal();
  if (rows->size() > kMostRows) return invalid(kTooMany);
  return query.format == "csv" ? csv_of(*rows) : fhir_of(*rows, whose);
}

Result<WrittenRows> accesses_in(Context& context, const ExportQuery& query, const RowsOf& whose) {
  auto rows =
      accesses(*context.home,
               {query.events.referral, {}, query.events.from, query.events.until, kMostRows + 1});
  if (!rows) return rows.refusal();
  if (rows->size() > kMostRows) return invalid(kTooMany);
  if (query.format == "csv") return csv_of(*rows);
  return query.format == "fhir" ? fhir_of(*rows, whose) : nen7513_of(*rows, whose);
}

Result<HandedOver> hand_over_rows(Context& context, const ExportQuery& query) {
  const RowsOf whose{context.org().str(), context.home->config.federation};
  auto rows = query.what == "events" ? events_in(context, query, whose)
                                     : accesses_in(context, query, whose);
  if (!rows) return rows.refusal();
  return hand_over(context, {query.what, query.format, selection_of(query), rows->count},
                   query.format == "fhir" ? ".ndjson" : ".csv", std::move(rows->text));
}

}  // namespace

Result<HandedOver> export_rows(Context& context, const ExportQuery& query, const Actor& actor) {
  const bool events = query.what == "events", of_register = query.what == "register";
  if (!events && !of_register && query.what != "accesses")
    return invalid("what: events, accesses or register");
  if (!of_register && query.format != "csv" && query.format != "fhir" &&
      (events || query.format != "nen7513"))
    return invalid("format: csv or fhir; of accesses also nen7513");
  if (auto may = may_look(*context.home, actor); !may) return may.refusal();
  auto out = of_register ? hand_over_register(context, query) : hand_over_rows(context, query);
  if (!out) return out.refusal();
  v1::Access access = access_by(actor, AccessKind::exported);
  const std::string selection = selection_of(query);
  access.set_list("audit export " + query.what + " " + query.format +
                  (selection.empty() ? "" : " " + selection));
  if (query.events.referral) access.set_referral_id(query.events.referral->str());
  auto logged = record_access(*context.home, access, context.clock.now());
  if (!logged) return logged.refusal();
  return out;
}

}  // namespace veerpont::sdk
