#include "client_sdk/log/log_monitor.h"

#include <algorithm>
#include <set>

#include "audit/event_table.h"
#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/dossier/machine_clock.h"
#include "client_sdk/home/log_verdict.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/key_book.h"
#include "client_sdk/log/list_check.h"
#include "client_sdk/log/log_checks.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/log/log_directory.h"
#include "client_sdk/log/views.h"
#include "client_sdk/log/witnesses.h"
#include "crypto/big_endian.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr char kLogFault[] =
    "log-fault";  // the first event of ours that does not hold; empty: none

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
  head.next = crypto::big_endian(std::string_view(bytes).substr(0, 8));
  head.last_leaf = *leaf;
  return head;
}

// Nothing is learned from an event without its body, so each must rightly be without it.
Status check_erasures(OpenHome& home, std::uint64_t size) {
  if (home.dossier->settings.get("erasures-unchecked").empty()) return Done{};
  ErasureCheck erasures;
  Status holds = Done{};
  home.dossier->events.each(LogIndex{0}, [&](const StoredEvent& stored) {
    v1::ProvenEvent proven;
    auto event = stored_event(home, stored, proven);
    holds = event ? erasures.take(*event, size_read_from(home, stored)) : Status(event.refusal());
    return static_cast<bool>(holds);
  });
  if (!holds) return holds;
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
  Subjects subjects;
  for (const auto& proven : page.events()) subjects.merge(subjects_of(proven.SerializeAsString()));
  for (std::size_t i = 0; i < events.size(); ++i) {
    const v1::AuditEvent& event = events[i].event;
    const v1::ProvenEvent& proven = page.events(static_cast<int>(i));
    note_event_time(*home.dossier, time_from_ms(event.time()));
    if (events[i].erased && state) state->take_erased(events[i].index);
    if (!keys.take(proven))
      return tampered("a key statement in the log, " + std::to_string(events[i].index.value));
    if (auto learned = learn_organisation(home, keys, event, proven); !learned) return learned;
    if (auto learned = learn_witnesses(home, event, proven); !learned) return learned;
    if (concerns(event, home.config.org) && !state)
      state = state_around(home, subjects, events.front().index);
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
  home.dossier->events.each(LogIndex{0}, [&](const StoredEvent& stored) {
    const auto copy = copied(stored);
    if (!copy || !is_our_business(copy->event, home.config.org)) return true;
    const v1::AuditEvent& event = copy->event;
    const auto grant = GrantId::from_bytes(event.grant_id());
    if (!grant || !stops_sharing(event)) return true;
    std::vector<int> stopped(event.categories().begin(), event.categories().end());
    if (event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN && stopped.empty()) stopped.push_back(0);
    for (const int category : stopped)
      if (dated.insert({*grant, category}).second)
        home.dossier->grants.set_stop_day(*grant, category, time_from_ms(event.time()));
    return true;
  });
  home.dossier->grants.forget_undated_stops();
  home.dossier->settings.set("stops-unread", "");
}

// To a few seconds: not every command has to write.
void note_read(OpenHome& home, Time now) {
  const auto before = parse_rfc3339(home.dossier->settings.get(kReadLogAt));
  if (!before || now < *before || now - *before > std::chrono::seconds(5))
    home.dossier->settings.set(kReadLogAt, rfc3339(now));
}

// A page of events, each under the session's newest checkpoint.
struct Page {
  v1::EventPage said;
  std::vector<StoredEvent> stored = {};
  std::vector<audit::VerifiedEvent> events = {};
  std::optional<std::size_t> culprit = {};   // the event that does not hold, when it is one
  std::optional<StoredEvent> mistimed = {};  // the event whose time witnesses contradict

  static Result<Page> verify(const Session& session, v1::EventPage said, LogIndex cursor);
};

Result<Page> Page::verify(const Session& session, v1::EventPage said, LogIndex cursor) {
  if (said.next_index() < cursor.value) return tampered("EventPage.next_index");
  if (said.next_index() == cursor.value && said.withdrawn().empty() &&
      said.next_index() < session.checkpoint().size())
    return tampered("the broker keeps back what its log has");
  Page page{std::move(said)};
  for (const auto& proven : page.said.events()) {
    auto verified = session.verify_event(proven);
    if (!verified) return verified.refusal();
    if (verified->index < cursor || verified->index.value >= page.said.next_index() ||
        (!page.stored.empty() && verified->index <= page.stored.back().index))
      return tampered("the order of events");
    v1::ProvenEvent kept = proven;
    kept.clear_seen_proof();
    page.stored.push_back({verified->index, wire::serialise(kept), session.checkpoint().note()});
    page.events.push_back(std::move(*verified));
  }
  return page;
}

// Our own chain, those with each other member, and what others saw of either.
Status follow_chains(OpenHome& home, const Session& session, Page& page, LogIndex chains_from) {
  ChainCheck chain(home.config.org, stored_chain(home));
  PairCheck pairs(home.config.org, chains_from, [&](const std::string& partner) {
    const auto newest = home.dossier->lists.newest_with(partner);
    return newest ? audit::ChainHead{newest->number + 1, newest->leaf} : audit::ChainHead{};
  });
  for (std::size_t i = 0; i < page.events.size(); ++i) {
    const v1::ProvenEvent& proven = page.said.events(static_cast<int>(i));
    page.culprit = i;
    if (auto linked = chain.take(page.events[i], proven); !linked) return linked;
    auto link = pairs.take(page.events[i], proven);
    if (!link) return link.refusal();
    if (*link) home.dossier->lists.put_pair_event((*link)->partner, (*link)->event);
    if (auto seen = check_view(home, session, page.events[i], proven); !seen) return seen;
  }
  page.culprit = {};
  home.dossier->settings.set(
      "chain",
      crypto::Transcript().u64(chain.head().next).bytes(chain.head().last_leaf.bytes()).str());
  return Done{};
}

// Takes what a page says, within its transaction; whether it was the last. Then the lists are those
// that the tree states.
Result<bool> take_page(OpenHome& home, const Session& session, Page& page) {
  if (std::ranges::any_of(page.events, &audit::VerifiedEvent::erased))
    home.dossier->settings.set("erasures-unchecked", "1");
  ListCheck lists(home);
  if (auto followed = follow_chains(home, session, page, lists.chains_from()); !followed)
    return followed.refusal();
  if (auto taken = lists.take(page.said, page.events); !taken) return taken.refusal();
  if (auto learned = learn_page(home, page.said, page.events); !learned) return learned.refusal();
  if (auto taken = take_witnessed(home, session, page.said, page.stored, page.mistimed); !taken)
    return taken.refusal();
  const std::uint64_t size = session.checkpoint().size();
  const bool more_keys =
      !page.said.withdrawn().empty() && lists.withdrawn_size() < session.state().withdrawn.size;
  const bool last = page.said.next_index() >= size && !more_keys;
  if (last) {
    std::optional<audit::TreeState> fixed;
    if (const auto place = audit::fixed_state_in(size)) {
      auto opened =
          audit::verify_state(page.said.fixed_state(), *place, size, session.checkpoint().root());
      if (!opened) return opened.refusal();
      fixed = *opened;
    }
    if (auto hold = lists.holds(session.state(), fixed); !hold) return hold.refusal();
  }
  lists.keep();
  return last;
}

}  // namespace

