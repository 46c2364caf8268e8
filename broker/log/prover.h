// Events and checkpoints with their proofs, as answers carry them. One for each answer: it stands
// at one published checkpoint, and opens a snapshot only for what is not in memory.
#pragma once

#include "broker/log/committer.h"
#include "broker/log/tile_cache.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::broker {

class Prover {
 public:
  Prover(Store& store, TileCache& tiles, std::shared_ptr<const Published> at)
      : store_(store), tiles_(tiles), at_(std::move(at)) {}
  const Published& at() const { return *at_; }
  std::uint64_t size() const { return at_->checkpoint.size(); }
  // Never older than the checkpoint; the same one for the life of this object.
  Snapshot& snapshot();

  // For one reader: its own opening, and the object when the event concerns it or is public.
  // `everything`: all of it.
  v1::ProvenEvent proven(const Leaf& leaf, const OrgId& reader, bool everything = false);
  // With what proves the checkpoint that its object's signer saw.
  void add_seen_proof(const Leaf& leaf, v1::ProvenEvent& out);
  // Consistent from a size sent before; 0 for the first. With the opening of its state.
  v1::ProvenCheckpoint checkpoint(std::uint64_t from);
  // What witnesses cosigned, a checkpoint of this size, with the proof from there.
  v1::Witnessed witnessed(std::uint64_t size, std::string note);
  // At the newest fixed place; nothing in a small tree.
  std::optional<v1::StateOpening> fixed_state();
  // The organisation with its newest statement at or before `index`.
  std::optional<v1::DirectoryEntry> entry(const Participant& participant, LogIndex index,
                                          const OrgId& reader);
  // Of the tree when it had this size, at most that of the checkpoint.
  Hash root_at(std::uint64_t size) { return audit::root_at(size, nodes()); }

 private:
  v1::StateOpening opening(const StateLeaf& leaf);
  audit::NodeReader nodes();
  audit::SharedTile tile(audit::TileId id);
  const Leaf* event(LogIndex index);
  Store& store_;
  TileCache& tiles_;
  std::shared_ptr<const Published> at_;
  std::unique_ptr<Snapshot> snapshot_;
  std::map<LogIndex, std::optional<Leaf>> statements_;  // read once
};

}  // namespace veerpont::broker
