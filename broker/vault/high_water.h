// The size and root the broker last published, kept outside the database so that a restored backup
// of it is noticed before anything is signed. docs/protocol.md, "Commit order".
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "audit/merkle.h"
#include "base/result.h"

namespace veerpont::broker {

struct Mark {
  std::uint64_t size = 0;
  audit::Hash root;
};

class HighWater {
 public:
  virtual ~HighWater() = default;
  // Nothing when no mark was ever written. Refuses malformed when neither slot is whole.
  virtual Result<std::optional<Mark>> read() = 0;
  // Durable when it returns.
  virtual Status raise(const Mark& mark) = 0;
};

// A preallocated file of two checksummed slots, written in turn.
Result<std::unique_ptr<HighWater>> open_high_water(const std::string& path, bool writable);

}  // namespace veerpont::broker
