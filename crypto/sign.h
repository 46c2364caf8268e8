// Ed25519 (RFC 8032) over the DSSE pre-authentication encoding: what a signature is for is part of
// what is signed. Not promised: that the key belongs to whom it says. That is the key statement's
// and the fingerprint's work.
#pragma once

#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/secret.h"

namespace veerpont::crypto {

// What a signature is for: NAME in the DSSE type "application/vnd.veerpont.NAME.v1". One per signed
// object, which says it as Object::type; a key signs under exactly the types of its job.
struct PayloadType {
  std::string_view name;
  friend constexpr bool operator==(PayloadType, PayloadType) = default;
};

// "DSSEv1" SP len(type) SP type SP len(body) SP body.
std::string pre_authentication_encoding(PayloadType type, std::string_view body);

class SigningKey {
 public:
  static SigningKey generate();
  static SigningKey from_seed(const Key32& seed);
  Key32 seed() const;
  const std::string& public_key() const { return public_key_; }     // 32 bytes
  std::string sign(PayloadType type, std::string_view body) const;  // 64 bytes
  // Without DSSE: for formats that bring their own separation (the log's signed notes).
  std::string sign_raw(std::string_view message) const;

 private:
  SigningKey(GuardedSecret<64> secret, std::string public_key)
      : secret_(std::move(secret)), public_key_(std::move(public_key)) {}
  GuardedSecret<64> secret_;
  std::string public_key_;
};

// libsodium's strict verification: no small-order key, no non-canonical S or point.
bool verify(std::string_view public_key, PayloadType type, std::string_view body,
            std::string_view signature);
bool verify_raw(std::string_view public_key, std::string_view message, std::string_view signature);

enum class KeyType : unsigned char { signing = 1, epoch = 2, identity = 3, cosigner = 4 };
// SHA-256("veerpont/key-id/v1" ‖ 00 ‖ type u8 ‖ public key).
Hash key_id(KeyType type, std::string_view public_key);

}  // namespace veerpont::crypto
