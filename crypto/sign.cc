#include "crypto/sign.h"

#include <sodium.h>

#include "crypto/raw_bytes.h"

namespace veerpont::crypto {

std::string pre_authentication_encoding(PayloadType type, std::string_view body) {
  std::string name = "application/vnd.veerpont.";
  name.append(type.name) += ".v1";
  std::string out = "DSSEv1 " + std::to_string(name.size()) + ' ';
  out.append(name) += ' ';
  out += std::to_string(body.size()) + ' ';
  return out.append(body);
}

SigningKey SigningKey::generate() {
  Key32 seed;
  randombytes_buf(seed.writable(), Key32::size);
  return from_seed(seed);
}

SigningKey SigningKey::from_seed(const Key32& seed) {
  Secret<64> secret;
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_key.data()), secret.writable(),
                           seed.data());
  return SigningKey(GuardedSecret<64>::from(secret.reveal()), std::move(public_key));
}

Key32 SigningKey::seed() const { return Key32::from(secret_.reveal().substr(0, 32)); }

std::string SigningKey::sign(PayloadType type, std::string_view body) const {
  return sign_raw(pre_authentication_encoding(type, body));
}

std::string SigningKey::sign_raw(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, raw(message),
                       message.size(), secret_.data());
  return signature;
}

bool verify(std::string_view public_key, PayloadType type, std::string_view body,
            std::string_view signature) {
  return verify_raw(public_key, pre_authentication_encoding(type, body), signature);
}

bool verify_raw(std::string_view public_key, std::string_view message, std::string_view signature) {
  return public_key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(raw(signature), raw(message), message.size(),
                                     raw(public_key)) == 0;
}

Hash key_id(KeyType type, std::string_view public_key) {
  return Transcript("veerpont/key-id/v1")
      .u8(static_cast<unsigned char>(type))
      .bytes(public_key)
      .sha256();
}

}  // namespace veerpont::crypto
