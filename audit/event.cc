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

}  // namespace veerpont::audit
