// Bytes as C libraries take them.
#pragma once

#include <string_view>

namespace veerpont::crypto {

inline const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace veerpont::crypto
