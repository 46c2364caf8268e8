// The log's right edge in memory: gives events their place and signs the head. A value: a batch
// works on a copy, and the copy becomes the truth only after COMMIT.
#pragma once

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

class Ledger {
 public:
  // From the store. Refuses tampered when the stored checkpoint, the right edge and the tiles do
  // not agree.
  static Result<Ledger> open(Snapshot& snapshot, const audit::VerifierKey& key);
  static Ledger empty() { return Ledger(); }

  LogIndex next() const { return LogIndex{frontier_.size()}; }
  Time last_event_time() const { return last_event_time_; }
  // Gives the event its index, time (never before the last one's), salt and chain links; advances
  // `chains`.
  Leaf place(EventDraft draft, Time now, std::map<OrgId, audit::ChainHead>& chains);
  // The signed head with everything placed so far.
  LogHead seal(const LogSigner& signer, Term term) const;
  const audit::TileEdge::Tiles& touched() const { return touched_; }
  void forget_touched() { touched_.clear(); }
  audit::Hash root() const { return frontier_.root(); }
  const std::vector<audit::TileNodes>& edge() const { return edge_.last(); }

 private:
  audit::Frontier frontier_;
  audit::TileEdge edge_;
  audit::TileEdge::Tiles touched_;
  Time last_event_time_{};
};

}  // namespace veerpont::broker
