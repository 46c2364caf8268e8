#include "broker/prover.h"

namespace veerpont::broker {

audit::NodeReader Prover::nodes() {
  return audit::node_reader([this](audit::TileId id) {
    auto found = tiles_.find(id);
    if (found == tiles_.end()) found = tiles_.emplace(id, snapshot_.tile(id)).first;
    return found->second;
  });
}

v1::ProvenEvent Prover::proven(const Leaf& leaf, const OrgId& reader, bool everything) {
  v1::ProvenEvent out;
  out.set_index(leaf.index.value);
  out.set_body(leaf.body);
  out.set_salt(leaf.salt);
  for (const auto& opening : leaf.openings)
    if (everything || opening.org() == reader.str()) *out.add_openings() = opening;
  for (const Hash& hash : audit::inclusion_proof(leaf.index.value, at_.size(), nodes())) out.add_inclusion_proof(hash.str());
  const bool concerned = leaf.event.actor() == reader.str() || leaf.event.counterpart() == reader.str();
  if (leaf.statement) *out.mutable_key_statement() = *leaf.statement;
  const bool is_public = leaf.event.kind() == v1::EVENT_KIND_GENESIS || leaf.event.kind() == v1::EVENT_KIND_PARTICIPANT_ADMITTED;
  if (leaf.object && (everything || concerned || is_public)) *out.mutable_object() = *leaf.object;
  return out;
}

v1::ProvenCheckpoint Prover::checkpoint(std::uint64_t from) {
  v1::ProvenCheckpoint out;
  out.set_note(at_.note());
  if (from == 0 || from > at_.size()) return out;
  out.set_consistent_from(from);
  for (const Hash& hash : audit::consistency_proof(from, at_.size(), nodes())) out.add_consistency_proof(hash.str());
  return out;
}

std::optional<v1::DirectoryEntry> Prover::entry(const DirectoryRow& row, LogIndex index, const OrgId& reader) {
  const auto statement = snapshot_.statement_at(row.participant.org, index);
  const auto leaf = statement ? snapshot_.event(*statement) : std::nullopt;
  if (!leaf || !leaf->statement || leaf->index.value >= at_.size()) return std::nullopt;
  v1::DirectoryEntry out;
  out.set_org(row.participant.org.str());
  out.set_title(row.participant.title);
  out.set_kind(static_cast<v1::OrgKind>(row.participant.kind));
  for (const auto& code : row.participant.serves) out.add_serves(code);
  out.set_suspended(row.participant.suspended);
  *out.mutable_statement_event() = proven(*leaf, reader);
  *out.mutable_statement() = out.statement_event().key_statement();
  out.mutable_statement_event()->clear_key_statement();  // once is enough
  return out;
}

}  // namespace veerpont::broker
