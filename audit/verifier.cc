#include "audit/verifier.h"

#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"

namespace veerpont::audit {
namespace {

Refusal tampered(std::string what) { return Refusal{RefusalCode::tampered, std::move(what)}; }

}  // namespace

std::vector<Hash> hashes_from(const google::protobuf::RepeatedPtrField<std::string>& list) {
  std::vector<Hash> out;
  for (const auto& bytes : list) {
    const auto hash = Hash::from_bytes(bytes);
    out.push_back(hash.value_or(Hash()));  // a wrong size makes the proof fail, as it should
  }
  return out;
}

Result<SignedCheckpoint> advance(const VerifierKey& key,
                                 const std::optional<SignedCheckpoint>& pinned,
                                 const v1::ProvenCheckpoint& offered) {
  auto next = SignedCheckpoint::verify(offered.note(), key);
  if (!next) return tampered("checkpoint signature");
  if (!pinned) return std::move(*next);
  if (next->size() < pinned->size()) return tampered("the log is shorter than it was");
  if (next->size() == pinned->size()) {
    if (next->root() != pinned->root()) return tampered("two roots for one size");
    return std::move(*next);
  }
  if (offered.consistent_from() != pinned->size() ||
      !verify_consistency(pinned->size(), pinned->root(), next->size(), next->root(),
                          hashes_from(offered.consistency_proof())))
    return tampered("consistency proof");
  return std::move(*next);
}

Result<VerifiedEvent> verify_event(const v1::ProvenEvent& proven, std::uint64_t size,
                                   const Hash& root) {
  const bool erased =
      proven.body().empty() && proven.salt().empty() && proven.entry().size() == Hash::size;
  const Hash leaf = erased ? leaf_hash(proven.entry()) : event_leaf(proven.salt(), proven.body());
  if (!erased && (proven.salt().size() != Hash::size || !proven.entry().empty()))
    return tampered("event salt");
  if (!verify_inclusion(leaf, proven.index(), size, hashes_from(proven.inclusion_proof()), root))
    return tampered("inclusion proof");
  if (erased && !proven.has_object() && !proven.has_key_statement())
    return VerifiedEvent{LogIndex{proven.index()}, leaf, {}, true};
  auto event = wire::parse<v1::AuditEvent>(proven.body());
  if (erased || !event) return tampered("event body");
  if (proven.has_object() &&
      crypto::sha256(proven.object().body()).bytes() != event->object_sha256())
    return tampered("object of an event");
  if (proven.has_key_statement() &&
      crypto::sha256(proven.key_statement().body()).bytes() != event->object_sha256())
    return tampered("key statement of an event");
  return VerifiedEvent{LogIndex{proven.index()}, leaf, std::move(*event)};
}

Result<std::optional<v1::ChainOpening>> open_chain(const VerifiedEvent& event,
                                                   const v1::ProvenEvent& proven,
                                                   const OrgId& org) {
  // Nothing is left of an erased event to hold its opening against; the next one in the chain names
  // its leaf.
  if (event.erased)
    for (const auto& opening : proven.openings())
      if (opening.org() == org.str()) return std::optional(opening);
  const bool acts = event.event.actor() == org.str();
  const bool concerned = acts || event.event.counterpart() == org.str();
  if (!concerned) return std::optional<v1::ChainOpening>();
  const std::string& commitment =
      acts ? event.event.actor_chain() : event.event.counterpart_chain();
  for (const auto& opening : proven.openings()) {
    if (opening.org() != org.str()) continue;
    if (chain_commitment(opening).bytes() != commitment) return tampered("chain commitment");
    return std::optional(opening);
  }
  return tampered("chain opening is missing");
}

}  // namespace veerpont::audit
