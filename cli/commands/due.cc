// grant due, grant authority-checked, rhythm, retention: what an organisation must do in time, and
// what it lets go.
#include <iostream>

#include "cli/commands/output.h"
#include "rules/lateness.h"

namespace veerpont::cli {

namespace {

constexpr int kDaysAhead = 30;

// "vandaag", "nog 3 werkdagen", "2 werkdagen te laat".
std::string left_of(const Options& options, const Date& due) {
  return rules::time_left(due, amsterdam_date(SystemClock().now()), language_of(options));
}

// The day that was given, or today in Amsterdam.
Result<Date> day(const std::string& text) {
  if (text.empty()) return amsterdam_date(SystemClock().now());
  const auto parsed = parse_date(text);
  if (!parsed) return Refusal{RefusalCode::invalid_input, "a day is written 2026-12-01"};
  return *parsed;
}

template <class Call>
int with_day(const Options& options, Call call, const std::string& done) {
  auto when = day(options.date);
  if (!when) return fail(options, when.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  if (Status status = call(*opened, *when); !status) return fail(options, status.refusal());
  return print(options, api::v1::Done(), {done});
}

}  // namespace

int grant_due(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->due(options.days.value_or(kDaysAhead));
  if (!rows) return fail(options, rows.refusal());
  std::vector<std::string> lines;
  lines.reserve(rows->size());
  for (const DueRow& row : *rows)
    lines.push_back(words(options, row.day) + "  (" + left_of(options, row.day) + ")  " +
                    row.grant.hex() + say(options, "  naar ", "  to ") +
                    called(options, row.title, row.recipient, row.suspended) + "  " +
                    label_of(row.reason, language_of(options)));
  return print(options, api::due(*rows), lines);
}

int grant_authority_checked(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.authority_checked(*id, when); },
      say(options, "Vastgelegd.", "Noted."));
}

int rhythm(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->rhythm();
  if (!rows) return fail(options, rows.refusal());
  std::vector<std::string> lines;
  lines.reserve(rows->size());
  for (const RhythmRow& row : *rows)
    lines.push_back(words(options, row.due) + "  (" + left_of(options, row.due) + ")  " + row.stay +
                    "  " + label_of(row.with, language_of(options)));
  return print(options, api::rhythm(*rows), lines);
}

int rhythm_begin(const Options& options) {
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.begin_stay(options.stay, when); },
      say(options, "Het verblijf is begonnen.", "The stay has begun."));
}

int rhythm_end(const Options& options) {
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.end_stay(options.stay, when); },
      say(options, "Het verblijf is afgelopen.", "The stay has ended."));
}

int rhythm_talk(const Options& options) {
  const auto with = talk_with_from_id(options.with);
  if (!with) return fail(options, {RefusalCode::invalid_input, "--with is parents or child"});
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.talked(options.stay, *with, when); },
      say(options, "Vastgelegd.", "Noted."));
}

int retention_run(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto done = opened->run_retention(options.dry_run);
  if (!done) return fail(options, done.refusal());
  // The note is printed as it was signed.
  if (options.json) {
    std::cout << R"({"messages":)" << done->messages << R"(,"dryRun":)"
              << (options.dry_run ? "true" : "false")
              << (done->note.empty() ? "" : R"(,"note":)" + done->note) << "}\n";
    return std::cout.flush() ? 0 : 1;
  }
  const std::string count = std::to_string(done->messages);
  return print(
      options, api::v1::Done(),
      {options.dry_run ? say(options, "Er zou iets worden vernietigd van " + count + " berichten.",
                             "Would destroy content of " + count + " messages.")
                       : say(options, "Er is iets vernietigd van " + count + " berichten.",
                             "Destroyed content of " + count + " messages."),
       done->note});
}

int retention_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto notes = opened->destruction_notes();
  if (!notes) return fail(options, notes.refusal());
  std::cout << (options.json ? R"({"notes":[)" : "");
  for (std::size_t i = 0; i < notes->size(); ++i)
    std::cout << (options.json && i > 0 ? "," : "") << (*notes)[i] << (options.json ? "" : "\n");
  std::cout << (options.json ? "]}\n" : "");
  return std::cout.flush() ? 0 : 1;
}

}  // namespace veerpont::cli
