#include "audit/merkle.h"

#include <array>
#include <bit>
#include <string>

namespace veerpont::audit {
namespace {

// The largest power of two smaller than n, for n > 1.
std::uint64_t split_point(std::uint64_t n) { return std::bit_floor(n - 1); }

// Root of the leaves [begin, end), from perfect subtrees; `begin` is a multiple of the range's
// largest power.
Hash range_root(std::uint64_t begin, std::uint64_t end, const NodeReader& node) {
  const std::uint64_t n = end - begin;
  if (n == 0) return empty_root();
  if (std::has_single_bit(n)) return node(static_cast<unsigned>(std::countr_zero(n)), begin / n);
  const std::uint64_t k = split_point(n);
  return node_hash(range_root(begin, begin + k, node), range_root(begin + k, end, node));
}

void path(std::uint64_t index, std::uint64_t begin, std::uint64_t end, const NodeReader& node,
          std::vector<Hash>& out) {
  if (end - begin == 1) return;
  const std::uint64_t middle = begin + split_point(end - begin);
  if (index < middle) {
    path(index, begin, middle, node, out);
    out.push_back(range_root(middle, end, node));
  } else {
    path(index, middle, end, node, out);
    out.push_back(range_root(begin, middle, node));
  }
}

// SUBPROOF of RFC 6962 2.1.2; `known` while the old root covers the whole range.
void subproof(std::uint64_t old_end, std::uint64_t begin, std::uint64_t end, bool known,
              const NodeReader& node, std::vector<Hash>& out) {
  if (old_end == end) {
    if (!known) out.push_back(range_root(begin, end, node));
    return;
  }
  const std::uint64_t middle = begin + split_point(end - begin);
  if (old_end <= middle) {
    subproof(old_end, begin, middle, known, node, out);
    out.push_back(range_root(middle, end, node));
  } else {
    subproof(old_end, middle, end, false, node, out);
    out.push_back(range_root(begin, middle, node));
  }
}

}  // namespace

Hash leaf_hash(std::string_view entry) { return crypto::Transcript().u8(0).bytes(entry).sha256(); }
Hash node_hash(const Hash& left, const Hash& right) {
  std::array<char, 1 + 2 * Hash::size> node{1};
  left.bytes().copy(node.data() + 1, Hash::size);
  right.bytes().copy(node.data() + 1 + Hash::size, Hash::size);
  return crypto::sha256({node.data(), node.size()});
}
Hash empty_root() { return crypto::sha256(""); }

std::optional<Frontier> Frontier::from(std::uint64_t size, std::vector<Hash> peaks) {
  if (static_cast<std::size_t>(std::popcount(size)) != peaks.size()) return std::nullopt;
  Frontier frontier;
  frontier.size_ = size;
  frontier.peaks_ = std::move(peaks);
  return frontier;
}

void Frontier::append(const Hash& leaf) {
  Hash root = leaf;
  for (std::uint64_t bits = size_; bits & 1; bits >>= 1) {
    root = node_hash(peaks_.back(), root);
    peaks_.pop_back();
  }
  peaks_.push_back(root);
  ++size_;
}

Hash Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Hash root = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak)
    root = node_hash(*peak, root);
  return root;
}

Hash root_at(std::uint64_t size, const NodeReader& node) {
  return size == 0 ? empty_root() : range_root(0, size, node);
}

std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node) {
  std::vector<Hash> out;
  path(index, 0, size, node, out);
  return out;
}

std::vector<Hash> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                    const NodeReader& node) {
  std::vector<Hash> out;
  if (old_size < size) subproof(old_size, 0, size, true, node, out);
  return out;
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& proof, const Hash& root) {
  if (index >= size) return false;
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Hash r = leaf;
  for (const Hash& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      r = node_hash(p, r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                        const Hash& root, const std::vector<Hash>& proof) {
  if (old_size == 0 || old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (proof.empty()) return false;
  auto next = proof.begin();
  // A perfect old tree is itself the first node.
  Hash fr = std::has_single_bit(old_size) ? old_root : *next++;
  Hash sr = fr;
  std::uint64_t fn = old_size - 1;
  std::uint64_t sn = size - 1;
  while (fn & 1) {
    fn >>= 1;
    sn >>= 1;
  }
  for (; next != proof.end(); ++next) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      fr = node_hash(*next, fr);
      sr = node_hash(*next, sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = node_hash(sr, *next);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == old_root && sr == root;
}

}  // namespace veerpont::audit
