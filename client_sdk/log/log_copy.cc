#include "client_sdk/log/log_copy.h"

#include <map>
#include <set>

#include "client_sdk/home/refusals.h"
#include "schemas/codes.h"
#include "schemas/short_id.h"

namespace veerpont::sdk {
namespace {

std::string short_id(v1::EventKind kind) {
  std::string id = v1::EventKind_Name(kind).substr(std::string_view("EVENT_KIND_").size());
  for (char& c : id) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return id;
}

// Rows for people: what the log says, and what the directory says of who did it.
class Rows {
 public:
  explicit Rows(OpenHome& home) : home_(home) {}

  std::string ground(LogIndex index) {
    const int ground = home_.dossier->events.ground_of(index);
    return ground == 0 ? "" : id_of(static_cast<Ground>(ground));
  }

  EventRow of(const CopiedEvent& copy) {
    const v1::AuditEvent& event = copy.event;
    EventRow row = row_of(event, copy.index);
    if (const auto& actor = known(event.actor())) {
      row.title = actor->title;
      row.suspended = actor->suspended;
    }
    return row;
  }

 private:
  const std::optional<OrganisationRecord>& known(const std::string& org) {
    const auto found = known_.find(org);
    if (found != known_.end()) return found->second;
    const auto id = OrgId::parse(org);
    return known_
        .emplace(org, id ? home_.dossier->directory.find(*id) : std::optional<OrganisationRecord>())
        .first->second;
  }

