// A key as certificates name it.
#pragma once

#include <openssl/types.h>

#include "crypto/hash.h"

namespace veerpont::crypto {

// SHA-256 of its SubjectPublicKeyInfo, DER (RFC 5280, 4.1.2.7). Throws when OpenSSL cannot write
// it.
Hash spki_sha256(const EVP_PKEY* key);

}  // namespace veerpont::crypto
