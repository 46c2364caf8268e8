#include "client_sdk/log_monitor.h"

#include <set>

#include "crypto/objects.h"
#include "schemas/limits.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

Refusal tampered(std::string what) { return Refusal{RefusalCode::tampered, std::move(what)}; }

std::string short_id(v1::EventKind kind) {
  std::string id = v1::EventKind_Name(kind).substr(std::string_view("EVENT_KIND_").size());
  for (char& c : id) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return id;
}

bool concerns(const v1::AuditEvent& event, const OrgId& org) { return event.actor() == org.str() || event.counterpart() == org.str(); }

// Follows our own chain: number by number, each naming the leaf before.
class ChainCheck {
 public:
  explicit ChainCheck(const OrgId& org) : org_(org) {}
  Status take(const audit::VerifiedEvent& event, const v1::ProvenEvent& proven) {
    auto opening = audit::open_chain(event, proven, org_);
    if (!opening) return opening.refusal();
    if (!opening->has_value()) return Done{};
    if ((*opening)->number() != head_.next || (*opening)->previous_leaf_hash() != head_.last_leaf.bytes())
      return tampered("an event of ours is missing before event " + std::to_string(event.index.value));
    head_ = {head_.next + 1, event.leaf};
    return Done{};
  }

 private:
  const OrgId& org_;
  audit::ChainHead head_;
};

// What an event changes in the dossier.
Status learn(OpenHome& home, const v1::AuditEvent& event) {
  if (event.kind() == v1::EVENT_KIND_KEYS_PUBLISHED && event.actor() == home.config.org.str() &&
      home.dossier->meta("own-statement-" + event.object_sha256()).empty())
    return tampered("keys were published in our name that we did not make");
  for (const auto& transition : event.transitions())
    if (const auto id = ReferralId::from_bytes(transition.referral_id()))
      home.dossier->set_referral_state(*id, static_cast<ReferralState>(transition.state()), {});
  const auto grant = GrantId::from_bytes(event.grant_id());
  if (!grant) return Done{};
  const auto categories = crypto::category_set(event.categories()).value_or(CategorySet{});
  if (event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN) home.dossier->end_grant(*grant, categories.empty(), categories, false);
  if (event.kind() == v1::EVENT_KIND_GRANT_EXPIRED) home.dossier->end_grant(*grant, false, {}, true);
  return Done{};
}

// A stored event, checked again from its bytes: inclusion under a checkpoint that the log signed.
Result<audit::VerifiedEvent> stored_event(const OpenHome& home, const StoredEvent& stored, v1::ProvenEvent& proven) {
  auto parsed = wire::parse<v1::ProvenEvent>(stored.proven);
  const auto checkpoint = audit::SignedCheckpoint::verify(stored.checkpoint, home.config.log_key);
  if (!parsed || !checkpoint || parsed->index() != stored.index.value) return tampered("a stored event, number " + std::to_string(stored.index.value));
  proven = std::move(*parsed);
  return audit::verify_event(proven, checkpoint->size(), checkpoint->root());
}

}  // namespace

Status sync_events(OpenHome& home, Session& session) {
  for (;;) {
    const LogIndex cursor = home.dossier->events_cursor();
    v1::ClientFrame frame;
    frame.mutable_events()->set_from_index(cursor.value);
    frame.mutable_events()->set_count(limits::event_page);
    auto answer = session.request(std::move(frame));
    if (!answer) return answer.refusal();
    if (!answer->has_event_page()) return tampered("EventPage");
    const v1::EventPage& page = answer->event_page();
    std::vector<StoredEvent> fresh;
    std::vector<v1::AuditEvent> learned;
    for (const auto& proven : page.events()) {
      auto verified = session.verify_event(proven);
      if (!verified) return verified.refusal();
      if (verified->index < cursor || (!fresh.empty() && verified->index <= fresh.back().index)) return tampered("the order of events");
      fresh.push_back({verified->index, wire::serialise(proven), session.checkpoint().note()});
      learned.push_back(std::move(verified->event));
    }
    if (page.next_index() < cursor.value) return tampered("EventPage.next_index");
    for (const auto& event : learned)
      if (auto done = learn(home, event); !done) return done;
    const bool mine = home.dossier->append_events(fresh, cursor, LogIndex{page.next_index()});
    if (mine && (page.events().empty() || page.next_index() >= session.checkpoint().size())) return Done{};
  }
}

Result<LogReport> verify_events(OpenHome& home) {
  LogReport report;
  const auto checkpoint = audit::SignedCheckpoint::verify(home.dossier->pinned(), home.config.log_key);
  if (!checkpoint) return tampered("the pinned checkpoint in the dossier");
  report.tree_size = checkpoint->size();
  ChainCheck chain(home.config.org);
  std::map<std::uint64_t, Hash> leaves;
  for (const StoredEvent& stored : home.dossier->events()) {
    v1::ProvenEvent proven;
    auto event = stored_event(home, stored, proven);
    if (!event) return event.refusal();
    if (auto linked = chain.take(*event, proven); !linked) return linked.refusal();
    leaves[stored.index.value] = event->leaf;
    ++report.events;
  }
  for (const auto& [index, leaf] : home.dossier->receipts()) {
    if (index >= home.dossier->events_cursor()) continue;  // newer than the last sync
    const auto found = leaves.find(index.value);
    if (found == leaves.end() || found->second != leaf) return tampered("a receipt of ours is not in the log, event " + std::to_string(index.value));
  }
  return report;
}

Result<std::vector<EventRow>> list_events(OpenHome& home, const std::optional<ReferralId>& referral) {
  std::vector<EventRow> rows;
  std::set<std::string> messages;  // of the referral: a Received names messages only
  for (const StoredEvent& stored : home.dossier->events()) {
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
                 short_id(body.kind()),
                 body.actor(),
                 body.step() == v1::STEP_UNSPECIFIED ? "" : id_of(static_cast<Step>(body.step())),
                 MessageId::from_bytes(body.message_id())};
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace veerpont::sdk
