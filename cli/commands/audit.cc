// audit sync, verify, list: the privacy officer's own view of the log.
#include "cli/commands/output.h"

namespace veerpont::cli {

namespace json = boost::json;

namespace {

int print_report(const Options& options, const Result<LogReport>& report) {
  if (!report) return fail(options, report.refusal());
  return print(options,
               json::object{{"verified", true},
                            {"treeSize", report->tree_size},
                            {"events", report->events},
                            {"checked", report->checked},
                            {"witnesses", json::array()}},
               {"verified: " + std::to_string(report->events) + " events of ours in a log of " +
                std::to_string(report->tree_size) + ", " + std::to_string(report->checked) +
                " of them now"});
}

// One exception for the privacy officer: who registered it, how it was confirmed, what was found.
std::string line_of(const ExceptionRow& row, Language language) {
  const bool dutch = language == Language::dutch;
  std::string line = (row.late ? (dutch ? "TE LAAT  " : "LATE  ") : "") + row.grant.hex() +
                     (dutch ? "  naar " : "  to ") + row.recipient + "  " + row.ground + "  " +
                     rfc3339(row.registered);
  if (!row.registrar.empty()) line += (dutch ? " door " : " by ") + row.registrar;
  if (!row.countersigned)
    line += (dutch ? "  nog te bevestigen, voor " : "  to be confirmed by ") +
            rfc3339(row.countersign_by);
  else
    line += (dutch ? "  bevestigd met " : "  confirmed with ") +
            std::string(row.confirmed_by == "name" ? (dutch ? "alleen een naam" : "a name alone")
                                                   : row.confirmed_by);
  if (row.pin_after)
    line += dutch ? " (de pincode is pas na de registratie ingesteld)"
                  : " (the PIN was set after the registration)";
  if (row.verdict)
    line += "  " + label_of(*row.verdict, language) + " (" + row.reviewer + ")" +
            (row.note.empty() ? "" : ": " + row.note);
  return line;
}

}  // namespace

int audit_sync(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_report(options, opened->audit_sync());
}

int audit_verify(const Options& options) {
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_report(options, opened->audit_verify(options.full));
}

int audit_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto events = opened->audit_list();
  if (!events) return fail(options, events.refusal());
  return print_events(options, *events);
}

int audit_review_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->exceptions(options.all);
  if (!rows) return fail(options, rows.refusal());
  json::array out;
  std::vector<std::string> lines;
  const Language language = language_of(options);
  const auto when = [](const std::optional<Time>& time) {
    return time ? rfc3339(*time) : std::string();
  };
  for (const ExceptionRow& row : *rows) {
    json::object entry{{"grantId", row.grant.hex()},
                       {"recipient", row.recipient},
                       {"ground", row.ground},
                       {"registered", rfc3339(row.registered)},
                       {"registrar", row.registrar},
                       {"countersignBy", rfc3339(row.countersign_by)},
                       {"countersigned", when(row.countersigned)},
                       {"confirmedBy", row.confirmed_by},
                       {"pinAfter", row.pin_after},
                       {"reviewed", when(row.reviewed)},
                       {"late", row.late}};
    if (row.verdict) {
      entry["reviewer"] = row.reviewer;
      entry["verdict"] = id_of(*row.verdict);
      entry["note"] = row.note;
    }
    out.push_back(std::move(entry));
    lines.push_back(line_of(row, language));
  }
  return print(options, out, lines);
}

int audit_review_done(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto index = opened->review_exception(
      *id, {options.by, *review_verdict_from_id(options.verdict), options.note});
  if (!index) return fail(options, index.refusal());
  return print(options, json::object{{"grantId", id->hex()}, {"logIndex", index->value}},
               {"Reviewed, event " + std::to_string(index->value) + "."});
}

}  // namespace veerpont::cli
