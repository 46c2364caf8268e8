// A witness's signature under a checkpoint, with the time at which it was made (C2SP
// tlog-cosignature, type 04, Ed25519).
#pragma once

#include "audit/note.h"
#include "base/time.h"

namespace veerpont::audit {

// u64 seconds since 1970 ‖ Ed25519 over "cosignature/v1" LF "time <seconds>" LF ‖ the note's text.
inline constexpr std::size_t kCosignatureBytes = 8 + 64;

// `time` after 1970, to the second.
std::string cosign(std::string_view note_text, Time time, const crypto::SigningKey& signer);
// When it was made; nothing: it does not hold, or is not of this shape.
std::optional<Time> cosigned_at(std::string_view note_text, std::string_view cosignature,
                                const VerifierKey& witness);
// The same of the line in a note.
std::optional<Time> cosigned_at(const Note& note, const VerifierKey& witness);

}  // namespace veerpont::audit
