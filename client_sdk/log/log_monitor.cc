#include "client_sdk/log/log_monitor.h"

#include <algorithm>
#include <set>

#include "audit/event_table.h"
#include "audit/log_state.h"
#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/dossier/machine_clock.h"
#include "client_sdk/log/key_book.h"
#include "client_sdk/log/log_directory.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr char kLogFault[] =
    "log-fault";  // the first event of ours that does not hold; empty: none

Refusal tampered(std::string what) { return Refusal{RefusalCode::tampered, std::move(what)}; }

std::string short_id(v1::EventKind kind) {
  std::string id = v1::EventKind_Name(kind).substr(std::string_view("EVENT_KIND_").size());
  for (char& c : id) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return id;
}

bool concerns(const v1::AuditEvent& event, const OrgId& org) {
  return event.actor() == org.str() || event.counterpart() == org.str();
}

// Follows our own chain: number by number, each naming the leaf before.
class ChainCheck {
 public:
  explicit ChainCheck(const OrgId& org, audit::ChainHead head = {}) : org_(org), head_(head) {}
  const audit::ChainHead& head() const { return head_; }
  Status take(const audit::VerifiedEvent& event, const v1::ProvenEvent& proven) {
    auto opening = audit::open_chain(event, proven, org_);
    if (!opening) return opening.refusal();
    if (!opening->has_value()) return Done{};
    if ((*opening)->number() != head_.next ||
        (*opening)->previous_leaf_hash() != head_.last_leaf.bytes())
      return tampered("an event of ours is missing before event " +
                      std::to_string(event.index.value));
    head_ = {head_.next + 1, event.leaf};
    return Done{};
  }

 private:
  const OrgId& org_;
  audit::ChainHead head_;
};

// A body may be missing only where the log itself says that it was erased, and not before its time:
// no event is older than one that stands before it.
class ErasureCheck {
 public:
  // One more event, stored under a checkpoint of this size.
  Status take(const audit::VerifiedEvent& event, std::uint64_t under) {
    if (event.erased) {
      bodiless_[event.index.value] = {last_, under};
      return Done{};
    }
    const Time time = time_from_ms(event.event.time());
    if (time < last_)
      return tampered("the log's time goes back at event " + std::to_string(event.index.value));
    last_ = time;
    for (const std::uint64_t index : event.event.erased_indices()) {
      if (index >= event.index.value)
        return tampered("an erasure of what is yet to come, event " +
                        std::to_string(event.index.value));
      erased_.emplace(index, time);
    }
    return Done{};
  }
  bool any() const { return !bodiless_.empty(); }
  // The erasure is logged with what it erases, so a longer log than the one that a body was missing
  // from has it. Whether all of them are settled.
  Result<bool> done(std::uint64_t size, Time now) const {
    bool settled = true;
    for (const auto& [index, seen] : bodiless_) {
      const std::string at = "number " + std::to_string(index);
      const auto listed = erased_.find(index);
      if (listed == erased_.end() && size > seen.under)
        return tampered("an event without its body, " + at);
      settled = settled && listed != erased_.end();
      if (listed == erased_.end()) continue;
      if (listed->second > now + std::chrono::days(1))
        return tampered("an event that is erased in the future, " + at);
      if (listed->second - seen.not_before < kLeastAge)
        return tampered("an event that was erased too soon, " + at);
    }
    return settled;
  }

 private:
  static constexpr auto kLeastAge =
      std::chrono::days(365) * limits::least_event_years - std::chrono::hours(1);  // summer time
  struct Bodiless {
    Time not_before;
    std::uint64_t under;
  };
  Time last_{};
  std::map<std::uint64_t, Bodiless> bodiless_;  // as we got them
  std::map<std::uint64_t, Time> erased_;        // as the log says, and when
};

// What is wrong with an event of ours, held against the state of the log before it; nothing when
// all is well. A wrong signature in the log is always the broker's lie: it verifies every one
// before it logs.
std::optional<std::string> fault_of(const OpenHome& home, const KeyBook& keys,
                                    audit::LogState& state, const audit::VerifiedEvent& event,
                                    const v1::ProvenEvent& proven) {
  if (!is_our_business(event.event, home.config.org)) return std::nullopt;
  if (audit::row_of(event.event.kind()).signed_type &&
      (!proven.has_object() || !keys.signed_at(event.event, event.index, proven.object())))
    return "nobody signed what the log says";
  return state.take(event.event, proven.object().body(), event.index);
}

