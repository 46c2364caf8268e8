// The tree cut into tiles of 256 hashes (C2SP tlog-tiles): their paths, and how they grow.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/merkle.h"

namespace veerpont::audit {

inline constexpr unsigned kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = 256;

struct TileId {
  unsigned level;
  std::uint64_t index;
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// A requested path below /log/tile/: "<L>/<N>[.p/<W>]" or "entries/<N>[.p/<W>]". Strict: one
// spelling per tile.
struct TilePath {
  bool entries;  // the entry bundle, not hashes
  TileId id;     // level 0 for entries
  std::uint64_t width;
  static std::optional<TilePath> parse(std::string_view path);
  std::string str() const;
};

// How many hashes level `level` has in a tree of `size` leaves.
std::uint64_t hashes_at(unsigned level, std::uint64_t size);

// A tile with the nodes between its hashes and its root, so that proofs read them instead of
// hashing them again.
class TileNodes {
 public:
  // 32 bytes a hash, at most 256 of them; the rest is not read.
  static TileNodes from(std::string_view hashes);
  void append(const Hash& hash);
  std::uint64_t width() const { return levels_[0].size(); }
  // Root of 2^height hashes from index·2^height on. Throws runtime_error when the tile does not
  // reach so far.
  const Hash& node(unsigned height, std::uint64_t index) const;
  std::string hashes() const;

 private:
  std::array<std::vector<Hash>, kTileHeight + 1> levels_;  // by height
};
using SharedTile = std::shared_ptr<const TileNodes>;

// The last, partial tile of every level: what appending a leaf touches.
class TileEdge {
 public:
  using Tiles = std::map<TileId, std::string>;  // 32·width bytes each
  // Reads the partial tiles of a tree of `size` leaves through `tile` (their bytes, at least the
  // width needed).
  static std::optional<TileEdge> load(std::uint64_t size,
                                      const std::function<std::string(TileId)>& tile);
  // Appends and notes every tile that changed in `touched`.
  void append(const Hash& leaf, Tiles& touched);
  // Per level; empty where the level ends with a whole tile.
  const std::vector<TileNodes>& last() const { return last_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<TileNodes> last_;
};

// Nodes of the tree from tiles; `tile` answers at least the hashes that exist at the size asked
// about.
NodeReader node_reader(std::function<std::string(TileId)> tile);
NodeReader node_reader(std::function<SharedTile(TileId)> tile);

// u16 length ‖ entry, as entry bundles carry it.
void append_bundle_entry(std::string& bundle, std::string_view entry);

}  // namespace veerpont::audit
