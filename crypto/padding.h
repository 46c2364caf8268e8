// Padmé: sizes that tell little of a text's length (at most 12 % more). docs/protocol.md, "Sealing
// a section".
#pragma once

#include <cstddef>

namespace veerpont::crypto {

// L rounded up to a multiple of 2^(E−S), E = ⌊log2 L⌋, S = ⌊log2 E⌋ + 1.
std::size_t padme(std::size_t length);

}  // namespace veerpont::crypto
