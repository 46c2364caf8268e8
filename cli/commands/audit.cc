// audit sync, verify, list: the privacy officer's own view of the log.
#include "cli/output.h"

namespace veerpont::cli {

namespace json = boost::json;

namespace {

int print_report(const Options& options, const Result<LogReport>& report) {
  if (!report) return fail(options, report.refusal());
  return print(options, json::object{{"verified", true}, {"treeSize", report->tree_size}, {"events", report->events}, {"witnesses", json::array()}},
               {"verified: " + std::to_string(report->events) + " events of ours in a log of " + std::to_string(report->tree_size)});
}

}  // namespace

int audit_sync(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_report(options, opened->audit_sync());
}

int audit_verify(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_report(options, opened->audit_verify());
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
  const auto when = [](const std::optional<Time>& time) { return time ? rfc3339(*time) : std::string(); };
  for (const ExceptionRow& row : *rows) {
    out.push_back(json::object{{"grantId", row.grant.hex()},
                               {"recipient", row.recipient},
                               {"ground", row.ground},
                               {"registered", rfc3339(row.registered)},
                               {"countersignBy", rfc3339(row.countersign_by)},
                               {"countersigned", when(row.countersigned)},
                               {"reviewed", when(row.reviewed)},
                               {"late", row.late}});
    lines.push_back((row.late ? "TE LAAT  " : "") + row.grant.hex() + "  to " + row.recipient + "  " + row.ground + "  " + rfc3339(row.registered) +
                    (row.countersigned ? "  confirmed" : "  to be confirmed by " + rfc3339(row.countersign_by)));
  }
  return print(options, out, lines);
}

int audit_review_done(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto index = opened->review_exception(*id);
  if (!index) return fail(options, index.refusal());
  return print(options, json::object{{"grantId", id->hex()}, {"logIndex", index->value}}, {"Reviewed, event " + std::to_string(index->value) + "."});
}

}  // namespace veerpont::cli
