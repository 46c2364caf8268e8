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
// `ask_witnesses`: the high-water mark is lost, so that nobody here can tell whether the copy is
// old; the broker then signs nothing until a quorum of the log's witnesses cosigned it, or the
// operator says why it goes on without them. Refuses invalid-input where the mark is there.
Result<std::uint64_t> restore_backup(const std::string& home, const std::string& file,
                                     bool ask_witnesses = false);

}  // namespace veerpont::broker
