// A person's PIN: 6 to 32 digits, kept as an Argon2id verifier at the keystore's cost.
#pragma once

#include <string>

#include "base/result.h"
#include "crypto/secret.h"

namespace veerpont::crypto {

class Pin {
 public:
  // Refuses invalid-input for anything but 6 to 32 digits.
  static Result<Pin> from(SecretBytes digits);
  // The first line of a file. Refuses not-found, invalid-input.
  static Result<Pin> file(const std::string& path);
  // crypto_pwhash_str of libsodium, with its own salt and cost in it. Refuses local-failure when
  // there is no memory for it.
  Result<std::string> verifier() const;
  bool fits(const std::string& verifier) const;

 private:
  explicit Pin(SecretBytes digits) : digits_(std::move(digits)) {}
  SecretBytes digits_;
};

}  // namespace veerpont::crypto