namespace {

// What the log signed of a page that does not hold, for whoever judges it.
v1::LogEvidence evidence_in(const OpenHome& home, const Session& session, const Page& page,
                            const std::string& says) {
  v1::LogEvidence evidence = evidence_of(home, says, SystemClock().now());
  if (page.mistimed) {
    evidence.add_notes(page.mistimed->checkpoint);
    evidence.add_events()->ParseFromString(page.mistimed->proven);
    add_witnesses(home, page.said, evidence);
    return evidence;
  }
  evidence.add_notes(session.checkpoint().note());
  *evidence.mutable_state() = page.said.checkpoint().state();
  if (page.said.has_fixed_state()) *evidence.mutable_fixed_state() = page.said.fixed_state();
  add_witnesses(home, page.said, evidence);
  if (!page.culprit) return evidence;
  const v1::ProvenEvent& proven = page.said.events(static_cast<int>(*page.culprit));
  *evidence.add_events() = proven;
  const auto view = audit::row_of(page.events[*page.culprit].event.kind()).view;
  const auto seen = view == nullptr
                        ? std::nullopt
                        : view(proven.has_key_statement() ? proven.key_statement().body()
                                                          : proven.object().body())
                              .seen;
  if (seen)
    if (const auto other = audit::SignedCheckpoint::from(*seen, home.config.log_key))
      evidence.add_notes(other->note());
  return evidence;
}

// An event of ours that its signed object contradicts, told when it was read.
void condemn_fault(OpenHome& home, const Session& session, const Page& page) {
  const std::string fault = home.dossier->settings.get(kLogFault);
  if (fault.empty() || log_verdict(home)) return;
  v1::LogEvidence evidence = evidence_of(home, fault, SystemClock().now());
  evidence.add_notes(session.checkpoint().note());
  for (std::size_t i = 0; i < page.events.size(); ++i)
    if (fault.starts_with(fault_at(page.events[i].index, "")))
      *evidence.add_events() = page.said.events(static_cast<int>(i));
  condemn(home, evidence);
}

}  // namespace

