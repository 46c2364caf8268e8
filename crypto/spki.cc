#include "crypto/spki.h"

#include <openssl/x509.h>

#include <stdexcept>
#include <string_view>

namespace veerpont::crypto {

Hash spki_sha256(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) throw std::runtime_error("OpenSSL could not write a public key");
  const Hash hash =
      sha256(std::string_view(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return hash;
}

}  // namespace veerpont::crypto
