// Where the broker keeps what it must not lose. Narrow on purpose, and shaped for several brokers
// over one database: decisions are re-runnable, the log's right edge lives here, leases and
// suspensions are facts.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/state_leaf.h"
#include "audit/tiles.h"
#include "broker/store/facts.h"

namespace veerpont::broker {

// Counts the starts of brokers over this store; what an older term wrote last is stale for leases.
struct Term {
  std::uint64_t value = 0;
};
using BatchId = std::string;  // 16 random bytes

struct LogHead {
  LogIndex size;
  std::vector<Hash> frontier;
  std::string checkpoint;  // the signed note; empty before genesis
  Time last_event_time{};
  Term term;
  audit::Frontier directory = {};  // right edges of the two lists that state leaves state
  audit::Frontier withdrawn = {};
};

// One event in its place, with everything that is kept of it.
struct Leaf {
  LogIndex index;
  v1::AuditEvent event;
  std::string body;
  std::string salt;
  Hash commitment;
  std::vector<v1::ChainOpening> openings;           // the actor's and the counterpart's
  std::optional<v1::SignedObject> object;           // what object_sha256 is the hash of
  std::optional<v1::SignedKeyStatement> statement;  // the same, for keys-published
  std::optional<v1::PairOpening> pair = {};         // of an event between two organisations
};

// A leaf that is no event: what the tree says of the two lists (audit/state_leaf.h).
struct StateLeaf {
  LogIndex index;
  std::string state;
  std::string salt;
  Hash commitment;
};

// A key of what was withdrawn, and the state that brought it in.
struct WithdrawnKey {
  LogIndex state;
  Hash key;
};

// What a batch adds to the log beside its events.
struct Growth {
  audit::TileEdge::Tiles tiles;
  std::vector<StateLeaf> states;
  std::vector<WithdrawnKey> withdrawn;
};

// `full`: the medium takes no more; nothing was written, and a later batch may succeed.
enum class Commit { committed, superseded, unknown, full };

// The only writer's transaction. Destroying it without commit() leaves no trace.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual LogHead head() = 0;
  // Of pages that are free within the store.
  virtual std::uint64_t reusable_bytes() = 0;
  // Everything asked about, in one round trip. keys_present of grants is left empty: the vault
  // knows.
  virtual Facts load(std::span<const Question> questions) = 0;
  // Where the chain of two organisations stands.
  virtual audit::ChainHead pair_head(const audit::OrgPair& pair) = 0;
  // The leaf hash of the event that has this number in it; nothing when there is none.
  virtual std::optional<Hash> pair_leaf(const audit::OrgPair& pair, std::uint64_t number) = 0;
  // All or nothing, durable before it returns `committed`. `superseded`: another broker was faster,
  // decide again. `unknown`: the store cannot tell; ask resolve() after a reconnect.
  virtual Commit commit(const BatchId& id, std::span<const Change> changes,
                        std::span<const Leaf> leaves, const Growth& growth,
                        const LogHead& head) = 0;
};

struct StoredMessage {
  MessageFact fact;
  v1::Envelope envelope;
  Leaf leaf;  // of its submitted event
};
struct Due {
  std::vector<MessageId> messages;  // expired, with something left to destroy
  std::vector<GrantId> grants;      // ended, not swept yet
  std::vector<ReferralId> overdue;  // open, past their answer, nobody told yet
};

// A consistent view. Many may exist at once, beside the writer.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual LogHead head() = 0;
  // Undelivered messages for `org` behind `cursor` (a log index), oldest first, until `budget`
  // bytes.
  virtual std::vector<StoredMessage> mail_for(const OrgId& org, LogIndex cursor,
                                              std::size_t budget) = 0;
  virtual std::optional<Leaf> admission(
      const OrgId& org) = 0;  // the newest word of the operator for it
  // Events that concern `org` or everyone; all of them with `everything`. At most `count` from
  // `from` on.
  virtual std::vector<Leaf> events_for(const OrgId& org, bool everything, LogIndex from,
                                       std::size_t count) = 0;
  virtual std::optional<Leaf> event(LogIndex index) = 0;
  // Of events and states.
  virtual std::vector<Hash> commitments(LogIndex from, std::size_t count) = 0;
  virtual std::optional<StateLeaf> state(LogIndex index) = 0;
  // Of the list of what was withdrawn, from this place in it on.
  virtual std::vector<WithdrawnKey> withdrawn_from(std::uint64_t place, std::size_t count) = 0;
  // The keys of every withdrawal whose grant is still here.
  virtual std::vector<Hash> withdrawal_keys() = 0;
  virtual std::string tile(audit::TileId id) = 0;
  virtual std::optional<GrantFact> grant(const GrantId& id) = 0;
  virtual std::optional<ReferralFact> referral(const ReferralId& id) = 0;
  // The event that registered a grant.
  virtual std::optional<Leaf> grant_event(const GrantId& id) = 0;
  virtual std::vector<Participant> participants() = 0;
  // The newest statement of `org` at or before `at`.
  virtual std::optional<LogIndex> statement_at(const OrgId& org, LogIndex at) = 0;
  // The newest public event of the operator of this kind at or before `at`.
  virtual std::optional<Leaf> said_by_operator(v1::EventKind kind, LogIndex at) = 0;
  virtual std::optional<Invitation> invitation(const Hash& token_sha256) = 0;
  virtual Due due_before(Time time, std::size_t count) = 0;
  virtual std::vector<std::pair<GrantId, CategorySet>> tombstones() = 0;
  virtual std::vector<std::pair<GrantId, CategorySet>> live_grants() = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  // Claims the store for a new term. Nothing of an older term is committed afterwards.
  virtual Term claim() = 0;
  virtual std::unique_ptr<Batch> begin(Term term) = 0;
  virtual std::unique_ptr<Snapshot> snapshot() = 0;
  // Until the log is longer than `index`, or the deadline; whether it is.
  virtual bool wait_past(LogIndex index, std::chrono::steady_clock::time_point deadline) = 0;
  virtual Commit resolve(const BatchId& id) = 0;
};

}  // namespace veerpont::broker
