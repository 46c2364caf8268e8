#include "client_sdk/log/log_copy.h"

#include <map>

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

  EventRow of(const CopiedEvent& copy) {
    const v1::AuditEvent& event = copy.event;
    EventRow row{copy.index,
                 time_from_ms(event.time()),
                 short_id(event.kind()),
                 event.actor(),
                 event.step() == v1::STEP_UNSPECIFIED ? "" : id_of(static_cast<Step>(event.step())),
                 MessageId::from_bytes(event.message_id())};
    row.counterpart = event.counterpart();
    row.referral = ReferralId::from_bytes(event.referral_id());
    row.grant = GrantId::from_bytes(event.grant_id());
    row.categories = crypto::category_set(event.categories()).value_or(CategorySet{});
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

std::vector<EventRow> list_events(OpenHome& home, const std::optional<ReferralId>& referral) {
  std::vector<EventRow> rows;
  Rows named(home);
  if (!referral) {
    home.dossier->events.each(LogIndex{0}, [&](const StoredEvent& stored) {
      const auto copy = copied(stored);
      rows.push_back(copy ? named.of(*copy) : erased_row(stored.index));
      return true;
    });
    return rows;
  }
  for (const StoredEvent& stored : home.dossier->events.about(messages_in(home, *referral)))
    if (const auto copy = copied(stored); copy && concerns(copy->event, home.config.org))
      rows.push_back(named.of(*copy));
  return rows;
}

}  // namespace veerpont::sdk