// The state of our business after every event stored so far.
audit::LogState stored_state(OpenHome& home) {
  audit::LogState state;
  for (const StoredEvent& stored : home.dossier->events.all()) {
    v1::ProvenEvent proven;
    v1::AuditEvent event;
    if (!proven.ParseFromString(stored.proven) || !event.ParseFromString(proven.body())) continue;
    if (proven.body().empty())
      state.take_erased(stored.index);
    else if (concerns(event, home.config.org))
      state.take(event, proven.object().body(), stored.index);
  }
  return state;
}

std::string fault_at(LogIndex index, const std::string& what) {
  return "the broker: event " + std::to_string(index.value) + ": " + what;
}

void bind_sent(OpenHome& home, const OutboxRow& row) {
  if (row.step == Step::refer || row.step == Step::renew)
    home.dossier->grants.bind(row.grant, row.referral);
  if (row.step == Step::renew) home.dossier->referrals.set_grant(row.referral, row.grant);
}

// The referrer's renewal gives a referral another grant.
void learn_renewal(OpenHome& home, const v1::AuditEvent& event) {
  const auto id = ReferralId::from_bytes(event.referral_id());
  const auto grant = GrantId::from_bytes(event.grant_id());
  if (id && grant && home.dossier->referrals.find(*id))
    home.dossier->referrals.set_grant(*id, *grant);
}

// The log has a message of ours whose answer never came.
Status settle_unanswered(OpenHome& home, const v1::AuditEvent& event,
                         const v1::ProvenEvent& proven) {
  const auto message = MessageId::from_bytes(event.message_id());
  const auto row = message ? home.dossier->outbox.find(*message) : std::nullopt;
  if (!row || row->state == OutboxRow::State::done || row->state == OutboxRow::State::replaced)
    return Done{};
  const auto header = crypto::Header::parse(proven.object().body());
  if (!header) return tampered("a stored event");
  if (row->step == Step::refer)
    home.dossier->referrals.put({row->referral, header->recipient, true, row->grant,
                                 ReferralState::sent, header->respond_by, header->linked_referral});
  bind_sent(home, *row);
  home.dossier->outbox.settle(row->message, OutboxRow::State::done, LogIndex{proven.index()});
  return Done{};
}

bool stops_sharing(const v1::AuditEvent& event) {
  return event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN ||
         (event.kind() == v1::EVENT_KIND_SHARES_DESTROYED &&
          event.method() != v1::AuditEvent::METHOD_EXPIRY);
}

// Sharing under a grant that stopped, or ended.
void learn_stop(OpenHome& home, const v1::AuditEvent& event) {
  const auto grant = GrantId::from_bytes(event.grant_id());
  const bool withdraws = event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN,
             expires = event.kind() == v1::EVENT_KIND_GRANT_EXPIRED;
  if (!grant || !(stops_sharing(event) || expires)) return;
  const auto categories = crypto::category_set(event.categories()).value_or(CategorySet{});
  home.dossier->outbox.forget_submits(*grant);
  home.dossier->grants.end(*grant, withdraws && categories.empty(),
                           expires ? CategorySet{} : categories, expires,
                           time_from_ms(event.time()));
}

// What an event that holds changes in the dossier.
Status learn(OpenHome& home, const v1::AuditEvent& event, const v1::ProvenEvent& proven) {
  if (event.kind() == v1::EVENT_KIND_KEYS_PUBLISHED && event.actor() == home.config.org.str() &&
      home.dossier->settings.get("own-statement-" + event.object_sha256()).empty())
    return tampered("keys were published in our name that we did not make");
  if (!is_our_business(event, home.config.org)) return Done{};
  for (const auto& transition : event.transitions())
    if (const auto id = ReferralId::from_bytes(transition.referral_id());
        id && home.dossier->referrals.find(*id))
      home.dossier->referrals.set_state(*id, static_cast<ReferralState>(transition.state()),
                                        time_from_ms(event.time()));
  if (event.kind() == v1::EVENT_KIND_SUBMITTED && event.actor() == home.config.org.str())
    if (auto settled = settle_unanswered(home, event, proven); !settled) return settled;
  if (event.kind() == v1::EVENT_KIND_SUBMITTED && event.step() == v1::STEP_RENEW)
    learn_renewal(home, event);
  // By when somebody acts is in the header, which the log shows before the message itself arrives.
  const bool about_access =
      event.step() == v1::STEP_ACCESS_REQUESTED || event.step() == v1::STEP_ACCESS_ANSWERED;
  if (event.kind() == v1::EVENT_KIND_SUBMITTED)
    if (const auto header = crypto::Header::parse(proven.object().body());
        header && (header->respond_by || about_access)) {
      if (about_access)
        home.dossier->referrals.set_access_by(header->referral, header->respond_by);
      else
        home.dossier->referrals.set_respond_by(header->referral, *header->respond_by);
    }
  // What the recipient has, or may not have any more, is not kept for sending again.
  if (event.kind() == v1::EVENT_KIND_RELEASED)
    if (const auto message = MessageId::from_bytes(event.message_id()))
      home.dossier->outbox.mark_opened(*message);
  const bool over =
      event.kind() == v1::EVENT_KIND_REJECTED || event.kind() == v1::EVENT_KIND_MESSAGE_EXPIRED;
  if (const auto message = MessageId::from_bytes(event.message_id()); message && over)
    home.dossier->outbox.forget_submit(*message);
  if (event.kind() == v1::EVENT_KIND_RECEIVED)
    for (const auto& id : event.message_ids())
      if (const auto message = MessageId::from_bytes(id))
        home.dossier->outbox.forget_submit(*message);
  learn_stop(home, event);
  return Done{};
}

