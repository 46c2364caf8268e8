// The tree cut into tiles of 256 hashes (C2SP tlog-tiles): their paths, and how they grow.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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

// A requested path below /log/tile/: "<L>/<N>[.p/<W>]" or "entries/<N>[.p/<W>]". Strict: one spelling per tile.
struct TilePath {
  bool entries;  // the entry bundle, not hashes
  TileId id;     // level 0 for entries
  std::uint64_t width;
  static std::optional<TilePath> parse(std::string_view path);
  std::string str() const;
};

// How many hashes level `level` has in a tree of `size` leaves.
std::uint64_t hashes_at(unsigned level, std::uint64_t size);

// The last, partial tile of every level: what appending a leaf touches.
class TileEdge {
 public:
  using Tiles = std::map<TileId, std::string>;  // 32·width bytes each
  // Reads the partial tiles of a tree of `size` leaves through `tile` (their bytes, at least the width needed).
  static std::optional<TileEdge> load(std::uint64_t size, const std::function<std::string(TileId)>& tile);
  // Appends and notes every tile that changed in `touched`.
  void append(const Hash& leaf, Tiles& touched);

 private:
  std::uint64_t size_ = 0;
  std::vector<std::string> last_;  // per level
};

// Nodes of the tree from tiles; `tile` answers at least the hashes that exist at the size asked about.
NodeReader node_reader(std::function<std::string(TileId)> tile);

// u16 length ‖ entry, as entry bundles carry it.
void append_bundle_entry(std::string& bundle, std::string_view entry);

}  // namespace veerpont::audit
