// audit access-request: what somebody asks about a child under the GDPR, from the question to the
// letter.
#include <map>

#include "cli/commands/output.h"

namespace veerpont::cli {
namespace {

std::string kind_name(const Options& options, const std::string& kind) {
  if (kind == "access") return say(options, "inzage", "access");
  if (kind == "correction") return say(options, "verbeteren", "correction");
  if (kind == "erasure") return say(options, "wissen", "erasure");
  return say(options, "bezwaar", "objection");
}

std::string requester_name(const Options& options, const std::string& requester) {
  if (requester == "child") return say(options, "kind van 12 of ouder", "child of 12 or older");
  if (requester == "youth") return say(options, "jongere van 16 of ouder", "youth of 16 or older");
  if (requester == "parent-with-authority")
    return say(options, "ouder met gezag", "parent with authority");
  if (requester == "parent-without-authority")
    return say(options, "ouder zonder gezag", "parent without authority");
  return say(options, "iemand anders", "somebody else");
}

std::string verdict_name(const Options& options, const RequestPart& part) {
  std::string name = part.verdict == "give"     ? say(options, "geven", "give")
                     : part.verdict == "partly" ? say(options, "deels", "partly")
                                                : say(options, "niet", "withhold");
  if (!part.article.empty()) name += " (" + part.article + ")";
  return part.decided ? name : name + say(options, ", nog niet beslist", ", not decided yet");
}

std::string line_of(const Options& options, const SubjectRequestRow& row) {
  std::string line = std::to_string(row.number) + "  " + kind_name(options, row.kind) +
                     say(options, ", gevraagd door ", ", asked by ") +
                     requester_name(options, row.requester) + "  ";
  if (row.answered)
    return line + say(options, "beantwoord ", "answered ") + words(options, *row.answered);
  return (row.late ? say(options, "TE LAAT  ", "LATE  ") : "") + line +
         say(options, "antwoord voor ", "answer before ") + words(options, row.due);
}

std::vector<std::string> lines_of(const Options& options, const SubjectRequest& request) {
  std::vector<std::string> lines{line_of(options, request.row)};
  for (const RequestPart& part : request.parts)
    lines.push_back("  " + part.message.hex() + " " + id_of(part.category) + "  " +
                    (part.ours ? say(options, "verstuurd naar ", "sent to ")
                               : say(options, "ontvangen van ", "received from ")) +
                    (part.title.empty() ? part.with : part.title) +
                    (part.when ? ", " + words(options, *part.when) : "") +
                    (part.opened ? say(options, ", daar gelezen ", ", read there ") +
                                       words(options, *part.opened)
                                 : "") +
                    "  → " + verdict_name(options, part));
  std::map<std::string, std::size_t> readers;
  for (const AccessRow& row : request.readers) ++readers[row.actor.person];
  for (const auto& [person, times] : readers)
    lines.push_back(say(options, "  gezien door ", "  seen by ") + person + ", " +
                    std::to_string(times) + say(options, " keer", " times"));
  lines.push_back(request.row.answered
                      ? say(options, "De brief:", "The letter:")
                      : say(options, "De brief, als die nu ging:", "The letter, if it went now:"));
  lines.push_back(request.letter);
  return lines;
}

int print_request(const Options& options, const Result<SubjectRequest>& request) {
  if (!request) return fail(options, request.refusal());
  return print(options, api::subject_request(*request), lines_of(options, *request));
}

int print_done(const Options& options, const Status& done) {
  if (!done) return fail(options, done.refusal());
  return print(options, api::v1::Done(), {say(options, "Vastgelegd.", "Recorded.")});
}

}  // namespace

int request_new(const Options& options) {
  SubjectRequestDraft draft{options.kind.empty() ? "access" : options.kind,
                            options.requester,
                            options.shown,
                            options.note,
                            {}};
  for (const std::string& text : options.words) {
    auto referral = referral_id(text);
    if (!referral) return fail(options, referral.refusal());
    draft.referrals.push_back(*referral);
  }
  auto received = optional_day(options.date);
  if (!received) return fail(options, received.refusal());
  draft.received = *received;
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto number = opened->new_request(draft, actor_of(options));
  if (!number) return fail(options, number.refusal());
  api::v1::SubjectRequestNumber answer;
  answer.set_number(*number);
  return print(options, answer,
               {say(options, "Verzoek ", "Request ") + std::to_string(*number) +
                say(options, " is vastgelegd.", " is recorded.")});
}

int request_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->requests();
  if (!rows) return fail(options, rows.refusal());
  std::vector<std::string> lines;
  lines.reserve(rows->size());
  for (const SubjectRequestRow& row : *rows) lines.push_back(line_of(options, row));
  return print(options, api::subject_requests(*rows), lines);
}

int request_show(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_request(options, opened->request(options.index, actor_of(options)));
}

int request_decide(const Options& options) {
  auto message = message_id(options.id);
  if (!message) return fail(options, message.refusal());
  const auto category = category_from_id(options.category);
  if (!category) return fail(options, {RefusalCode::invalid_input, "category: is none"});
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_done(
      options, opened->decide_request(
                   options.index, {*message, *category, options.verdict, options.key, options.note},
                   actor_of(options)));
}

int request_extend(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_done(options,
                    opened->extend_request(options.index, options.note, actor_of(options)));
}

int request_answer(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto second = pin(options.second_pin_file, "PIN");
  if (!second) return fail(options, second.refusal());
  return print_request(
      options, opened->answer_request(options.index, options.second, *second, actor_of(options)));
}

}  // namespace veerpont::cli
