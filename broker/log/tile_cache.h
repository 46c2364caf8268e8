// Whole tiles of the log, which never change, in memory for proofs. Safe from any thread.
#pragma once

#include <map>

#include "audit/tiles.h"
#include "base/mutex.h"

namespace veerpont::broker {

class TileCache {
 public:
  // Nothing when it is not here.
  audit::SharedTile find(audit::TileId id) const;
  void put(audit::TileId id, audit::SharedTile tile);

 private:
  static constexpr std::size_t kMost = 512;  // 16 KiB each
  mutable Mutex mutex_;
  std::map<audit::TileId, audit::SharedTile> tiles_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::broker
