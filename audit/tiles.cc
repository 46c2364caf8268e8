#include "audit/tiles.h"

#include <stdexcept>

namespace veerpont::audit {
namespace {

// Digits only, no leading zero, at most `most`.
std::optional<std::uint64_t> small_number(std::string_view text, std::uint64_t most) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

std::string_view next_part(std::string_view& path) {
  const auto slash = path.find('/');
  const std::string_view part = path.substr(0, slash);
  path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
  return part;
}

// "x001/x234/067" is 1234067; no superfluous leading group.
std::optional<std::uint64_t> parse_index(std::string_view path) {
  std::uint64_t value = 0;
  for (int groups = 0;; ++groups) {
    if (path.empty() || groups > 5) return std::nullopt;
    std::string_view part = next_part(path);
    const bool last = part.empty() || part[0] != 'x';
    if (!last) part.remove_prefix(1);
    if (part.size() != 3) return std::nullopt;
    std::uint64_t group = 0;
    for (const char c : part) {
      if (c < '0' || c > '9') return std::nullopt;
      group = group * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (groups == 0 && !last && group == 0) return std::nullopt;
    value = value * 1000 + group;
    if (last) return path.empty() ? std::optional(value) : std::nullopt;
  }
}

std::string index_path(std::uint64_t index) {
  const auto group = [](std::uint64_t n) {
    return std::string(n < 10 ? "00" : n < 100 ? "0" : "") + std::to_string(n);
  };
  std::string path = group(index % 1000);
  for (index /= 1000; index > 0; index /= 1000)
    path.insert(0, std::string("x").append(group(index % 1000)).append("/"));
  return path;
}

Hash hash_in(const std::string& tile, std::uint64_t place) {
  const auto hash =
      tile.size() >= (place + 1) * Hash::size
          ? Hash::from_bytes(std::string_view(tile).substr(place * Hash::size, Hash::size))
          : std::nullopt;
  if (!hash) throw std::runtime_error("a tile of the log is shorter than the tree");
  return *hash;
}

// Root of 2^height hashes of a tile from `begin`.
Hash subtree(const std::string& tile, std::uint64_t begin, unsigned height) {
  if (height == 0) return hash_in(tile, begin);
  const std::uint64_t half = std::uint64_t{1} << (height - 1);
  return node_hash(subtree(tile, begin, height - 1), subtree(tile, begin + half, height - 1));
}

}  // namespace

std::optional<TilePath> TilePath::parse(std::string_view path) {
  if (path.ends_with('/')) return std::nullopt;
  TilePath out{false, {0, 0}, kTileWidth};
  const std::string_view first = next_part(path);
  out.entries = first == "entries";
  if (!out.entries) {
    const auto level = small_number(first, 63);
    if (!level || *level > 7) return std::nullopt;
    out.id.level = static_cast<unsigned>(*level);
  }
  if (const auto partial = path.find(".p/"); partial != path.npos) {
    const auto width = small_number(path.substr(partial + 3), kTileWidth - 1);
    if (!width || *width == 0) return std::nullopt;
    out.width = *width;
    path = path.substr(0, partial);
  }
  const auto index = path.ends_with('/') ? std::nullopt : parse_index(path);
  if (!index) return std::nullopt;
  out.id.index = *index;
  return out;
}

std::string TilePath::str() const {
  std::string path = (entries ? "entries" : std::to_string(id.level)) + "/" + index_path(id.index);
  if (width < kTileWidth) path += ".p/" + std::to_string(width);
  return path;
}

std::uint64_t hashes_at(unsigned level, std::uint64_t size) {
  return level * kTileHeight >= 64 ? 0 : size >> (level * kTileHeight);
}

TileNodes TileNodes::from(std::string_view hashes) {
  TileNodes tile;
  for (std::size_t at = 0; at + Hash::size <= hashes.size() && tile.width() < kTileWidth;
       at += Hash::size)
    tile.append(*Hash::from_bytes(hashes.substr(at, Hash::size)));
  return tile;
}

void TileNodes::append(const Hash& hash) {
  levels_[0].push_back(hash);
  for (unsigned height = 0; height < kTileHeight && levels_[height].size() % 2 == 0; ++height) {
    const auto& below = levels_[height];
    levels_[height + 1].push_back(node_hash(below[below.size() - 2], below.back()));
  }
}

const Hash& TileNodes::node(unsigned height, std::uint64_t index) const {
  if (height > kTileHeight || index >= levels_[height].size())
    throw std::runtime_error("a tile of the log is shorter than the tree");
  return levels_[height][index];
}

std::string TileNodes::hashes() const {
  std::string bytes;
  bytes.reserve(levels_[0].size() * Hash::size);
  for (const Hash& hash : levels_[0]) bytes += hash.bytes();
  return bytes;
}

std::optional<TileEdge> TileEdge::load(std::uint64_t size,
                                       const std::function<std::string(TileId)>& tile) {
  TileEdge edge;
  edge.size_ = size;
  for (unsigned level = 0; hashes_at(level, size) > 0; ++level) {
    const std::uint64_t count = hashes_at(level, size);
    const std::size_t wanted = count % kTileWidth * Hash::size;
    const std::string bytes = wanted == 0 ? std::string() : tile({level, count / kTileWidth});
    if (bytes.size() < wanted) return std::nullopt;
    edge.last_.push_back(TileNodes::from(std::string_view(bytes).substr(0, wanted)));
  }
  return edge;
}

void TileEdge::append(const Hash& leaf, Tiles& touched) {
  Hash hash = leaf;
  for (unsigned level = 0;; ++level) {
    if (level == last_.size()) last_.emplace_back();
    TileNodes& tile = last_[level];
    tile.append(hash);
    touched[{level, size_ >> (kTileHeight * (level + 1))}] = tile.hashes();
    if (tile.width() < kTileWidth) break;
    hash = tile.node(kTileHeight, 0);
    tile = {};
  }
  ++size_;
}

NodeReader node_reader(std::function<std::string(TileId)> tile) {
  return [tile = std::move(tile)](unsigned level, std::uint64_t index) {
    const unsigned height = level % kTileHeight;
    const std::uint64_t first = index << height;  // among the hashes of the tile's level
    return subtree(tile({level / kTileHeight, first / kTileWidth}), first % kTileWidth, height);
  };
}

NodeReader node_reader(std::function<SharedTile(TileId)> tile) {
  return [tile = std::move(tile)](unsigned level, std::uint64_t index) {
    const unsigned height = level % kTileHeight;
    const std::uint64_t first = index << height;
    return tile({level / kTileHeight, first / kTileWidth})
        ->node(height, first % kTileWidth >> height);
  };
}

void append_bundle_entry(std::string& bundle, std::string_view entry) {
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 255);
  bundle += entry;
}

}  // namespace veerpont::audit