  OpenHome& home_;
  std::map<std::string, std::optional<OrganisationRecord>> known_;
};

EventRow erased_row(LogIndex index) { return {.index = index, .time = {}, .kind = "erased"}; }

// A Received names messages only: they are found by the referral's own.
Subjects messages_in(OpenHome& home, const ReferralId& referral) {
  Subjects subjects{referral.str()};
  for (const StoredEvent& stored : home.dossier->events.about({referral.str()}))
    if (const auto copy = copied(stored); copy && copy->event.referral_id() == referral.bytes())
      subjects.insert(copy->event.message_id());
  subjects.erase("");
  return subjects;
}

}  // namespace

EventRow row_of(const v1::AuditEvent& event, LogIndex index) {
  EventRow row{index,
               time_from_ms(event.time()),
               short_id(event.kind()),
               event.actor(),
               event.step() == v1::STEP_UNSPECIFIED ? "" : id_of(static_cast<Step>(event.step())),
               MessageId::from_bytes(event.message_id())};
  row.counterpart = event.counterpart();
  row.referral = ReferralId::from_bytes(event.referral_id());
  row.grant = GrantId::from_bytes(event.grant_id());
  row.categories = crypto::category_set(event.categories()).value_or(CategorySet{});
  return row;
}

std::optional<CopiedEvent> copied(const StoredEvent& stored) {
  CopiedEvent out{stored.index, {}, {}};
  if (!out.proven.ParseFromString(stored.proven) || out.proven.body().empty() ||
      !out.event.ParseFromString(out.proven.body()))
    return std::nullopt;
  return out;
}

bool concerns(const v1::AuditEvent& event, const OrgId& org) {
  return event.actor() == org.str() || event.counterpart() == org.str();
}

bool is_our_business(const v1::AuditEvent& event, const OrgId& org) {
  return concerns(event, org) && event.kind() != v1::EVENT_KIND_KEYS_PUBLISHED &&
         event.kind() != v1::EVENT_KIND_PARTICIPANT_ADMITTED &&
         event.kind() != v1::EVENT_KIND_PARTICIPANT_SUSPENDED &&
         event.kind() != v1::EVENT_KIND_PARTICIPANT_RESUMED;
}

std::vector<CopiedEvent> business_of(OpenHome& home, const GrantId& grant) {
  std::vector<CopiedEvent> out;
  for (const StoredEvent& stored : home.dossier->events.about({grant.str()}))
    if (auto copy = copied(stored); copy && copy->event.grant_id() == grant.bytes() &&
                                    is_our_business(copy->event, home.config.org))
      out.push_back(std::move(*copy));
  return out;
}

audit::LogState state_around(OpenHome& home, Subjects subjects, LogIndex before) {
  Events& events = home.dossier->events;
  // What the newest of ours still demands of the next one counts too.
  if (const auto newest = events.newest_about_anything())
    subjects.merge(subjects_of(newest->proven));
  audit::LogState state;
  if (events.has_erased()) state.take_erased(LogIndex{0});
  for (const StoredEvent& stored : events.around(std::move(subjects))) {
    if (stored.index >= before) break;
    if (const auto copy = copied(stored); copy && concerns(copy->event, home.config.org))
      state.take_again(copy->event, copy->proven.object().body(), stored.index);
  }
  return state;
}

std::optional<std::string> fault_of(const OpenHome& home, const KeyBook& keys,
                                    audit::LogState& state, const audit::VerifiedEvent& event,
                                    const v1::ProvenEvent& proven) {
  if (!is_our_business(event.event, home.config.org)) return std::nullopt;
  if (audit::row_of(event.event.kind()).signed_type &&
      (!proven.has_object() || !keys.signed_at(event.event, event.index, proven.object())))
    return "nobody signed what the log says";
  return state.take(event.event, proven.object().body(), event.index);
}

std::string fault_at(LogIndex index, const std::string& what) {
  return "the broker: event " + std::to_string(index.value) + ": " + what;
}

std::vector<CopiedEvent> log_of(OpenHome& home, const ReferralId& referral) {
  std::vector<CopiedEvent> out;
  for (const StoredEvent& stored : home.dossier->events.about(messages_in(home, referral)))
    if (auto copy = copied(stored); copy && concerns(copy->event, home.config.org))
      out.push_back(std::move(*copy));
  return out;
}

std::vector<EventRow> events_of(OpenHome& home, const ReferralId& referral) {
  std::vector<EventRow> rows;
  Rows named(home);
  for (const CopiedEvent& copy : log_of(home, referral)) rows.push_back(named.of(copy));
  return rows;
}

Result<EventFilter> filter_of(const EventQuery& query) {
  EventFilter filter;
  if (query.from) filter.from = amsterdam_midnight(*query.from);
  if (query.until)
    filter.until =
        amsterdam_midnight(Date(std::chrono::sys_days(*query.until) + std::chrono::days(1)));
  if (filter.from && filter.until && *filter.from >= *filter.until)
    return invalid("until: is before from");
  if (!query.kind.empty()) {
    const auto* kind = value_of_short_id(v1::EventKind_descriptor(), query.kind);
    if (kind == nullptr) return invalid("kind: is none of an event");
    filter.kind = kind->number();
  }
  if (!query.ground.empty()) {
    const auto ground = ground_from_id(query.ground);
    if (!ground) return invalid("ground: is none");
    filter.ground = static_cast<int>(*ground);
  }
  if (query.category) filter.categories.add(*query.category);
  filter.with = query.with;
  filter.newest_first = query.newest_first;
  filter.after = query.after;
  return filter;
}

Result<std::vector<EventRow>> list_events(OpenHome& home, const EventQuery& query) {
  auto filter = filter_of(query);
  if (!filter) return filter.refusal();
  // Of one grant or referral there are few: which of them fit is looked at one by one.
  std::optional<std::set<std::uint64_t>> among;
  if (query.grant || query.referral) {
    among.emplace();
    const auto subjects =
        query.referral ? messages_in(home, *query.referral) : Subjects{query.grant->str()};
    for (const StoredEvent& stored : home.dossier->events.about(subjects))
      if (!query.grant || subjects_of(stored.proven).contains(query.grant->str()))
        among->insert(stored.index.value);
    filter->among = &*among;
  }
  filter->limit = query.limit;
  std::vector<EventRow> rows;
  Rows named(home);
  home.dossier->events.each(*filter, [&](const StoredEvent& stored) {
    const auto copy = copied(stored);
    rows.push_back(copy ? named.of(*copy) : erased_row(stored.index));
    if (copy) rows.back().ground = named.ground(stored.index);
    return true;
  });
  return rows;
}

}  // namespace veerpont::sdk
