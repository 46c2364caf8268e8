// The log's right edge in memory: gives events their place, states what everybody must have, and
// signs the head. A value: a batch works on a copy, and the copy becomes the truth only after
// COMMIT.
#pragma once

#include <functional>
#include <map>

#include "audit/checkpoint.h"
#include "broker/gate/gate.h"
#include "broker/store/store.h"

namespace veerpont::broker {

// Who signs checkpoints.
struct LogSigner {
  audit::VerifierKey verifier;
  crypto::SigningKey key;
};

// The chains that events continue: of the organisations, and of two of them, which are read when an
// event needs them.
struct Chains {
  std::map<OrgId, audit::ChainHead>& own;
  std::map<audit::OrgPair, audit::ChainHead>& pairs;
  std::function<audit::ChainHead(const audit::OrgPair&)> read_pair;
};

class Ledger {
 public:
  // From the store. Refuses tampered when the stored checkpoint, the right edge and the tiles do
  // not agree.
  static Result<Ledger> open(Snapshot& snapshot, const audit::VerifierKey& key);
  static Ledger empty() { return Ledger(); }

  std::uint64_t size() const { return frontier_.size(); }
  // Where the next event goes.
  LogIndex next() const { return audit::event_place(LogIndex{size()}, 0); }
  Time last_event_time() const { return last_event_time_; }
  // Gives the event its index, time (never before the last one's), salt and chain links; advances
  // `chains`.
  Leaf place(EventDraft draft, Time now, Chains& chains);
  // A key for the list of what was withdrawn; the next state brings it in.
  void withdraw(const Hash& key) { withdrawing_.push_back(key); }
  // Ends what was placed with a state, unless it ends with one.
  void close();
  bool is_closed() const { return closed_; }
  // A log of the form before: the lists begin with everything public and withdrawn so far.
  void begin_lists(const std::vector<Leaf>& directory, const std::vector<Hash>& withdrawn);
  // The signed head of a closed log.
  LogHead seal(const LogSigner& signer, Term term) const;
  const Growth& growth() const { return growth_; }
  void forget_growth() { growth_ = {}; }
  audit::Hash root() const { return frontier_.root(); }
  const std::vector<audit::TileNodes>& edge() const { return edge_.last(); }
  // The last leaf, once there is one; the newest at a fixed place, when there is one.
  const std::optional<StateLeaf>& state() const { return state_; }
  const std::optional<StateLeaf>& fixed_state() const { return fixed_state_; }

 private:
  void append(const Hash& leaf);
  void add_state();
  audit::Frontier frontier_;
  audit::TileEdge edge_;
  Growth growth_;
  Time last_event_time_{};
  audit::Frontier directory_;
  audit::Frontier withdrawn_;
  std::vector<Hash> withdrawing_;
  bool closed_ = false;
  std::optional<StateLeaf> state_;
  std::optional<StateLeaf> fixed_state_;
};

}  // namespace veerpont::broker