// Where our chain stood after the last page.
audit::ChainHead stored_chain(OpenHome& home) {
  const std::string bytes = home.dossier->settings.get("chain");
  audit::ChainHead head;
  const auto leaf = bytes.size() == 8 + Hash::size
                        ? Hash::from_bytes(std::string_view(bytes).substr(8))
                        : std::nullopt;
  if (!leaf) return head;
  for (std::size_t i = 0; i < 8; ++i)
    head.next = head.next << 8 | static_cast<unsigned char>(bytes[i]);
  head.last_leaf = *leaf;
  return head;
}

// The size of the log that it was read from.
std::uint64_t under(const OpenHome& home, const StoredEvent& stored) {
  const auto checkpoint = audit::SignedCheckpoint::verify(stored.checkpoint, home.config.log_key);
  return checkpoint ? checkpoint->size() : 0;
}

// A stored event, checked again from its bytes: inclusion under a checkpoint that the log signed.
Result<audit::VerifiedEvent> stored_event(const OpenHome& home, const StoredEvent& stored,
                                          v1::ProvenEvent& proven) {
  auto parsed = wire::parse<v1::ProvenEvent>(stored.proven);
  const auto checkpoint = audit::SignedCheckpoint::verify(stored.checkpoint, home.config.log_key);
  if (!parsed || !checkpoint || parsed->index() != stored.index.value)
    return tampered("a stored event, number " + std::to_string(stored.index.value));
  proven = std::move(*parsed);
  return audit::verify_event(proven, checkpoint->size(), checkpoint->root());
}

// Nothing is learned from an event without its body, so each must rightly be without it.
Status check_erasures(OpenHome& home, std::uint64_t size) {
  if (home.dossier->settings.get("erasures-unchecked").empty()) return Done{};
  ErasureCheck erasures;
  for (const StoredEvent& stored : home.dossier->events.all()) {
    v1::ProvenEvent proven;
    auto event = stored_event(home, stored, proven);
    if (!event) return event.refusal();
    if (auto taken = erasures.take(*event, under(home, stored)); !taken) return taken;
  }
  const auto settled = erasures.done(size, SystemClock().now());
  if (!settled) return settled.refusal();
  if (*settled) home.dossier->settings.set("erasures-unchecked", "");
  return Done{};
}

// A page of new events. What does not hold is kept as evidence and not believed; every command says
// so from then on.
Status learn_page(OpenHome& home, const v1::EventPage& page,
                  const std::vector<audit::VerifiedEvent>& events) {
  KeyBook keys(home);
  std::optional<audit::LogState> state;  // only when something concerns us
  for (std::size_t i = 0; i < events.size(); ++i) {
    const v1::AuditEvent& event = events[i].event;
    const v1::ProvenEvent& proven = page.events(static_cast<int>(i));
    note_event_time(*home.dossier, time_from_ms(event.time()));
    if (events[i].erased && state) state->take_erased(events[i].index);
    if (!keys.take(proven))
      return tampered("a key statement in the log, " + std::to_string(events[i].index.value));
    if (auto learned = learn_organisation(home, keys, event, proven); !learned) return learned;
    if (concerns(event, home.config.org) && !state) state = stored_state(home);
    const auto fault = state ? fault_of(home, keys, *state, events[i], proven) : std::nullopt;
    if (fault && home.dossier->settings.get(kLogFault).empty())
      home.dossier->settings.set(kLogFault, fault_at(events[i].index, *fault));
    if (fault) continue;
    if (auto learned = learn(home, event, proven); !learned) return learned;
  }
  return Done{};
}

