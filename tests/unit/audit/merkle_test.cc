#include "audit/merkle.h"

#include <gtest/gtest.h>

#include <bit>
#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

namespace veerpont::audit {
namespace {

namespace json = boost::json;

// The definitions of RFC 6962 section 2.1 word by word, over all leaves, without any shortcut.
Hash naive_root(const std::vector<Hash>& leaves, std::size_t begin, std::size_t end) {
  if (end == begin) return empty_root();
  if (end - begin == 1) return leaves[begin];
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return node_hash(naive_root(leaves, begin, begin + k), naive_root(leaves, begin + k, end));
}

std::vector<Hash> naive_path(const std::vector<Hash>& leaves, std::size_t m, std::size_t begin,
                             std::size_t end) {
  if (end - begin == 1) return {};
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  std::vector<Hash> out;
  if (m < k) {
    out = naive_path(leaves, m, begin, begin + k);
    out.push_back(naive_root(leaves, begin + k, end));
  } else {
    out = naive_path(leaves, m - k, begin + k, end);
    out.push_back(naive_root(leaves, begin, begin + k));
  }
  return out;
}

std::vector<Hash> leaves_of(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(leaf_hash("{\"i\":" + std::to_string(i) + "}"));
  return leaves;
}

// Every perfect subtree, kept: an oracle for nodes that knows no tiles.
class Levels {
 public:
  explicit Levels(std::vector<Hash> leaves) {
    levels_.push_back(std::move(leaves));
    while (levels_.back().size() > 1) {
      std::vector<Hash> up;
      for (std::size_t i = 0; i + 1 < levels_.back().size(); i += 2)
        up.push_back(node_hash(levels_.back()[i], levels_.back()[i + 1]));
      levels_.push_back(std::move(up));
    }
  }
  NodeReader reader() const {
    return [this](unsigned level, std::uint64_t index) { return levels_.at(level).at(index); };
  }

 private:
  std::vector<std::vector<Hash>> levels_;
};

constexpr std::size_t kAllSizes = 300;

TEST(Merkle, FrontierHasTheNaiveRootAtEverySizeUpTo300) {
  const auto leaves = leaves_of(kAllSizes);
  Frontier frontier;
  EXPECT_EQ(frontier.root(), empty_root());
  for (std::size_t size = 1; size <= kAllSizes; ++size) {
    frontier.append(leaves[size - 1]);
    ASSERT_EQ(frontier.root(), naive_root(leaves, 0, size)) << size;
    ASSERT_EQ(Frontier::from(size, frontier.peaks())->root(), frontier.root());
  }
  EXPECT_FALSE(Frontier::from(kAllSizes + 3, frontier.peaks()));
}

TEST(Merkle, InclusionProofsEqualTheNaiveOnesAndVerifyAtEverySizeUpTo300) {
  const auto leaves = leaves_of(kAllSizes);
  const Levels levels(leaves);
  for (std::size_t size = 1; size <= kAllSizes; ++size) {
    const Hash root = naive_root(leaves, 0, size);
    // Every index at small sizes, a spread at larger ones.
    for (std::size_t index = 0; index < size; index += size <= 64 ? 1 : 7) {
      const auto proof = inclusion_proof(index, size, levels.reader());
      ASSERT_EQ(proof, naive_path(leaves, index, 0, size)) << index << " of " << size;
      ASSERT_TRUE(verify_inclusion(leaves[index], index, size, proof, root));
      ASSERT_FALSE(verify_inclusion(leaf_hash("other"), index, size, proof, root));
      ASSERT_FALSE(verify_inclusion(leaves[index], index + 1, size, proof, root) && size > 1);
      auto longer = proof;
      longer.push_back(root);
      ASSERT_FALSE(verify_inclusion(leaves[index], index, size, longer, root));
    }
  }
}

TEST(Merkle, ConsistencyProofsVerifyForEveryPairUpTo300AndForNoOtherRoot) {
  const auto leaves = leaves_of(kAllSizes);
  const Levels levels(leaves);
  std::vector<Hash> roots;
  for (std::size_t size = 0; size <= kAllSizes; ++size)
    roots.push_back(naive_root(leaves, 0, size));
  for (std::size_t size = 1; size <= kAllSizes; size += size < 40 ? 1 : 13)
    for (std::size_t old = 1; old <= size; ++old) {
      const auto proof = consistency_proof(old, size, levels.reader());
      ASSERT_TRUE(verify_consistency(old, roots[old], size, roots[size], proof))
          << old << " to " << size;
      ASSERT_FALSE(verify_consistency(old, roots[old - 1], size, roots[size], proof));
      ASSERT_FALSE(verify_consistency(old, roots[old], size, roots[size - 1], proof));
    }
}

std::vector<Hash> path_of(const json::value& list) {
  std::vector<Hash> out;
  for (const auto& hex : list.as_array())
    out.push_back(*Hash::from_bytes(*crypto::from_hex(hex.as_string())));
  return out;
}

TEST(Merkle, AgreesWithTheFiguresOfALogOfSeventyThousand) {
  std::ifstream in(VECTORS "/tlog-70000.json");
  std::stringstream text;
  text << in.rdbuf();
  const json::value file = json::parse(text.str());
  const auto leaves = leaves_of(70'000);
  const Levels levels(leaves);
  std::map<std::uint64_t, Hash> roots;
  for (const auto& entry : file.at("roots").as_object())
    roots[std::stoull(std::string(entry.key()))] =
        *Hash::from_bytes(*crypto::from_hex(entry.value().as_string()));
  int checked = 0;
  Frontier frontier;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    frontier.append(leaves[i]);
    if (const auto root = roots.find(i + 1); root != roots.end())
      checked += frontier.root() == root->second;
  }
  EXPECT_EQ(checked, 16);
  int proofs = 0;
  for (const auto& entry : file.at("inclusion").as_array()) {
    const auto index = entry.at("index").to_number<std::uint64_t>();
    const auto size = entry.at("size").to_number<std::uint64_t>();
    proofs += inclusion_proof(index, size, levels.reader()) == path_of(entry.at("path"));
  }
  EXPECT_EQ(proofs, 11);
  for (const auto& entry : file.at("consistency").as_array()) {
    const auto first = entry.at("first").to_number<std::uint64_t>();
    const auto second = entry.at("second").to_number<std::uint64_t>();
    proofs += consistency_proof(first, second, levels.reader()) == path_of(entry.at("path"));
  }
  EXPECT_EQ(proofs, 11 + 8);
}

}  // namespace
}  // namespace veerpont::audit
