// grant due, grant authority-checked, rhythm, retention: what an organisation must do in time, and
// what it lets go.
#include <boost/json/parse.hpp>

#include "cli/commands/output.h"

namespace veerpont::cli {

namespace json = boost::json;

namespace {

constexpr int kDaysAhead = 30;

std::string day_of(const std::optional<Date>& day) { return day ? str(*day) : std::string(); }

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
  return print(options, json::object{{"date", str(*when)}}, {done});
}

}  // namespace

int grant_due(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->due(options.days.value_or(kDaysAhead));
  if (!rows) return fail(options, rows.refusal());
  json::array out;
  std::vector<std::string> lines;
  const Language language = language_of(options);
  for (const DueRow& row : *rows) {
    out.push_back(json::object{{"grantId", row.grant.hex()},
                               {"referralId", row.referral ? row.referral->hex() : ""},
                               {"recipient", row.recipient},
                               {"reason", id_of(row.reason)},
                               {"message", label_of(row.reason, language)},
                               {"due", str(row.day)},
                               {"late", row.late}});
    lines.push_back(str(row.day) + (row.late ? "  TE LAAT" : "") + "  " + row.grant.hex() +
                    "  to " + row.recipient + "  " + label_of(row.reason, language));
  }
  return print(options, out, lines);
}

int grant_authority_checked(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.authority_checked(*id, when); },
      "Noted.");
}

int rhythm(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->rhythm();
  if (!rows) return fail(options, rows.refusal());
  json::array out;
  std::vector<std::string> lines;
  for (const RhythmRow& row : *rows) {
    out.push_back(json::object{{"stay", row.stay},
                               {"with", id_of(row.with)},
                               {"last", day_of(row.last)},
                               {"due", str(row.due)},
                               {"late", row.late}});
    lines.push_back(str(row.due) + (row.late ? "  TE LAAT" : "") + "  " + row.stay + "  " +
                    label_of(row.with, language_of(options)));
  }
  return print(options, out, lines);
}

int rhythm_begin(const Options& options) {
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.begin_stay(options.stay, when); },
      "The stay has begun.");
}

int rhythm_end(const Options& options) {
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.end_stay(options.stay, when); },
      "The stay has ended.");
}

int rhythm_talk(const Options& options) {
  const auto with = talk_with_from_id(options.with);
  if (!with) return fail(options, {RefusalCode::invalid_input, "--with is parents or child"});
  return with_day(
      options,
      [&](Client& opened, const Date& when) { return opened.talked(options.stay, *with, when); },
      "Noted.");
}

int retention_run(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto done = opened->run_retention(options.dry_run);
  if (!done) return fail(options, done.refusal());
  const json::value note = done->note.empty() ? json::value() : json::parse(done->note);
  return print(
      options,
      json::object{{"messages", done->messages}, {"dryRun", options.dry_run}, {"note", note}},
      {(options.dry_run ? "Would destroy content of " : "Destroyed content of ") +
           std::to_string(done->messages) + " messages.",
       done->note});
}

int retention_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto notes = opened->destruction_notes();
  if (!notes) return fail(options, notes.refusal());
  json::array out;
  for (const std::string& note : *notes) out.push_back(json::parse(note));
  return print(options, out, *notes);
}

}  // namespace veerpont::cli
