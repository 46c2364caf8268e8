// Numbers as Transcript writes them, read again.
#pragma once

#include <cstdint>
#include <string_view>

namespace veerpont::crypto {

// Of at most 8 bytes, the first one weighing most.
inline std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace veerpont::crypto
