// grant register, list, show, withdraw: on what ground data may cross.
#include <map>

#include "cli/commands/output.h"

namespace veerpont::cli {

namespace {

std::string state_of(const Options& options, const std::string& state) {
  static const std::map<std::string, const char*> dutch{
      {"withdrawing", "wordt ingetrokken"}, {"pending", "wacht op verbinding"},
      {"withdrawn", "ingetrokken"},         {"expired", "afgelopen"},
      {"not-yet-valid", "geldt nog niet"},  {"active", "geldt"}};
  const auto known = dutch.find(state);
  return known == dutch.end() ? state : say(options, known->second, state);
}

std::string ground_of(const Options& options, const std::string& id) {
  const auto ground = ground_from_id(id);
  return ground ? label_of(*ground, language_of(options)) : id;
}

std::string line_of(const Options& options, const GrantRow& g) {
  std::string line = g.grant.hex() + say(options, "  naar ", "  to ") +
                     called(options, g.title, g.recipient, g.suspended) + "  " +
                     ground_of(options, g.ground) + say(options, "  tot ", "  until ") +
                     words(options, amsterdam_date(g.expires)) + "  " + state_of(options, g.state);
  if (!g.withdrawn_categories.empty())
    line += say(options, "  zonder ", "  without ") +
            joined(g.withdrawn_categories, language_of(options));
  return line;
}

// What became of a category; what was read cannot be called unread.
std::string line_of(const Options& options, const WithdrawnGrant& withdrawn,
                    const CategoryFate& fate) {
  const std::string category = "- " + label_of(fate.category, language_of(options)) + ": ";
  if (fate.opened)
    return category + say(options, "geopend door ", "opened by ") + fate.opened_by +
           say(options, " op ", " on ") + words(options, amsterdam_date(*fate.opened));
  if (!withdrawn.passed_on)
    return category +
           say(options, "voor zover bekend nog niet geopend", "not opened as far as is known");
  if (!withdrawn.complete)
    return category + say(options, "voor zover bekend niet geopend, en nu onleesbaar",
                          "not opened as far as is known, and unreadable now");
  return category +
         say(options, "nooit geopend, en nu onleesbaar", "never opened, and unreadable now");
}

int print_withdrawn(const Options& options, const GrantId& id, CategorySet asked,
                    const WithdrawnGrant& withdrawn) {
  std::vector<std::string> lines;
  const std::string what =
      say(options, "Delen", "Sharing") +
      (asked.empty() ? "" : say(options, " van ", " of ") + joined(asked, language_of(options)));
  if (withdrawn.passed_on)
    lines.push_back(what + say(options, " is gestopt.", " has stopped."));
  else
    lines.push_back(
        what + say(options,
                   " is hier gestopt. Dit wordt doorgegeven zodra er verbinding is; tot dan kan "
                   "de ander nog openen wat er al lag.",
                   " has stopped here. This is passed on as soon as there is a connection; until "
                   "then the other side can open what waits there."));
  for (const CategoryFate& fate : withdrawn.categories)
    lines.push_back(line_of(options, withdrawn, fate));
  auto answer = api::withdrawn(withdrawn);
  answer.set_grant_id(id.hex());
  return print(options, answer, lines);
}

}  // namespace

int grant_register(const Options& options) {
  auto draft = text_of(options.file);
  if (!draft) return fail(options, draft.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto checked = opened->check(*draft);
  if (!checked) return fail(options, checked.refusal());
  if (!checked->allowed) return print_checked(options, *checked);
  auto grant = opened->register_grant(
      *draft, {options.operation, options.worker, when_unreachable(options)});
  if (!grant) return fail(options, grant.refusal());
  return print(options, api::registered(*grant), {grant->grant.hex()});
}

int grant_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto grants = opened->grants();
  if (!grants) return fail(options, grants.refusal());
  std::vector<std::string> lines;
  lines.reserve(grants->size());
  for (const GrantRow& g : *grants) lines.push_back(line_of(options, g));
  return print(options, api::aged(api::grants(*grants), api::age_of(*opened)), lines);
}

int grant_show(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto grants = opened->grants();
  if (!grants) return fail(options, grants.refusal());
  for (const GrantRow& g : *grants)
    if (g.grant == *id) return print(options, api::grant(g), {line_of(options, g)});
  return fail(options, {RefusalCode::unknown_grant});
}

int grant_withdraw(const Options& options) {
  auto id = grant_id(options.id);
  auto set = categories(options.categories);
  if (!id) return fail(options, id.refusal());
  if (!set) return fail(options, set.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto withdrawn = opened->withdraw_grant(*id, *set);
  if (!withdrawn) return fail(options, withdrawn.refusal());
  const int printed = print_withdrawn(options, *id, *set, *withdrawn);
  return withdrawn->passed_on ? printed : exit_code_of(RefusalCode::queued);
}

int outbox(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  const auto rows = opened->outbox();
  std::vector<std::string> lines;
  for (const QueuedRow& row : rows) {
    const std::string state =
        row.what == "withdrawal"      ? say(options, "wordt doorgegeven", "is being passed on")
        : row.state == "perhaps-sent" ? say(options, "misschien verzonden", "perhaps sent")
                                      : say(options, "in de wachtrij", "queued");
    const auto step = step_from_id(row.what);
    const std::string what = step ? label_of(*step, language_of(options))
                             : row.what == "grant"
                                 ? say(options, "toestemming vastleggen", "register a grant")
                                 : say(options, "intrekking", "withdrawal");
    lines.push_back(row.id);
    lines.back().append("  ").append(what).append("  ").append(state);
  }
  return print(options, api::outbox(rows), lines);
}

int outbox_cancel(const Options& options) {
  auto id = message_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto cancelled = opened->cancel(*id);
  if (!cancelled) return fail(options, cancelled.refusal());
  return print(
      options, api::cancelled(*cancelled),
      {cancelled->perhaps_sent
           ? say(options,
                 "Misschien verzonden: het was al onderweg. Het wordt niet opnieuw verstuurd.",
                 "Perhaps sent: it had left before. It is not sent again.")
           : say(options, "Geannuleerd: dit wordt niet verstuurd.",
                 "Cancelled: this is not sent.")});
}

int grant_countersign(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto own = pin(options.pin_file, "PIN");
  if (!own) return fail(options, own.refusal());
  if (auto done = opened->countersign(*id, options.worker, *own); !done)
    return fail(options, done.refusal());
  return print(options, api::v1::Done(),
               {say(options, "Bevestigd door de tweede professional.",
                    "Confirmed by the second professional.")});
}

}  // namespace veerpont::cli
