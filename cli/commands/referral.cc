// refer, reply, inbox, open, sent, referrals, referral: a child's referral from one side to the
// other.
#include <iostream>

#include "cli/commands/output.h"
#include "rules/lateness.h"

namespace veerpont::cli {

namespace {

std::string line_of(const Options& options, const Sent& sent, bool refers) {
  std::string line = (refers ? say(options, "verwijzing ", "referral ") + sent.referral.hex()
                             : say(options, "bericht ", "message ") + sent.message.hex()) +
                     say(options, ", registerregel ", ", event ") +
                     std::to_string(sent.index.value);
  if (sent.state) line += ": " + label_of(*sent.state, language_of(options));
  return line;
}

Result<std::optional<ReferralId>> optional_referral(const std::string& text) {
  if (text.empty()) return std::optional<ReferralId>();
  auto id = referral_id(text);
  if (!id) return id.refusal();
  return std::optional(*id);
}

int print_reply(const Options& options, const Result<Sent>& sent) {
  if (!sent) return fail(options, sent.refusal());
  return print(options, api::sent(*sent), {line_of(options, *sent, false)});
}

int renew(const Options& options, const ReferralId& referral) {
  auto grant = grant_id(options.grant);
  if (!grant) return fail(options, grant.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  return print_reply(options, opened->renew(referral, *grant));
}

int provide_info(const Options& options, const ReferralId& referral, const ReplyOptions& how) {
  auto sections = Referral::from_json_file(options.document);
  if (!sections) return fail(options, sections.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  if (const auto held = hold_back(options, opened->check(*sections, referral))) return *held;
  return print_reply(options, opened->provide_info(referral, *sections, how));
}

// "delen is gestopt op 1 maart 2027", as people read it; of what, when it is not all.
std::string stopped_on(const Options& options, const Stop& stop) {
  const std::string day = words(options, amsterdam_date(stop.when));
  if (stop.categories.empty())
    return say(options, "delen is gestopt op ", "sharing stopped on ") + day;
  return say(options, "delen van ", "sharing of ") + joined(stop.categories, language_of(options)) +
         say(options, " is gestopt op ", " stopped on ") + day;
}
std::string in_brackets(const Options& options, const std::vector<Stop>& stops) {
  std::string out;
  for (const Stop& stop : stops) out += "  (" + stopped_on(options, stop) + ")";
  return out;
}

// What others stopped sharing since the last time, on standard error.
void tell_stops(const Options& options, Client& client) {
  const auto stops = client.newly_stopped();
  if (!stops) return;
  for (const StoppedRow& stop : *stops)
    tell(stop.by + ": " + stopped_on(options, {stop.when, stop.categories}) +
         (stop.referral ? "  " + stop.referral->hex() : ""));
}

// What the rules made of a document besides itself, on standard error.
void tell_beside(const Options& options, const Opened& document) {
  for (const Stop& stop : document.stopped) tell(stopped_on(options, stop));
  if (!document.withdrawn.empty())
    tell(say(options, "niet meer te openen: ", "can no longer be opened: ") +
         joined(document.withdrawn, language_of(options)));
  warn(options, document.warnings);
}

int print_document(const Options& options, Opened& document) {
  tell_beside(options, document);
  if (!options.json) {
    std::cout << document.json << (document.json.ends_with('\n') ? "" : "\n");
    return std::cout.flush() ? 0 : 1;
  }
  auto answer = api::opened(document);
  return answer ? print(options, *answer, {}) : fail(options, answer.refusal());
}

std::string line_of(const Options& options, const InboxRow& r) {
  const auto step = step_from_id(r.step);
  return r.message.hex() + "  " + called(options, r.title, r.from, r.suspended) + "  " +
         (step ? label_of(*step, language_of(options)) : r.step) + "  " +
         words(options, r.created) + (r.opened ? say(options, "  geopend", "  opened") : "") +
         (r.confirmed ? ""
                      : say(options, "  (afzender niet bevestigd)", "  (sender not confirmed)")) +
         (r.replaces ? say(options, "  (opnieuw verzegeld: niemand opende het op tijd)",
                           "  (sealed again: nobody opened it in time)")
                     : "") +
         in_brackets(options, r.stopped);
}

std::string line_of(const Options& options, const ReferralRow& r) {
  std::string line = r.referral.hex() + "  " + called(options, r.title, r.with, r.suspended) +
                     "  " + label_of(r.state, language_of(options));
  if (!r.own_number.empty()) line += "  " + r.own_number;
  if (!r.age_band.empty()) line += "  " + r.age_band;
  if (!r.urgency.empty()) line += "  " + r.urgency;
  if (!r.next_actor.empty())
    line += say(options, "  aan zet: ", "  next: ") +
            (r.next_actor == r.with && !r.title.empty() ? r.title : r.next_actor);
  if (r.respond_by)
    line += say(options, ", voor ", " by ") + words(options, *r.respond_by) + " (" +
            rules::time_left(*r.respond_by, SystemClock().now(), language_of(options)) + ")";
  if (r.sealed_again) line += say(options, "  (opnieuw verzegeld)", "  (sealed again)");
  return line + in_brackets(options, r.stopped);
}

}  // namespace

std::string event_name(const Options& options, const EventRow& e) {
  const auto step = step_from_id(e.step);
  return label_of_event(e.kind, language_of(options)) +
         (step ? " (" + label_of(*step, language_of(options)) + ")" : "");
}

int print_events(const Options& options, Client& client, const std::vector<EventRow>& events) {
  std::vector<std::string> lines;
  lines.reserve(events.size());
  for (const EventRow& e : events)
    lines.push_back(
        std::to_string(e.index.value) + "  " + words(options, e.time) + "  " +
        (e.actor.empty() ? "Veerpont" : called(options, e.title, e.actor, e.suspended)) + "  " +
        event_name(options, e));
  return print(options, api::aged(api::events(events), api::age_of(client)), lines);
}

int refer(const Options& options) {
  auto grant = grant_id(options.id);
  auto respond_by = time(options.respond_by);
  auto linked = optional_referral(options.linked);
  if (!grant) return fail(options, grant.refusal());
  if (!respond_by) return fail(options, respond_by.refusal());
  if (!linked) return fail(options, linked.refusal());
  auto document = Referral::from_json_file(options.file);
  if (!document) return fail(options, document.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  if (const auto held = hold_back(options, opened->check(*document, *grant))) return *held;
  auto sent = opened->refer(
      *document, *grant,
      {*respond_by, options.external_id, *linked, reasons_of(options), when_unreachable(options)});
  if (!sent) return fail(options, sent.refusal());
  return print(options, api::sent(*sent), {line_of(options, *sent, true)});
}

int refer_siblings(const Options& options) {
  auto respond_by = time(options.respond_by);
  if (!respond_by) return fail(options, respond_by.refusal());
  auto document = Siblings::from_json_file(options.file);
  if (!document) return fail(options, document.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  if (const auto held = hold_back(options, opened->check(*document))) return *held;
  auto sent = opened->refer(*document,
                            {*respond_by, {}, {}, reasons_of(options), when_unreachable(options)});
  if (!sent) return fail(options, sent.refusal());
  std::vector<std::string> lines;
  lines.reserve(sent->size());
  for (const Sent& one : *sent) lines.push_back(line_of(options, one, true));
  return print(options, api::sent(*sent), lines);
}

int reply(const Options& options) {
  auto id = referral_id(options.id);
  auto respond_by = time(options.respond_by);
  const auto step = step_from_id(options.step);
  if (!id) return fail(options, id.refusal());
  if (!respond_by) return fail(options, respond_by.refusal());
  if (!step) return fail(options, {RefusalCode::invalid_input, "no such step"});
  if (*step == Step::renew) return renew(options, *id);
  if (*step == Step::provide_info)
    return provide_info(options, *id,
                        {*respond_by, reasons_of(options), when_unreachable(options)});
  std::optional<Update> update;
  if (!options.document.empty()) {
    auto read = Update::from_json_file(options.document);
    if (!read) return fail(options, read.refusal());
    update = *read;
  }
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  if (update)
    if (const auto held = hold_back(options, opened->check(*update, *id))) return *held;
  ReplyOptions how{*respond_by, reasons_of(options), when_unreachable(options)};
  if (!options.sharing.empty())
    how.sharing = options.sharing == "stop" ? Sharing::stop : Sharing::keep;
  return print_reply(options, opened->reply(*id, *step, update, how));
}

int inbox(const Options& options) {
  auto opened = reading_client(options, true);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->inbox({.all = options.all,
                             .wait = std::chrono::seconds(options.offline ? 0 : options.wait),
                             .from = options.org});
  if (!rows) return fail(options, rows.refusal());
  std::vector<std::string> lines;
  lines.reserve(rows->size());
  for (const InboxRow& r : *rows) lines.push_back(line_of(options, r));
  tell_stops(options, *opened);
  return print(options, api::aged(api::inbox(*rows), api::age_of(*opened)), lines);
}

int open(const Options& options) {
  auto id = message_id(options.id);
  auto set = categories(options.categories);
  if (!id) return fail(options, id.refusal());
  if (!set) return fail(options, set.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto document = opened->open(*id, *set, actor_of(options));
  return document ? print_document(options, *document) : fail(options, document.refusal());
}

int sent(const Options& options) {
  auto id = message_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto document = opened->sent(*id, actor_of(options));
  return document ? print_document(options, *document) : fail(options, document.refusal());
}

int referrals(const Options& options) {
  ReferralQuery query{options.open_only};
  for (const std::string& id : options.states) {
    const auto state = referral_state_from_id(id);
    if (!state) return fail(options, {RefusalCode::invalid_input, "--state: no such state"});
    query.states.push_back(*state);
  }
  query.with = options.org;
  query.own_number = options.external_id;
  query.overdue_only = options.overdue;
  if (has_actor(options)) query.shown_to = actor_of(options);
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->referrals(query);
  if (!rows) return fail(options, rows.refusal());
  std::vector<std::string> lines;
  lines.reserve(rows->size());
  for (const ReferralRow& r : *rows) lines.push_back(line_of(options, r));
  return print(options, api::aged(api::referrals(*rows), api::age_of(*opened)), lines);
}

int referral(const Options& options) {
  auto id = referral_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  auto events = opened->timeline(*id);
  if (!events) return fail(options, events.refusal());
  return print_events(options, *opened, *events);
}

}  // namespace veerpont::cli