Status hold_against_log(OpenHome& home) {
  const std::string fault = home.dossier->settings.get(kLogFault);
  return fault.empty() ? Status(Done{}) : Status(tampered(fault));
}

// Of a dossier that was brought over: the day on which each category stopped, which its form did
// not keep.
void read_stops(OpenHome& home) {
  std::set<std::pair<GrantId, int>> dated;  // the first event counts
  for (const StoredEvent& stored : home.dossier->events.all()) {
    v1::ProvenEvent proven;
    v1::AuditEvent event;
    if (!proven.ParseFromString(stored.proven) || !event.ParseFromString(proven.body()) ||
        !is_our_business(event, home.config.org))
      continue;
    const auto grant = GrantId::from_bytes(event.grant_id());
    if (!grant || !stops_sharing(event)) continue;
    std::vector<int> stopped(event.categories().begin(), event.categories().end());
    if (event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN && stopped.empty()) stopped.push_back(0);
    for (const int category : stopped)
      if (dated.insert({*grant, category}).second)
        home.dossier->grants.set_stop_day(*grant, category, time_from_ms(event.time()));
  }
  home.dossier->grants.forget_undated_stops();
  home.dossier->settings.set("stops-unread", "");
}

}  // namespace

bool is_our_business(const v1::AuditEvent& event, const OrgId& org) {
  return concerns(event, org) && event.kind() != v1::EVENT_KIND_KEYS_PUBLISHED &&
         event.kind() != v1::EVENT_KIND_PARTICIPANT_ADMITTED &&
         event.kind() != v1::EVENT_KIND_PARTICIPANT_SUSPENDED &&
         event.kind() != v1::EVENT_KIND_PARTICIPANT_RESUMED;
}

Status sync_events(OpenHome& home, Session& session) {
  if (!home.dossier->settings.get("stops-unread").empty()) read_stops(home);
  for (;;) {
    const LogIndex cursor = home.dossier->events.cursor();
    v1::ClientFrame frame;
    frame.mutable_events()->set_from_index(cursor.value);
    frame.mutable_events()->set_count(limits::event_page);
    auto answer = session.request(std::move(frame));
    if (!answer) return answer.refusal();
    if (!answer->has_event_page()) return tampered("EventPage");
    const v1::EventPage& page = answer->event_page();
    if (page.next_index() < cursor.value) return tampered("EventPage.next_index");
    std::vector<StoredEvent> fresh;
    std::vector<audit::VerifiedEvent> verified_events;
    for (const auto& proven : page.events()) {
      auto verified = session.verify_event(proven);
      if (!verified) return verified.refusal();
      if (verified->index < cursor || (!fresh.empty() && verified->index <= fresh.back().index))
        return tampered("the order of events");
      fresh.push_back({verified->index, wire::serialise(proven), session.checkpoint().note()});
      verified_events.push_back(std::move(*verified));
    }
    auto mine =
        home.dossier->events.append(fresh, cursor, LogIndex{page.next_index()}, [&]() -> Status {
          if (verified_events.empty()) return Done{};
          if (std::ranges::any_of(verified_events, &audit::VerifiedEvent::erased))
            home.dossier->settings.set("erasures-unchecked", "1");
          ChainCheck chain(home.config.org, stored_chain(home));
          for (std::size_t i = 0; i < verified_events.size(); ++i)
            if (auto linked = chain.take(verified_events[i], page.events(static_cast<int>(i)));
                !linked)
              return linked;
          home.dossier->settings.set("chain", crypto::Transcript()
                                                  .u64(chain.head().next)
                                                  .bytes(chain.head().last_leaf.bytes())
                                                  .str());
          return learn_page(home, page, verified_events);
        });
    if (!mine) return mine.refusal();
    if (!*mine || (!page.events().empty() && page.next_index() < session.checkpoint().size()))
      continue;
    if (auto holds = hold_against_log(home); !holds) return holds;
    return check_erasures(home, session.checkpoint().size());
  }
}

