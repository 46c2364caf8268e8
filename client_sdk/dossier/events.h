// The organisation's copy of the log: the pinned checkpoint, its own events and the public ones,
// and what receipts proved. An event is verified once, before it is appended, and found again by
// what it is about.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "client_sdk/dossier/settings.h"
#include "crypto/hash.h"
#include "schemas/codes.h"

namespace veerpont::v1 {
class AuditEvent;
}

namespace veerpont::sdk {

class SealedDatabase;
using crypto::Hash;

struct StoredEvent {
  LogIndex index;
  std::string proven;      // a serialised ProvenEvent
  std::string checkpoint;  // the signed note that its inclusion proof is against
};

struct Receipt {
  LogIndex index;
  Hash leaf;
};

// Which events: all that is named must hold.
struct EventFilter {
  std::optional<Time> from = {}, until = {};  // the second is not included
  std::string with = {};                      // an organisation did it, or it concerns it
  int kind = 0, ground = 0;                   // 0: any
  CategorySet categories = {};                // about any of these; empty: about anything
  bool newest_first = false;
  std::optional<LogIndex> after = {};              // in that order
  std::size_t limit = 0;                           // 0: all of them
  const std::set<std::uint64_t>* among = nullptr;  // these alone, by their place in the log
};

// What an event is about, in the bytes of ids: its grant, referral, messages and operation, and the
// referrals that it moves. Random ids of 128 bits: their kinds need no telling apart.
using Subjects = std::set<std::string>;
// Empty for an event without its body, and for what does not parse.
Subjects subjects_of(const std::string& proven);

class Events {
 public:
  Events(SealedDatabase& db, Settings& settings) : db_(db), settings_(settings) {}

  // The newest checkpoint verified (a signed note). advance() writes `to` only while `from` is
  // still the pinned one.
  std::string pinned();
  bool advance(const std::string& from, const std::string& to);
  // Events in order; `from` is the index to fetch from next. `learn` runs in the same transaction,
  // so that an older page never overwrites what a newer one taught. False when another command was
  // faster: nothing happened.
  Result<bool> append(const std::vector<StoredEvent>& events, LogIndex from, LogIndex next,
                      const std::function<Status()>& learn);
  LogIndex cursor();

  // All events from `from` on, in order, one at a time; stops when `take` says false.
  void each(LogIndex from, const std::function<bool(const StoredEvent&)>& take);
  std::optional<StoredEvent> find(LogIndex index);
  // In the order that the filter names, one at a time; stops when `take` says false.
  void each(const EventFilter& filter, const std::function<bool(const StoredEvent&)>& take);
  // The ground of the grant under which an event was; 0 when it was under none, or is not known.
  int ground_of(LogIndex index);
  // In order: events about any of these.
  std::vector<StoredEvent> about(const Subjects& subjects);
  // In order: these, and what is about anything that they are about, and so on; a receipt of
  // several messages leads no further, so that one post-round does not join all referrals.
  std::vector<StoredEvent> around(Subjects subjects);
  // In order: of one kind, by one actor.
  std::vector<StoredEvent> of_kind(int kind, const std::string& actor);
  // The newest event before `end`, and the oldest from `begin` on.
  std::optional<StoredEvent> newest_before(LogIndex end);
  std::optional<StoredEvent> oldest_from(LogIndex begin);
  // The newest event that is about anything.
  std::optional<StoredEvent> newest_about_anything();
  bool has_erased();

  // Leaf hashes that receipts and deliveries proved: verify() demands each among the synced events.
  void put_receipt(LogIndex index, const Hash& leaf);
  // In order, below `end`; `all`: also those that were found among the events before.
  std::vector<Receipt> receipts(LogIndex end, bool all);
  void receipts_hold(LogIndex end);

  // Fills the columns and tables by which events are found, of a dossier that was brought over.
  void index_again();

 private:
  void put(const StoredEvent& event);
  Time time_before(LogIndex index);
  int ground_under(const v1::AuditEvent& event, const StoredEvent& stored);
  std::vector<StoredEvent> load(const std::set<std::uint64_t>& places);
  SealedDatabase& db_;
  Settings& settings_;
};

}  // namespace veerpont::sdk
