// Copies of the database, made while it serves, and putting one back. docs/operate.md.
// Not promised: that an older copy may serve again. The log goes on from what was published, or not
// at all; share keys are in no copy, so that a restored one cannot revive consent.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace veerpont::broker {

// Writes a consistent copy to `file`, which must not exist; how many events it has. Refuses
// invalid-input, local-failure.
Result<std::uint64_t> back_up(const std::string& home, const std::string& file);

// Replaces the database of a home that nobody serves. Refuses busy (it is served), tampered when
// the copy is not this log's or is older than the high-water mark; then nothing changed.
Result<std::uint64_t> restore_backup(const std::string& home, const std::string& file);

}  // namespace veerpont::broker
