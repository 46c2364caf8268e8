// audit list, flows, prove, check-proof: what the privacy officer asks of the log.
#include <fstream>
#include <iterator>

#include "base/csv.h"
#include "base/dutch.h"
#include "cli/commands/output.h"

namespace veerpont::cli {

Result<EventQuery> event_query(const Options& options) {
  EventQuery query;
  auto from = optional_day(options.from);
  auto until = optional_day(options.until);
  if (!from) return from.refusal();
  if (!until) return until.refusal();
  query.from = *from;
  query.until = *until;
  query.with = options.org;
  query.ground = options.ground;
  query.kind = options.kind;
  if (!options.category.empty()) {
    query.category = category_from_id(options.category);
    if (!query.category) return Refusal{RefusalCode::invalid_input, "category: is none"};
  }
  if (!options.grant.empty()) {
    auto grant = grant_id(options.grant);
    if (!grant) return grant.refusal();
    query.grant = *grant;
  }
  if (!options.id.empty()) {
    auto referral = referral_id(options.id);
    if (!referral) return referral.refusal();
    query.referral = *referral;
  }
  query.newest_first = options.limit > 0;
  query.limit = static_cast<std::size_t>(options.limit);
  return query;
}

namespace {

constexpr std::size_t kMostProof = 1u << 20;  // bytes of a file that is checked

// A file that somebody handed over; empty when there is none, or one that is too large.
std::string file_of(const Options& options) {
  std::ifstream in(options.file, std::ios::binary);
  std::string text(kMostProof + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text.size() > kMostProof ? std::string() : text;
}

std::string ground_name(const Options& options, const std::string& id) {
  const auto ground = ground_from_id(id);
  return ground ? label_of(*ground, language_of(options)) : id;
}

std::vector<std::string> table(const Options& options, const Flows& flows) {
  std::vector<std::string> lines{
      say(options, "van,grond,soort gegevens,naar,verstuurd,gelezen,onleesbaar,verwijzingen",
          "from,ground,category,to,sent,read,unreadable,referrals")};
  const auto numbers = [](const FlowRow& row) {
    return std::to_string(row.sent) + "," + std::to_string(row.read) + "," +
           std::to_string(row.unreadable) + "," + std::to_string(row.referrals);
  };
  for (const FlowRow& row : flows.rows)
    lines.push_back(csv_cell(row.from) + "," + csv_cell(row.ground) + "," +
                    csv_cell(id_of(row.category)) + "," + csv_cell(row.to) + "," + numbers(row));
  lines.push_back(csv_cell(say(options, "totaal", "total")) + ",,,," + numbers(flows.all));
  return lines;
}

std::vector<std::string> spoken(const Options& options, const Flows& flows) {
  const auto n = [](std::uint64_t number) { return std::to_string(number); };
  const auto counts = [&](const FlowRow& row) {
    return say(options, "verstuurd ", "sent ") + n(row.sent) +
           say(options, ", gelezen ", ", read ") + n(row.read) +
           say(options, ", onleesbaar ", ", unreadable ") + n(row.unreadable) +
           say(options, ", verwijzingen ", ", referrals ") + n(row.referrals);
  };
  std::vector<std::string> lines{str(flows.from) + say(options, " tot en met ", " to ") +
                                 str(flows.until) + ": " + counts(flows.all)};
  for (const FlowRow& row : flows.rows)
    lines.push_back((row.from_title.empty() ? row.from : row.from_title) + " → " +
                    (row.to_title.empty() ? row.to : row.to_title) + "  " +
                    ground_name(options, row.ground) + "  " +
                    joined({row.category}, language_of(options)) + "  " + counts(row));
  lines.push_back(
      say(options, "uitzonderingen ", "exceptions ") + n(flows.exceptions) +
      say(options, ", geweigerd ", ", refused ") + n(flows.refused) +
      say(options, ", te laat beantwoord ", ", answered too late ") + n(flows.overdue) +
      say(options, ", gelezen na het einde van de toestemming ", ", read after sharing ended ") +
      n(flows.read_after_the_end));
  return lines;
}

}  // namespace

int audit_list(const Options& options) {
  auto query = event_query(options);
  if (!query) return fail(options, query.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto events = opened->audit_list(*query);
  if (!events) return fail(options, events.refusal());
  return print_events(options, *opened, *events);
}

int audit_flows(const Options& options) {
  auto query = event_query(options);
  if (!query) return fail(options, query.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto flows = opened->flows(*query);
  if (!flows) return fail(options, flows.refusal());
  return print(options, api::aged(api::flows(*flows), api::age_of(*opened)),
               options.csv ? table(options, *flows) : spoken(options, *flows));
}

int audit_breach(const Options& options) {
  auto from = time(options.from), until = time(options.until);
  if (!from) return fail(options, from.refusal());
  if (!until) return fail(options, until.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto found = opened->breach({**from, **until, options.words}, actor_of(options));
  if (!found) return fail(options, found.refusal());
  std::vector<std::string> lines;
  const auto tell_rows = [&](const std::string& head, const std::vector<BreachRow>& rows) {
    lines.push_back(head + ": " + std::to_string(rows.size()));
    for (const BreachRow& row : rows)
      lines.push_back((row.secret_address ? say(options, "  GEHEIM ADRES, bel nu  ",
                                                "  SECRET ADDRESS, call now  ")
                                          : "  ") +
                      row.referral.hex() + "  " + (row.title.empty() ? row.with : row.title) +
                      "  " + joined(row.categories, language_of(options)) +
                      (row.person.empty() ? "" : "  " + row.person) +
                      (row.first ? "  " + words(options, *row.first) : ""));
  };
  tell_rows(say(options, "gelezen", "read"), found->read);
  tell_rows(say(options, "te openen in die tijd", "could be opened in that time"), found->could);
  tell_rows(say(options, "niet te openen", "could not be opened"), found->could_not);
  return print(options, api::aged(api::breach(*found), api::age_of(*opened)), lines);
}

int audit_prove(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto proven = opened->audit_prove(LogIndex{options.index});
  if (!proven) return fail(options, proven.refusal());
  if (options.json) {
    api::v1::ProveAnswer answer;
    answer.set_proof(proven->file);
    answer.set_verifier_key(proven->verifier_key);
    return print(options, answer, {});
  }
  std::cout << proven->file;  // as it stands: a file is made of it
  std::cerr << say(options, "sleutel van het logboek: ", "key of the log: ") << proven->verifier_key
            << '\n';
  return std::cout.flush() ? 0 : 1;
}

int audit_verdict(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  const auto verdict = opened->log_verdict();
  if (!verdict)
    return print(options, api::v1::VerdictAnswer(),
                 {say(options, "Het logboek klopt.", "The log holds.")});
  return print(
      options, api::told(*verdict),
      {say(options, "Het logboek klopt niet, versturen is gestopt: ",
           "The log does not hold, nothing is sent: ") +
           (language_of(options) == Language::dutch ? in_dutch(verdict->says) : verdict->says),
       words(options, verdict->found) + "  " + verdict->file});
}

int audit_resolve(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto first = pin(options.pin_file, "PIN"), second = pin(options.second_pin_file, "PIN");
  if (!first) return fail(options, first.refusal());
  if (!second) return fail(options, second.refusal());
  if (auto done =
          opened->resolve_log({options.note, options.worker, options.second}, *first, *second);
      !done)
    return fail(options, done.refusal());
  return print(options, api::v1::Done(),
               {say(options, "Vastgelegd. Versturen gaat door; het bewijs blijft bewaard.",
                    "Recorded. Sending goes on; the evidence is kept.")});
}

int audit_check_evidence(const Options& options) {
  auto shown = check_evidence(file_of(options), options.key);
  if (!shown) return fail(options, shown.refusal());
  std::vector<std::string> lines{shown->organisation + ": " + shown->says};
  lines.insert(lines.end(), shown->shows.begin(), shown->shows.end());
  lines.push_back(shown->convicts
                      ? say(options, "Het logboek spreekt zichzelf tegen in wat het ondertekende.",
                            "The log contradicts itself in what it signed.")
                      : say(options,
                            "Alles is van het logboek. Het logboek moet uitleggen wat hier staat.",
                            "All of it is the log's. The log must explain what stands here."));
  return print(options, api::checked_evidence(*shown), lines);
}

int audit_check_proof(const Options& options) {
  const std::string text = file_of(options);
  if (text.empty()) return fail(options, {RefusalCode::invalid_input, "the file is no tlog-proof"});
  auto proven = check_proof(text, options.key);
  if (!proven) return fail(options, proven.refusal());
  const EventRow& event = proven->event;
  return print(
      options, api::checked_proof(*proven),
      {say(options, "dit staat in het logboek ", "this stands in the log ") + proven->log +
           say(options, ", regel ", ", event ") + std::to_string(event.index.value) + " (" +
           std::to_string(proven->size) + ")",
       words(options, event.time) + "  " + (event.actor.empty() ? "Veerpont" : event.actor) + "  " +
           event_name(options, event) +
           (event.counterpart.empty() ? "" : "  → " + event.counterpart)});
}

}  // namespace veerpont::cli
