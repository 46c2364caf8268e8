// The private halves of this organisation's signing and TLS keys: sealed in fixed slots, and
// overwritten when nobody needs them any more. Which of them counts is what our newest logged
// statement says.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "client_sdk/home/sealed_slots.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

namespace veerpont::sdk {

class OwnKeys {
 public:
  struct Tls {
    crypto::Hash id;          // SHA-256 of its SubjectPublicKeyInfo
    crypto::SecretBytes key;  // PKCS#8, DER
  };
  // Opens or creates; holds the file's lock, so that two commands never make keys at once. Refuses
  // local-failure, malformed.
  static Result<OwnKeys> open(const std::string& path, const crypto::Key32& storage_key);

  std::vector<crypto::SigningKey> signing() const;
  std::vector<Tls> tls() const;
  // Durable when they return. Refuse local-failure.
  Status add(const crypto::SigningKey& key);
  Status add_tls(const crypto::SecretBytes& key);
  // Overwrites every key that is in neither list: public signing keys, ids of TLS keys.
  Status keep_only(const std::set<std::string>& signing, const std::set<crypto::Hash>& tls);

 private:
  explicit OwnKeys(SealedSlots slots) : slots_(std::move(slots)) {}
  Status put(char kind, std::string_view secret);
  SealedSlots slots_;
};

}  // namespace veerpont::sdk
