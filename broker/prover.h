// Events and checkpoints with their proofs, as answers carry them.
#pragma once

#include "audit/checkpoint.h"
#include "broker/store.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::broker {

class Prover {
 public:
  // `at` must not be newer than `snapshot`.
  Prover(Snapshot& snapshot, const audit::SignedCheckpoint& at) : snapshot_(snapshot), at_(at) {}
  // For one reader: its own opening, and the object when the event concerns it or is public. `everything`: all of it.
  v1::ProvenEvent proven(const Leaf& leaf, const OrgId& reader, bool everything = false);
  // Consistent from a size sent before; 0 for the first.
  v1::ProvenCheckpoint checkpoint(std::uint64_t from);
  // The organisation with its newest statement at or before `index`.
  std::optional<v1::DirectoryEntry> entry(const DirectoryRow& row, LogIndex index, const OrgId& reader);

 private:
  audit::NodeReader nodes();
  Snapshot& snapshot_;
  const audit::SignedCheckpoint& at_;
  std::map<audit::TileId, std::string> tiles_;  // read once
};

}  // namespace veerpont::broker
