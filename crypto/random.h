// Random bytes from the kernel's generator (libsodium randombytes).
#pragma once

#include <string>

#include "crypto/secret.h"

namespace veerpont::crypto {

std::string random_bytes(std::size_t size);
Key32 random_key();

// A fresh 16-byte id of any kind.
template <class T>
T random_id() {
  return *T::from_bytes(random_bytes(T::size));
}

}  // namespace veerpont::crypto
