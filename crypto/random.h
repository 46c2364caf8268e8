// Random bytes from the kernel's generator (libsodium randombytes).
#pragma once

#include <string>

#include "crypto/secret.h"

namespace veerpont::crypto {

std::string random_bytes(std::size_t size);
Key32 random_key();

}  // namespace veerpont::crypto