Status sync_events(OpenHome& home, Session& session) {
  if (!home.dossier->settings.get("stops-unread").empty()) read_stops(home);
  for (;;) {
    const LogIndex cursor = home.dossier->events.cursor();
    v1::ClientFrame frame;
    frame.mutable_events()->set_from_index(cursor.value);
    frame.mutable_events()->set_count(limits::event_page);
    frame.mutable_events()->set_withdrawn_from(ListCheck(home).withdrawn_size());
    auto answer = session.request(std::move(frame));
    if (!answer) return answer.refusal();
    if (!answer->has_event_page()) return tampered("EventPage");
    auto page = Page::verify(session, std::move(*answer->mutable_event_page()), cursor);
    if (!page) {
      v1::LogEvidence evidence = evidence_of(home, page.refusal().detail, SystemClock().now());
      evidence.add_notes(session.checkpoint().note());
      doubt(home, evidence, session.name());
      return page.refusal();
    }
    bool last = false;
    auto mine = home.dossier->events.append(
        page->stored, cursor, LogIndex{page->said.next_index()}, [&]() -> Status {
          auto taken = take_page(home, session, *page);
          last = taken && *taken;
          return taken ? Status(Done{}) : Status(taken.refusal());
        });
    if (!mine) {
      if (mine.refusal().code == RefusalCode::tampered)
        doubt(home, evidence_in(home, session, *page, mine.refusal().detail), session.name());
      return mine.refusal();
    }
    condemn_fault(home, session, *page);
    if (!*mine || !last) continue;
    if (auto holds = hold_against_log(home); !holds) return holds;
    trust(home);
    note_read(home, session.broker_time());
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
  for (const StoredEvent& stored : home.dossier->events.about({referral.str(), grant.str()})) {
    v1::ProvenEvent proven;
    v1::AuditEvent event;
    if (!proven.ParseFromString(stored.proven) || !event.ParseFromString(proven.body()))
      return tampered("a stored event");
    if (!concerns(event, home.config.org) || audit::row_of(event.kind()).changes_nothing) continue;
    if (auto learned = learn(home, event, proven); !learned) return learned;
  }
  return Done{};
}

}  // namespace veerpont::sdk
