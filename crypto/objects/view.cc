#include "crypto/objects/view.h"

namespace veerpont::crypto {
namespace {

constexpr std::size_t kSignatureBytes = 64;

}  // namespace

std::optional<Seen> seen_from(const v1::Seen& said) {
  const auto root = Hash::from_bytes(said.root());
  if (said.size() == 0 || !root || said.signature().size() != kSignatureBytes) return std::nullopt;
  return Seen{said.size(), *root, said.signature()};
}

std::optional<PairView> pair_view_from(const v1::PairView& said) {
  const auto head = Hash::from_bytes(said.head());
  if (!head || (said.count() == 0) != (*head == Hash())) return std::nullopt;
  return PairView{said.count(), *head};
}

void put(v1::Seen& into, const Seen& seen) {
  into.set_size(seen.size);
  into.set_root(seen.root.str());
  into.set_signature(seen.signature);
}

void put(v1::PairView& into, const PairView& pair) {
  into.set_count(pair.count);
  into.set_head(pair.head.str());
}

}  // namespace veerpont::crypto
