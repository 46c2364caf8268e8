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

}  // namespace veerpont::cli
