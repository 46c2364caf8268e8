#include "crypto/random.h"

#include <sodium.h>

namespace veerpont::crypto {

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), size);
  return bytes;
}

Key32 random_key() {
  Key32 key;
  randombytes_buf(key.writable(), Key32::size);
  return key;
}

}  // namespace veerpont::crypto
