// refer, reply, inbox, open, referrals, referral: a child's referral from one side to the other.
#include <iostream>

#include "cli/commands/output.h"

namespace veerpont::cli {

namespace json = boost::json;

namespace {

int print_sent(const Options& options, const Sent& sent, bool refers) {
  json::object document{{"messageId", sent.message.hex()}, {"logIndex", sent.index.value}};
  if (refers) document["referralId"] = sent.referral.hex();
  if (!refers && sent.state) document["state"] = id_of(*sent.state);
  std::string line =
      (refers ? "referral " + sent.referral.hex() : "message " + sent.message.hex()) + ", event " +
      std::to_string(sent.index.value);
  if (sent.state) line += ": " + label_of(*sent.state);
  return print(options, document, {line});
}

WhenUnreachable when_unreachable(const Options& options) {
  return options.when_unreachable == "drop" ? WhenUnreachable::drop : WhenUnreachable::hold;
}

Result<std::optional<ReferralId>> optional_referral(const std::string& text) {
  if (text.empty()) return std::optional<ReferralId>();
  auto id = referral_id(text);
  if (!id) return id.refusal();
  return std::optional(*id);
}

int print_reply(const Options& options, const Result<Sent>& sent) {
  return sent ? print_sent(options, *sent, false) : fail(options, sent.refusal());
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

// "delen is gestopt op 2027-03-01", as people read it; of what, when it is not all.
std::string stopped_on(const Stop& stop, Language language) {
  const bool dutch = language == Language::dutch;
  const std::string day = str(amsterdam_date(stop.when));
  if (stop.categories.empty())
    return (dutch ? "delen is gestopt op " : "sharing stopped on ") + day;
  return (dutch ? "delen van " : "sharing of ") + joined(stop.categories, language) +
         (dutch ? " is gestopt op " : " stopped on ") + day;
}
std::string in_brackets(const std::vector<Stop>& stops, Language language) {
  std::string out;
  for (const Stop& stop : stops) out += "  (" + stopped_on(stop, language) + ")";
  return out;
}
json::array rows_of(const std::vector<Stop>& stops) {
  json::array rows;
  for (const Stop& stop : stops)
    rows.push_back(
        json::object{{"stopped", rfc3339(stop.when)}, {"categories", ids_of(stop.categories)}});
  return rows;
}

// What others stopped sharing since the last time, on standard error.
void tell_stops(const Options& options, Client& client) {
  const auto stops = client.newly_stopped();
  if (!stops) return;
  const Language language = language_of(options);
  for (const StoppedRow& stop : *stops)
    std::cerr << stop.by << ": " << stopped_on({stop.when, stop.categories}, language)
              << (stop.referral ? "  " + stop.referral->hex() : "") << '\n';
}

std::string name_of(const EventRow& e) {
  return e.kind + (e.step.empty() ? "" : " (" + e.step + ")");
}

}  // namespace

int print_events(const Options& options, const std::vector<EventRow>& events) {
  json::array rows;
  std::vector<std::string> lines;
  for (const EventRow& e : events) {
    rows.push_back(json::object{{"logIndex", e.index.value},
                                {"time", rfc3339(e.time)},
                                {"kind", e.kind},
                                {"actor", e.actor},
                                {"step", e.step},
                                {"messageId", e.message ? e.message->hex() : ""}});
    lines.push_back(std::to_string(e.index.value) + "  " + rfc3339(e.time) + "  " +
                    (e.actor.empty() ? "broker" : e.actor) + "  " + name_of(e));
  }
  return print(options, rows, lines);
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
  return print_sent(options, *sent, true);
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
  json::array rows;
  std::vector<std::string> lines;
  for (const Sent& one : *sent) {
    rows.push_back(json::object{{"messageId", one.message.hex()},
                                {"logIndex", one.index.value},
                                {"referralId", one.referral.hex()}});
    lines.push_back("referral " + one.referral.hex() + ", event " +
                    std::to_string(one.index.value));
  }
  return print(options, rows, lines);
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
  auto rows = opened->inbox(options.all, std::chrono::seconds(options.offline ? 0 : options.wait));
  if (!rows) return fail(options, rows.refusal());
  json::array out;
  std::vector<std::string> lines;
  for (const InboxRow& r : *rows) {
    out.push_back(json::object{{"messageId", r.message.hex()},
                               {"referralId", r.referral.hex()},
                               {"from", r.from},
                               {"step", r.step},
                               {"created", rfc3339(r.created)},
                               {"categories", ids_of(r.categories)},
                               {"opened", r.opened},
                               {"confirmed", r.confirmed},
                               {"replaces", r.replaces ? r.replaces->hex() : ""},
                               {"sharingStopped", rows_of(r.stopped)}});
    lines.push_back(r.message.hex() + "  " + r.from + "  " + r.step + "  " + rfc3339(r.created) +
                    (r.opened ? "  opened" : "") + (r.confirmed ? "" : "  (sender not confirmed)") +
                    (r.replaces ? "  (sealed again: nobody opened it in time)" : "") +
                    in_brackets(r.stopped, language_of(options)));
  }
  tell_stops(options, *opened);
  return print(options, out, lines);
}

int open(const Options& options) {
  auto id = message_id(options.id);
  auto set = categories(options.categories);
  if (!id) return fail(options, id.refusal());
  if (!set) return fail(options, set.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto document = opened->open(*id, *set, OpenedBy{options.worker});
  if (!document) return fail(options, document.refusal());
  for (const Stop& stop : document->stopped)
    std::cerr << stopped_on(stop, language_of(options)) << '\n';
  const bool dutch = language_of(options) == Language::dutch;
  if (!document->withdrawn.empty())
    std::cerr << (dutch ? "niet meer te openen: " : "can no longer be opened: ")
              << joined(document->withdrawn) << '\n';
  warn(options, document->warnings);
  std::cout << document->json << (document->json.ends_with('\n') ? "" : "\n");
  return std::cout.flush() ? 0 : 1;
}

int referrals(const Options& options) {
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  auto rows = opened->referrals({options.open_only});
  if (!rows) return fail(options, rows.refusal());
  json::array out;
  std::vector<std::string> lines;
  for (const ReferralRow& r : *rows) {
    const std::string by = r.respond_by ? rfc3339(*r.respond_by) : "";
    json::array siblings;
    for (const ReferralId& sibling : r.siblings) siblings.emplace_back(sibling.hex());
    out.push_back(json::object{{"referralId", r.referral.hex()},
                               {"with", r.with},
                               {"role", r.role},
                               {"state", id_of(r.state)},
                               {"stateLabel", label_of(r.state)},
                               {"nextActor", r.next_actor},
                               {"respondBy", by},
                               {"overdue", r.overdue},
                               {"linked", r.linked ? r.linked->hex() : ""},
                               {"siblings", std::move(siblings)},
                               {"sealedAgain", r.sealed_again},
                               {"sharingStopped", rows_of(r.stopped)},
                               {"grantId", r.grant.hex()}});
    lines.push_back((r.overdue ? "TE LAAT  " : "") + r.referral.hex() + "  " + r.with + "  " +
                    label_of(r.state) + (r.next_actor.empty() ? "" : "  next: " + r.next_actor) +
                    (by.empty() ? "" : " by " + by) + (r.sealed_again ? "  (sealed again)" : "") +
                    in_brackets(r.stopped, language_of(options)));
  }
  return print(options, out, lines);
}

int referral(const Options& options) {
  auto id = referral_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = reading_client(options);
  if (!opened) return fail(options, opened.refusal());
  auto events = opened->timeline(*id);
  if (!events) return fail(options, events.refusal());
  return print_events(options, *events);
}

}  // namespace veerpont::cli
