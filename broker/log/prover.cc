#include "broker/log/prover.h"

#include "audit/event_table.h"

namespace veerpont::broker {

Snapshot& Prover::snapshot() {
  if (!snapshot_) snapshot_ = store_.snapshot();
  return *snapshot_;
}

audit::SharedTile Prover::tile(audit::TileId id) {
  const bool whole = id.index < audit::hashes_at(id.level + 1, size());
  if (!whole) return at_->edge.at(id.level);
  if (auto known = tiles_.find(id)) return known;
  auto read = std::make_shared<const audit::TileNodes>(audit::TileNodes::from(snapshot().tile(id)));
  tiles_.put(id, read);
  return read;
}

audit::NodeReader Prover::nodes() {
  return audit::node_reader([this](audit::TileId id) { return tile(id); });
}

const Leaf* Prover::event(LogIndex index) {
  auto found = statements_.find(index);
  if (found == statements_.end()) found = statements_.emplace(index, snapshot().event(index)).first;
  return found->second ? &*found->second : nullptr;
}

v1::ProvenEvent Prover::proven(const Leaf& leaf, const OrgId& reader, bool everything) {
  v1::ProvenEvent out;
  out.set_index(leaf.index.value);
  out.set_body(leaf.body);
  out.set_salt(leaf.salt);
  if (leaf.body.empty()) out.set_entry(leaf.commitment.str());
  for (const auto& opening : leaf.openings)
    if (everything || opening.org() == reader.str()) *out.add_openings() = opening;
  for (const Hash& hash : audit::inclusion_proof(leaf.index.value, size(), nodes()))
    out.add_inclusion_proof(hash.str());
  const bool concerned = out.openings_size() > 0;  // an erased event says no more whose it was
  if (leaf.pair && (everything || concerned)) {
    *out.mutable_pair() = *leaf.pair;
    if (leaf.body.empty())
      for (const auto& opening : leaf.openings) out.mutable_pair()->add_between(opening.org());
  }
  if (leaf.statement) *out.mutable_key_statement() = *leaf.statement;
  if (leaf.object && (everything || concerned || audit::row_of(leaf.event.kind()).is_public))
    *out.mutable_object() = *leaf.object;
  return out;
}

void Prover::add_seen_proof(const Leaf& leaf, v1::ProvenEvent& out) {
  const auto& row = audit::row_of(leaf.event.kind());
  if (row.view == nullptr) return;
  const std::string& body = leaf.statement ? leaf.statement->body() : out.object().body();
  const auto seen = row.view(body).seen;
  if (!seen || seen->size > size()) return;
  for (const Hash& hash : audit::consistency_proof(seen->size, size(), nodes()))
    out.add_seen_proof(hash.str());
}

v1::ProvenCheckpoint Prover::checkpoint(std::uint64_t from) {
  v1::ProvenCheckpoint out;
  out.set_note(at_->checkpoint.note());
  *out.mutable_state() = opening(at_->state);
  if (from == 0 || from > size()) return out;
  out.set_consistent_from(from);
  for (const Hash& hash : audit::consistency_proof(from, size(), nodes()))
    out.add_consistency_proof(hash.str());
  return out;
}

v1::Witnessed Prover::witnessed(std::uint64_t size, std::string note) {
  v1::Witnessed out;
  out.set_note(std::move(note));
  for (const Hash& hash : audit::consistency_proof(size, this->size(), nodes()))
    out.add_consistency_proof(hash.str());
  return out;
}

v1::StateOpening Prover::opening(const StateLeaf& leaf) {
  v1::StateOpening out;
  out.set_state(leaf.state);
  out.set_salt(leaf.salt);
  for (const Hash& hash : audit::inclusion_proof(leaf.index.value, size(), nodes()))
    out.add_inclusion_proof(hash.str());
  return out;
}

std::optional<v1::StateOpening> Prover::fixed_state() {
  if (!at_->fixed_state) return std::nullopt;
  return opening(*at_->fixed_state);
}

std::optional<v1::DirectoryEntry> Prover::entry(const Participant& participant, LogIndex index,
                                                const OrgId& reader) {
  const bool newest = participant.statement_index && *participant.statement_index <= index;
  const auto statement =
      newest ? participant.statement_index : snapshot().statement_at(participant.org, index);
  const Leaf* leaf = statement ? event(*statement) : nullptr;
  if (leaf == nullptr || !leaf->statement || leaf->index.value >= size()) return std::nullopt;
  v1::DirectoryEntry out;
  out.set_org(participant.org.str());
  out.set_title(participant.title);
  out.set_kind(static_cast<v1::OrgKind>(participant.kind));
  for (const auto& code : participant.serves) out.add_serves(code);
  out.set_suspended(participant.suspended);
  out.set_hidden(participant.hidden);
  *out.mutable_statement_event() = proven(*leaf, reader);
  *out.mutable_statement() = out.statement_event().key_statement();
  out.mutable_statement_event()->clear_key_statement();  // once is enough
  return out;
}

}  // namespace veerpont::broker
