#include "audit/event.h"

#include "crypto/random.h"

namespace veerpont::audit {

Hash event_commitment(std::string_view salt, std::string_view body) {
  return crypto::Transcript("veerpont/event/v1").bytes(salt).bytes(body).sha256();
}

Hash event_leaf(std::string_view salt, std::string_view body) {
  return leaf_hash(event_commitment(salt, body).bytes());
}

Hash chain_commitment(const v1::ChainOpening& opening) {
  return crypto::Transcript("veerpont/chain/v1")
      .bytes(opening.nonce())
      .short_text(opening.org())
      .u64(opening.number())
      .bytes(opening.previous_leaf_hash())
      .sha256();
}

v1::ChainOpening next_opening(const OrgId& org, const ChainHead& head) {
  v1::ChainOpening opening;
  opening.set_org(org.str());
  opening.set_nonce(crypto::random_bytes(Hash::size));
  opening.set_number(head.next);
  opening.set_previous_leaf_hash(head.last_leaf.str());
  return opening;
}

std::optional<OrgPair> pair_of(const v1::AuditEvent& event) {
  auto actor = OrgId::parse(event.actor());
  auto counterpart = OrgId::parse(event.counterpart());
  if (!actor || !counterpart || *actor == *counterpart) return std::nullopt;
  return *actor < *counterpart ? OrgPair(*actor, *counterpart) : OrgPair(*counterpart, *actor);
}

Hash pair_commitment(const v1::PairOpening& opening, const OrgPair& pair) {
  return crypto::Transcript("veerpont/pair/v1")
      .bytes(opening.nonce())
      .short_text(pair.first.str())
      .short_text(pair.second.str())
      .u64(opening.number())
      .bytes(opening.previous_leaf_hash())
      .sha256();
}

v1::PairOpening next_pair_opening(const ChainHead& head) {
  v1::PairOpening opening;
  opening.set_nonce(crypto::random_bytes(Hash::size));
  opening.set_number(head.next);
  opening.set_previous_leaf_hash(head.last_leaf.str());
  return opening;
}

}  // namespace veerpont::audit
