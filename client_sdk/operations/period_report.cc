#include "client_sdk/operations/period_report.h"

#include <algorithm>
#include <array>
#include <map>

#include "audit/event_table.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/exceptions.h"
#include "client_sdk/operations/flows.h"
#include "client_sdk/operations/own_policy.h"

namespace veerpont::sdk {
namespace {

constexpr std::int64_t kFewest = 5;  // a smaller group could be recognised
constexpr v1::EventKind kEnds[] = {v1::EVENT_KIND_GRANT_REGISTERED, v1::EVENT_KIND_GRANT_WITHDRAWN,
                                   v1::EVENT_KIND_GRANT_EXPIRED,    v1::EVENT_KIND_OVERDUE,
                                   v1::EVENT_KIND_REFUSED,          v1::EVENT_KIND_MESSAGE_EXPIRED};

std::array<std::int64_t ReportRow::*, 4> figures() {
  return {&ReportRow::sent, &ReportRow::read, &ReportRow::unreadable, &ReportRow::referrals};
}

ReportRow figures_of(const FlowRow& flow) {
  return {flow.from,
          flow.from_title,
          flow.to,
          flow.to_title,
          flow.ground,
          flow.category,
          static_cast<std::int64_t>(flow.sent),
          static_cast<std::int64_t>(flow.read),
          static_cast<std::int64_t>(flow.unreadable),
          static_cast<std::int64_t>(flow.referrals)};
}

void hide(std::int64_t& figure) {
  if (figure > 0 && figure < kFewest) figure = ReportRow::kNotSaid;
}

// A part that leaves one to four of the whole would say them.
void hide_rest(std::int64_t whole, std::int64_t& part) {
  if (part > 0 && whole > part && whole - part < kFewest) part = ReportRow::kNotSaid;
}

// What leaves the house. A sum would say what one hidden figure under it is.
void hide_few(PeriodReport& report) {
  for (ReportRow& row : report.rows) hide_rest(row.sent, row.read);
  hide_rest(report.all.sent, report.all.read);
  for (const auto figure : figures()) {
    bool hidden = false;
    for (ReportRow& row : report.rows) {
      hide(row.*figure);
      hidden = hidden || row.*figure == ReportRow::kNotSaid;
    }
    if (hidden) report.all.*figure = ReportRow::kNotSaid;
    hide(report.all.*figure);
  }
  hide_rest(report.exceptions, report.reviewed);
  hide_rest(report.exceptions, report.late);
  hide(report.read_after_the_end);
  for (auto* figure : {&report.exceptions, &report.reviewed, &report.late}) hide(*figure);
  for (auto& [kind, figure] : report.events) hide(figure);
  for (auto& [kind, figure] : report.accesses) hide(figure);
}

bool is_quarter(const Date& from, const Date& until) {
  const auto after = std::chrono::sys_days(from + std::chrono::months(3));
  return from.day() == std::chrono::day(1) && (static_cast<unsigned>(from.month()) - 1) % 3 == 0 &&
         until == Date(after - std::chrono::days(1));
}

Status count_events(Context& context, PeriodReport& report) {
  for (const v1::EventKind kind : kEnds) {
    EventQuery query;
    query.from = report.from;
    query.until = report.until;
    auto filter = filter_of(query);
    if (!filter) return filter.refusal();
    filter->kind = kind;
    std::int64_t count = 0;
    context.dossier().events.each(*filter, [&](const StoredEvent&) { return ++count > 0; });
    report.events.emplace_back(sdk::row_of(audit::new_event(kind, "", ""), LogIndex{0}).kind,
                               count);
  }
  return Done{};
}

Status count_people(Context& context, PeriodReport& report) {
  const auto within = [&](Time time) {
    const Date day = amsterdam_date(time);
    return report.from <= day && day <= report.until;
  };
  const auto all = exceptions(context, true);
  if (!all) return all.refusal();
  for (const ExceptionRow& row : *all) {
    if (!within(row.registered)) continue;
    ++report.exceptions;
    if (row.reviewed) ++report.reviewed;
    if (row.late) ++report.late;
  }
  const auto looked = accesses(*context.home, {{}, {}, report.from, report.until});
  if (!looked) return looked.refusal();
  std::map<AccessKind, std::int64_t> kinds;
  for (const AccessRow& row : *looked)
    if (!row.forgotten) ++kinds[row.kind];
  report.accesses.assign(kinds.begin(), kinds.end());
  const auto policy = own_policy(context);
  if (!policy) return policy.refusal();
  report.policy_changes = static_cast<std::uint64_t>(
      std::ranges::count_if(policy->versions, [&](const PolicyVersion& version) {
        return !version.changed.empty() && within(version.since);
      }));
  return Done{};
}

}  // namespace

Result<PeriodReport> period_report(Context& context, const ReportQuery& query) {
  EventQuery days;
  days.from = query.from;
  days.until = query.until;
  const auto counted = flows(context, days);
  if (!counted) return counted.refusal();
  PeriodReport report;
  report.from = counted->from;
  report.until = counted->until;
  report.read_after_the_end = static_cast<std::int64_t>(counted->read_after_the_end);
  for (const FlowRow& flow : counted->rows) report.rows.push_back(figures_of(flow));
  report.all = figures_of(counted->all);
  if (auto done = count_events(context, report); !done) return done.refusal();
  if (auto done = count_people(context, report); !done) return done.refusal();
  // Two periods that overlap would differ by a few.
  if (query.for_others && !is_quarter(report.from, report.until))
    return invalid("from and until: what leaves this house is a whole quarter");
  if (query.for_others) hide_few(report);
  return report;
}

}  // namespace veerpont::sdk
