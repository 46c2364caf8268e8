// check: what the rules say of a grant and a document, before anything is sent.
#include <algorithm>
#include <iostream>

#include "cli/commands/output.h"

namespace veerpont::cli {

namespace {

std::string line_of(const Finding& finding, Language language) {
  const std::string place = finding.pointer.empty() ? "" : " (" + finding.pointer + ")";
  if (finding.informs) return finding.text(language) + place;
  if (finding.blocks) return "- " + finding.text(language) + place;
  return (language == Language::dutch ? "let op: " : "note: ") + finding.text(language) + place;
}

int check_siblings(const Options& options) {
  auto document = Siblings::from_json_file(options.siblings);
  if (!document) return fail(options, document.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto checked = opened->check(*document);
  return checked ? print_checked(options, *checked) : fail(options, checked.refusal());
}

}  // namespace

int print_checked(const Options& options, const Checked& checked) {
  const Language language = language_of(options);
  const bool dutch = language == Language::dutch;
  std::vector<std::string> lines;
  if (!checked.allowed)
    lines.emplace_back(dutch ? "Dit kan nog niet:" : "This is not possible yet:");
  for (const Finding& finding : checked.findings) lines.push_back(line_of(finding, language));
  if (!checked.routes.empty())
    lines.emplace_back(dutch ? "Dit kunt u wel doen, in deze volgorde:"
                             : "This is what you can do, in this order:");
  int place = 0;
  for (const ConsentRoute route : checked.routes)
    lines.push_back(std::to_string(++place) + ". " + label_of(route, language));
  if (checked.allowed)
    lines.emplace_back(dutch ? "Dit mag worden verstuurd." : "This may be sent.");
  if (!checked.routes.empty())
    lines.emplace_back(dutch ? "Dit is geen juridisch advies." : "This is no legal advice.");
  const int printed = print(options, api::checked(checked), lines);
  return checked.allowed ? printed : exit_code_of(RefusalCode::consent_missing);
}

std::optional<int> hold_back(const Options& options, const Result<Checked>& checked) {
  if (!checked) return fail(options, checked.refusal());
  const auto open = without_reason(checked->findings, reasons_of(options));
  const bool asks = std::ranges::any_of(checked->findings,
                                        [](const Finding& finding) { return !finding.informs; });
  if (!asks) warn(options, checked->findings);
  if (open.empty()) return std::nullopt;
  Checked held = *checked;
  held.allowed = false;
  print_checked(options, held);
  if (checked->allowed && !options.json) {
    const bool dutch = language_of(options) == Language::dutch;
    std::cerr << (dutch ? "Moet het toch mee? Zeg dan per vraag waarom:\n"
                        : "Must it go anyway? Then say why, for each question:\n");
    for (const Finding& finding : open)
      std::cerr << "  --reason " << finding.pointer << (dutch ? "=\"waarom\"\n" : "=\"why\"\n");
  }
  return exit_code_of(RefusalCode::document_blocked);
}

void warn(const Options& options, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) tell(line_of(finding, language_of(options)));
}

int check(const Options& options) {
  if (!options.siblings.empty()) return check_siblings(options);
  if (options.id.empty())
    return fail(options, {RefusalCode::invalid_input, "--grant or --siblings is needed"});
  auto draft = text_of(options.id);
  if (!draft) return fail(options, draft.refusal());
  std::optional<Referral> referral;
  if (!options.file.empty()) {
    auto read = Referral::from_json_file(options.file);
    if (!read) return fail(options, read.refusal());
    referral = *read;
  }
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto checked = opened->check(*draft, referral);
  if (!checked) return fail(options, checked.refusal());
  return print_checked(options, *checked);
}

int schema(const Options& options) {
  auto made = document_schema(options.kind);
  if (!made) return fail(options, made.refusal());
  std::cout << *made << '\n';
  return std::cout.flush() ? 0 : 1;
}

int new_document(const Options& options) {
  const auto text = starting_document(options.kind, language_of(options));
  if (!text) return fail(options, text.refusal());
  std::cout << *text;
  return std::cout.flush() ? 0 : 1;
}

}  // namespace veerpont::cli
