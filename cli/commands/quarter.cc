// audit quarter, audit evidence: a period on one page, and one referral for somebody outside.
#include <filesystem>

#include "base/csv.h"
#include "base/private_file.h"
#include "cli/commands/output.h"
#include "schemas/codes.h"

namespace veerpont::cli {
namespace {

std::string figure(const Options& options, std::int64_t count) {
  return count == ReportRow::kNotSaid ? say(options, "niet genoemd", "not said")
                                      : std::to_string(count);
}

std::vector<std::string> cells(const Options& options, const ReportRow& row) {
  const auto ground = ground_from_id(row.ground);
  return {row.from_title.empty() ? row.from : row.from_title,
          ground ? label_of(*ground, language_of(options)) : "",
          joined({row.category}, language_of(options)),
          row.to_title.empty() ? row.to : row.to_title,
          figure(options, row.sent),
          figure(options, row.read),
          figure(options, row.unreadable),
          figure(options, row.referrals)};
}

// What and how many, in the order of the page.
std::vector<std::pair<std::string, std::string>> facts(const Options& options,
                                                       const PeriodReport& report) {
  std::vector<std::pair<std::string, std::string>> out{
      {say(options, "verwijzingen", "referrals"), figure(options, report.all.referrals)},
      {say(options, "uitzonderingen", "exceptions"), figure(options, report.exceptions)},
      {say(options, "uitzonderingen, beoordeeld", "exceptions, reviewed"),
       figure(options, report.reviewed)},
      {say(options, "uitzonderingen, te laat bevestigd", "exceptions, confirmed too late"),
       figure(options, report.late)},
      {say(options, "gelezen na het einde", "read after sharing ended"),
       figure(options, report.read_after_the_end)}};
  for (const auto& [kind, count] : report.events)
    out.emplace_back(label_of_event(kind, language_of(options)), figure(options, count));
  for (const auto& [kind, count] : report.accesses)
    out.emplace_back(say(options, "inzage: ", "access: ") + label_of(kind, language_of(options)),
                     figure(options, count));
  out.emplace_back(say(options, "wijzigingen van het beleid", "changes of the policy"),
                   std::to_string(report.policy_changes));
  return out;
}

std::vector<std::string> table(const Options& options, const PeriodReport& report) {
  std::vector<std::string> lines{
      csv_line({str(report.from), str(report.until)}),
      csv_line({say(options, "van", "from"), say(options, "grond", "ground"),
                say(options, "soort gegevens", "category"), say(options, "naar", "to"),
                say(options, "verstuurd", "sent"), say(options, "gelezen", "read"),
                say(options, "onleesbaar", "unreadable"),
                say(options, "verwijzingen", "referrals")})};
  for (const ReportRow& row : report.rows) lines.push_back(csv_line(cells(options, row)));
  for (const auto& [what, count] : facts(options, report)) lines.push_back(csv_line({what, count}));
  return lines;
}

std::vector<std::string> spoken(const Options& options, const PeriodReport& report) {
  std::vector<std::string> lines{words(options, report.from) +
                                 say(options, " tot en met ", " to ") +
                                 words(options, report.until)};
  for (const ReportRow& row : report.rows) {
    const auto all = cells(options, row);
    std::string line = all[0];
    for (const std::string& part :
         {std::string(" → "), all[3], std::string("  "), all[1], std::string("  "), all[2],
          say(options, "  verstuurd ", "  sent "), all[4], say(options, ", gelezen ", ", read "),
          all[5], say(options, ", onleesbaar ", ", unreadable "), all[6],
          say(options, ", verwijzingen ", ", referrals "), all[7]})
      line += part;
    lines.push_back(std::move(line));
  }
  for (auto& [what, count] : facts(options, report))
    lines.push_back(std::move(what.append(": ").append(count)));
  return lines;
}

}  // namespace

int audit_quarter(const Options& options) {
  auto from = optional_day(options.from), until = optional_day(options.until);
  if (!from) return fail(options, from.refusal());
  if (!until) return fail(options, until.refusal());
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  auto report = opened->period_report({*from, *until, options.others});
  if (!report) return fail(options, report.refusal());
  return print(options, api::aged(api::period_report(*report), api::age_of(*opened)),
               options.csv ? table(options, *report) : spoken(options, *report));
}

int audit_evidence(const Options& options) {
  auto referral = referral_id(options.id);
  if (!referral) return fail(options, referral.refusal());
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  if (std::filesystem::exists(options.out))
    return fail(options, {RefusalCode::invalid_input, options.out + " exists"});
  auto page = opened->evidence_page(*referral, language_of(options), actor_of(options));
  if (!page) return fail(options, page.refusal());
  if (auto written = write_private_file(options.out, *page); !written)
    return fail(options, written.refusal());
  return print(options, api::v1::Done(),
               {options.out + say(options, ": zonder inhoud, met het bewijs van elke regel",
                                  ": without content, with the proof of each entry")});
}

}  // namespace veerpont::cli
