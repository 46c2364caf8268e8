// A file of secrets under one random master key, which every slot wraps for itself.
// docs/protocol.md, "Keystore". Not promised: anything once the passphrase or the credential is
// known.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "crypto/secret.h"

namespace veerpont::crypto {

// XChaCha20-Poly1305 with a random nonce in front: nonce[24] ‖ ciphertext ‖ tag. For data at rest.
std::string box(const Key32& key, std::string_view aad, std::string_view plaintext);
// Refuses unlock-failed when it does not authenticate.
Result<SecretBytes> unbox(const Key32& key, std::string_view aad, std::string_view boxed);

// The cost of what a person can remember: bytes, and passes.
namespace argon2id {
inline constexpr std::size_t memory = 64u << 20;
inline constexpr std::uint32_t passes = 3;
}  // namespace argon2id

// What opens a slot.
class Unlock {
 public:
  static Unlock passphrase(SecretBytes text) { return {Kind::passphrase, std::move(text)}; }
  // 32 random bytes; no key stretching.
  static Unlock credential(SecretBytes bytes) { return {Kind::credential, std::move(bytes)}; }
  // The raw content of a credential file; refuses unlock-failed unless it is 32 bytes.
  static Result<Unlock> credential_file(const std::string& path);
  // The first line of a file.
  static Result<Unlock> passphrase_file(const std::string& path);

 private:
  friend class Keystore;
  enum class Kind { passphrase, credential };
  Unlock(Kind kind, SecretBytes secret) : kind_(kind), secret_(std::move(secret)) {}
  Kind kind_;
  SecretBytes secret_;
};

class Keystore {
 public:
  // Creates `path` with one slot. Refuses local-failure.
  static Status create(const std::string& path, const Unlock& unlock, const SecretBytes& content);
  // The content. Refuses not-found, malformed, unlock-failed; Argon2id costs outside [64 MiB, 1
  // GiB] and [3, 10] are refused before anything is allocated.
  static Result<SecretBytes> open(const std::string& path, const Unlock& unlock);
  // Replaces the content; every slot still opens it. Refuses as open() does.
  static Status replace(const std::string& path, const Unlock& unlock, const SecretBytes& content);
  // Adds or replaces the slot of `added`'s kind.
  static Status add_slot(const std::string& path, const Unlock& unlock, const Unlock& added);

 private:
  struct Access;
};

}  // namespace veerpont::crypto