Status settle_sent(OpenHome& home, const crypto::Header& header, LogIndex index) {
  const auto row = home.dossier->outbox.find(header.message);
  if (!row) return Refusal{RefusalCode::local_failure, "outbox"};
  if (row->step == Step::refer)
    home.dossier->referrals.put({row->referral, header.recipient, true, row->grant,
                                 ReferralState::sent, header.respond_by, header.linked_referral});
  bind_sent(home, *row);
  if (row->step == Step::refer)
    if (auto learned = learn_again(home, row->referral, row->grant); !learned) return learned;
  kill_point("referral-stored");
  home.dossier->outbox.settle(row->message, OutboxRow::State::done, index);
  return Done{};
}

Status learn_again(OpenHome& home, const ReferralId& referral, const GrantId& grant) {
  for (const StoredEvent& stored : home.dossier->events.all()) {
    v1::ProvenEvent proven;
    v1::AuditEvent event;
    if (!proven.ParseFromString(stored.proven) || !event.ParseFromString(proven.body()))
      return tampered("a stored event");
    bool about = event.referral_id() == referral.bytes() || event.grant_id() == grant.bytes();
    for (const auto& transition : event.transitions())
      about = about || transition.referral_id() == referral.bytes();
    if (!about || !concerns(event, home.config.org) || audit::row_of(event.kind()).changes_nothing)
      continue;
    if (auto learned = learn(home, event, proven); !learned) return learned;
  }
  return Done{};
}

Result<LogReport> verify_events(OpenHome& home) {
  LogReport report;
  const auto checkpoint =
      audit::SignedCheckpoint::verify(home.dossier->events.pinned(), home.config.log_key);
  if (!checkpoint) return tampered("the pinned checkpoint in the dossier");
  report.tree_size = checkpoint->size();
  ChainCheck chain(home.config.org);
  KeyBook keys = KeyBook::empty(home);
  audit::LogState state;
  std::map<std::uint64_t, Hash> leaves;
  ErasureCheck erasures;
  const auto events = home.dossier->events.all();
  // Keys first: an identity that was handed over later speaks for the one before too.
  for (const StoredEvent& stored : events)
    if (v1::ProvenEvent proven; !proven.ParseFromString(stored.proven) || !keys.take(proven))
      return tampered(fault_at(stored.index, "a key statement"));
  for (const StoredEvent& stored : events) {
    v1::ProvenEvent proven;
    auto event = stored_event(home, stored, proven);
    if (!event) return event.refusal();
    if (auto linked = chain.take(*event, proven); !linked) return linked.refusal();
    if (auto taken = erasures.take(*event, under(home, stored)); !taken) return taken.refusal();
    if (event->erased) state.take_erased(stored.index);
    if (const auto fault =
            event->erased ? std::nullopt : fault_of(home, keys, state, *event, proven))
      return tampered(fault_at(stored.index, *fault));
    leaves[stored.index.value] = event->leaf;
    ++report.events;
  }
  if (auto rightly = erasures.done(report.tree_size, SystemClock().now()); !rightly)
    return rightly.refusal();
  for (const auto& [index, leaf] : home.dossier->events.receipts()) {
    if (index >= home.dossier->events.cursor()) continue;  // newer than the last sync
    const auto found = leaves.find(index.value);
    if (found == leaves.end() || found->second != leaf)
      return tampered("a receipt of ours is not in the log, event " + std::to_string(index.value));
  }
  return report;
}

Result<std::vector<EventRow>> list_events(OpenHome& home,
                                          const std::optional<ReferralId>& referral) {
  std::vector<EventRow> rows;
  std::set<std::string> messages;  // of the referral: a Received names messages only
  for (const StoredEvent& stored : home.dossier->events.all()) {
    v1::ProvenEvent proven;
    auto event = stored_event(home, stored, proven);
    if (!event) return event.refusal();
    const v1::AuditEvent& body = event->event;
    if (referral) {
      bool about = body.referral_id() == referral->bytes();
      for (const auto& id : body.message_ids()) about = about || messages.contains(id);
      if (about && !body.message_id().empty()) messages.insert(body.message_id());
      if (!about && messages.contains(body.message_id())) about = true;
      if (!about || !concerns(body, home.config.org)) continue;
    }
    EventRow row{stored.index,
                 time_from_ms(body.time()),
                 event->erased ? "erased" : short_id(body.kind()),
                 body.actor(),
                 body.step() == v1::STEP_UNSPECIFIED ? "" : id_of(static_cast<Step>(body.step())),
                 MessageId::from_bytes(body.message_id())};
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace veerpont::sdk
