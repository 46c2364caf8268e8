#include "broker/log/tile_cache.h"

namespace veerpont::broker {

audit::SharedTile TileCache::find(audit::TileId id) const {
  const Lock lock(mutex_);
  const auto found = tiles_.find(id);
  return found == tiles_.end() ? nullptr : found->second;
}

void TileCache::put(audit::TileId id, audit::SharedTile tile) {
  const Lock lock(mutex_);
  if (tiles_.size() >= kMost) tiles_.erase(tiles_.begin());  // the oldest of the lowest level
  tiles_.insert_or_assign(id, std::move(tile));
}

}  // namespace veerpont::broker
