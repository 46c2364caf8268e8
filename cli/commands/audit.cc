// audit sync, verify, list, accesses, report, review: the privacy officer's own view.
#include "cli/commands/output.h"

namespace veerpont::cli {

namespace {

int print_report(const Options& options, Client& client, const Result<LogReport>& report) {
  if (!report) return fail(options, report.refusal());
  const auto number = [](std::uint64_t count) { return std::to_string(count); };
  std::vector<std::string> lines{
      say(options,
          "klopt: " + number(report->events) + " regels van ons in een register van " +
              number(report->tree_size) + ", waarvan nu " + number(report->checked) +
              " gecontroleerd",
          "verified: " + number(report->events) + " events of ours in a log of " +
              number(report->tree_size) + ", " + number(report->checked) + " of them now"),
      say(options, "inzageregister: " + number(report->accesses) + " regels, waarvan ",
          "access log: " + number(report->accesses) + " entries, of which ") +
          number(report->anchored) + say(options, " verankerd", " anchored")};
  if (report->anchored_at)
    lines.back() += say(options, " op ", " on ") + words(options, *report->anchored_at);
  return print(options, api::aged(api::verified(*report), api::age_of(client)), lines);
}

// One exception for the privacy officer: who registered it, how it was confirmed, what was found.
std::string line_of(const Options& options, const ExceptionRow& row) {
  const auto ground = ground_from_id(row.ground);
  std::string line = (row.late ? say(options, "TE LAAT  ", "LATE  ") : "") + row.grant.hex() +
                     say(options, "  naar ", "  to ") +
                     called(options, row.title, row.recipient, row.suspended) + "  " +
                     (ground ? label_of(*ground, language_of(options)) : row.ground) + "  " +
                     words(options, row.registered);
  if (!row.registrar.empty()) line += say(options, " door ", " by ") + row.registrar;
  if (!row.countersigned)
    line += say(options, "  nog te bevestigen, voor ", "  to be confirmed by ") +
            words(options, row.countersign_by);
  else
    line += say(options, "  bevestigd met ", "  confirmed with ") +
            (row.confirmed_by == "name" ? say(options, "alleen een naam", "a name alone")
                                        : row.confirmed_by);
  if (row.pin_after)
    line += say(options, " (de pincode is pas na de registratie ingesteld)",
                " (the PIN was set after the registration)");
  if (row.verdict)
    line += "  " + label_of(*row.verdict, language_of(options)) + " (" + row.reviewer + ")" +
            (row.note.empty() ? "" : ": " + row.note);
  return line;
}

std::string line_of(const Options& options, const AccessRow& row) {
  const std::string when = std::to_string(row.number) + "  " + words(options, row.time) + "  ";
  if (row.forgotten)
    return when + say(options, "(ouder dan vijf jaar: wie en wat is gewist)",
                      "(older than five years: who and what are erased)");
  std::string line = when + row.actor.person + " (" +
                     label_of(row.actor.role, language_of(options)) + ")  " +
                     label_of(row.kind, language_of(options));
  if (!row.categories.empty()) line += ": " + joined(row.categories, language_of(options));
  if (row.referral) line += say(options, "  verwijzing ", "  referral ") + row.referral->hex();
  if (!row.list.empty()) line += "  " + row.list;
  if (!row.actor.purpose.empty())
    line += say(options, "  doel: ", "  purpose: ") + row.actor.purpose;
  if (!row.actor.reason.empty()) line += say(options, "  reden: ", "  reason: ") + row.actor.reason;
  return line;
}

Result<std::optional<ReferralId>> referral_in(const Options& options) {
  if (options.id.empty()) return std::optional<ReferralId>();
  auto id = referral_id(options.id);
  if (!id) return id.refusal();
  return std::optional(*id);
}

}  // namespace

int audit_sync(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_report(options, *opened, opened->audit_sync());
}

int audit_verify(const Options& options) {
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_report(options, *opened, opened->audit_verify(options.full));
}

int audit_accesses(const Options& options) {
  auto referral = referral_in(options);
  auto from = optional_day(options.from);
  auto until = optional_day(options.until);
  if (!referral) return fail(options, referral.refusal());
  if (!from) return fail(options, from.refusal());
  if (!until) return fail(options, until.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->accesses({*referral, options.by, *from, *until});
  if (!rows) return fail(options, rows.refusal());
  std::vector<std::string> lines;
  lines.reserve(rows->size());
  for (const AccessRow& row : *rows) lines.push_back(line_of(options, row));
  return print(options, api::accesses(*rows), lines);
}

int audit_sample(const Options& options) {
  auto from = optional_day(options.from);
  auto until = optional_day(options.until);
  if (!from) return fail(options, from.refusal());
  if (!until) return fail(options, until.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  SampleQuery query{options.key, SampleQuery().count, *from, *until};
  if (options.limit > 0) query.count = static_cast<std::size_t>(options.limit);
  auto drawn = opened->sample(query);
  if (!drawn) return fail(options, drawn.refusal());
  std::vector<std::string> lines{say(options, "geloot met \"", "drawn with \"") + drawn->seed +
                                 "\", " + std::to_string(drawn->rows.size()) +
                                 say(options, " van ", " of ") + std::to_string(drawn->of)};
  for (const SampleRow& row : drawn->rows) {
    std::string why;
    for (const SampleReason reason : row.why)
      why += (why.empty() ? "" : ", ") + label_of(reason, language_of(options));
    lines.push_back(line_of(options, row.access) + "  [" + why + "]");
  }
  return print(options, api::sample(*drawn), lines);
}

int audit_report(const Options& options) {
  auto referral = referral_in(options);
  auto set = categories(options.categories);
  if (!referral) return fail(options, referral.refusal());
  if (!set) return fail(options, set.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto number = opened->report_access(
      {*access_kind_from_id(options.kind), *referral, {}, *set, options.note}, actor_of(options));
  if (!number) return fail(options, number.refusal());
  api::v1::ReportAccessAnswer answer;
  answer.set_number(*number);
  return print(options, answer,
               {say(options, "Vastgelegd in het inzageregister, regel ",
                    "Recorded in the access log, entry ") +
                std::to_string(*number) + "."});
}

int audit_review_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->exceptions(options.all);
  if (!rows) return fail(options, rows.refusal());
  std::vector<std::string> lines;
  lines.reserve(rows->size());
  for (const ExceptionRow& row : *rows) lines.push_back(line_of(options, row));
  return print(options, api::exceptions(*rows), lines);
}

int audit_review_done(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto index = opened->review_exception(
      *id, {options.by, *review_verdict_from_id(options.verdict), options.note});
  if (!index) return fail(options, index.refusal());
  return print(options, api::logged(*index),
               {say(options, "Beoordeeld, registerregel ", "Reviewed, event ") +
                std::to_string(index->value) + "."});
}

}  // namespace veerpont::cli
