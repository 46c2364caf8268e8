// The Merkle tree of RFC 6962 (section 2) over SHA-256: the right edge, proofs and their
// verification. No storage.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/hash.h"

namespace veerpont::audit {

using crypto::Hash;

// SHA-256(00 ‖ entry) and SHA-256(01 ‖ left ‖ right).
Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);
// Of the tree of size 0: SHA-256("").
Hash empty_root();

// The roots of the perfect subtrees that make up a tree, largest first: all that appending and the
// root need.
class Frontier {
 public:
  Frontier() = default;
  // Refuses (nothing) unless there is one hash per one-bit of `size`.
  static std::optional<Frontier> from(std::uint64_t size, std::vector<Hash> peaks);
  void append(const Hash& leaf);
  Hash root() const;
  std::uint64_t size() const { return size_; }
  const std::vector<Hash>& peaks() const { return peaks_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;
};

// The root of the perfect subtree of 2^level leaves that starts at leaf index·2^level.
using NodeReader = std::function<Hash(unsigned level, std::uint64_t index)>;

// The root that the tree had at `size`.
Hash root_at(std::uint64_t size, const NodeReader& node);

// RFC 6962 2.1.1: for index < size. Leaf to root.
std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node);
// RFC 6962 2.1.2: for 0 < old_size <= size; empty when they are equal.
std::vector<Hash> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                    const NodeReader& node);

// RFC 9162 2.1.3.2 and 2.1.4.2. Every hash of the proof must be used.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& proof, const Hash& root);
bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                        const Hash& root, const std::vector<Hash>& proof);

}  // namespace veerpont::audit
