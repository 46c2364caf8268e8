#include "audit/tiles.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

namespace veerpont::audit {
namespace {

std::string entry(std::uint64_t i) { return "{\"i\":" + std::to_string(i) + "}"; }

struct Store {
  TileEdge::Tiles tiles;
  std::string read(TileId id) const {
    const auto found = tiles.find(id);
    return found == tiles.end() ? std::string() : found->second;
  }
};

TEST(Tiles, OfSeventyThousandEntriesAreTheOnesInTheFigures) {
  std::ifstream in(VECTORS "/tlog-70000.json");
  std::stringstream text;
  text << in.rdbuf();
  const auto file = boost::json::parse(text.str());
  Store store;
  TileEdge edge;
  std::string bundle;
  for (std::uint64_t i = 0; i < 70'000; ++i) {
    edge.append(leaf_hash(entry(i)), store.tiles);
    if (i >= 273 * 256) append_bundle_entry(bundle, entry(i));
  }
  int checked = 0;
  for (const auto& expected : file.at("tile_sha256").as_object()) {
    const auto path = TilePath::parse(std::string_view(expected.key()).substr(5));
    ASSERT_TRUE(path) << expected.key();
    EXPECT_EQ("tile/" + path->str(), expected.key());
    const std::string bytes =
        path->entries ? bundle : store.read(path->id).substr(0, path->width * 32);
    EXPECT_EQ(crypto::to_hex(crypto::sha256(bytes).bytes()), expected.value().as_string())
        << expected.key();
    ++checked;
  }
  EXPECT_EQ(checked, 7);
}

TEST(Tiles, GrowTheSameAfterEveryRestart) {
  Store whole;
  Store restarted;
  TileEdge edge;
  Frontier frontier;
  for (std::uint64_t i = 0; i < 1100; ++i) {
    const Hash leaf = leaf_hash(entry(i));
    edge.append(leaf, whole.tiles);
    auto again = TileEdge::load(i, [&](TileId id) { return restarted.read(id); });
    ASSERT_TRUE(again);
    again->append(leaf, restarted.tiles);
    frontier.append(leaf);
  }
  EXPECT_EQ(whole.tiles, restarted.tiles);
  const auto node = node_reader([&](TileId id) { return whole.read(id); });
  for (const std::uint64_t index : {0u, 255u, 256u, 777u, 1099u})
    EXPECT_TRUE(verify_inclusion(leaf_hash(entry(index)), index, 1100,
                                 inclusion_proof(index, 1100, node), frontier.root()))
        << index;
}

TEST(TilePath, HasOneSpelling) {
  EXPECT_EQ(TilePath::parse("0/x001/x234/067")->id.index, 1'234'067u);
  EXPECT_EQ(TilePath::parse("0/x001/x234/067")->str(), "0/x001/x234/067");
  for (const char* wrong : {"", "0", "0/", "0/1", "00/001", "8/001", "0/x000/001", "0/001.p/0",
                            "0/001.p/256", "0/001.p/01", "0/001/", "0/x001", "0/../001", "0/00a",
                            "entries/001.p/", "-1/001", "0/001.p/1/2"})
    EXPECT_FALSE(TilePath::parse(wrong)) << wrong;
}

}  // namespace
}  // namespace veerpont::audit
