// HPKE, RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256; ChaCha20-Poly1305, and AES-128-GCM for
// the key schedule only. Modes base and psk. Not promised: sender authentication (mode_psk proves
// only knowledge of the PSK), and no protection at all when both the recipient's private key and
// the PSK are known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace veerpont::crypto::hpke {

enum class Aead : std::uint16_t { aes_128_gcm = 1, chacha20_poly1305 = 3 };
enum class Mode : std::uint8_t { base = 0, psk = 1 };

struct KeyPair {
  Key32 secret;
  std::string public_key;  // 32 bytes
};
KeyPair generate_key_pair();
// DeriveKeyPair, RFC 9180 section 7.1.3.
KeyPair derive_key_pair(std::string_view ikm);
KeyPair key_pair_from(const Key32& secret);

// A pre-shared key with its public id; RFC 9180 asks for at least 32 bytes of entropy.
struct Psk {
  std::string_view key;
  std::string_view id;
};

// The result of the key schedule, section 5.1, for one side. Use it for as many seals as the
// protocol says.
class Context {
 public:
  // Ciphertext with the 16-byte tag appended. Only with chacha20_poly1305.
  std::string seal(std::string_view aad, std::string_view plaintext);
  // Nothing when it does not authenticate; the sequence number then stays.
  std::optional<SecretBytes> open(std::string_view aad, std::string_view ciphertext);
  SecretBytes export_secret(std::string_view exporter_context, std::size_t length) const;

  // For vectors.
  std::string_view key() const { return key_.reveal(); }
  std::string nonce(std::uint64_t sequence) const;
  void skip_to(std::uint64_t sequence) { sequence_ = sequence; }

 private:
  friend Context key_schedule(Mode, Aead, const Key32&, std::string_view,
                              const std::optional<Psk>&);
  Context(Aead aead, SecretBytes key, SecretBytes base_nonce, Key32 exporter)
      : aead_(aead),
        key_(std::move(key)),
        base_nonce_(std::move(base_nonce)),
        exporter_(std::move(exporter)) {}
  Aead aead_;
  SecretBytes key_;
  SecretBytes base_nonce_;
  Key32 exporter_;
  std::uint64_t sequence_ = 0;
};

struct Sender {
  std::string enc;  // 32 bytes
  Context context;
};

// Mode psk when a Psk is given. Nothing when the public key is of small order.
std::optional<Sender> setup_sender(Aead aead, std::string_view recipient_public_key,
                                   std::string_view info, const std::optional<Psk>& psk);
// With the ephemeral key given: for vectors only.
std::optional<Sender> setup_sender_with(const KeyPair& ephemeral, Aead aead,
                                        std::string_view recipient_public_key,
                                        std::string_view info, const std::optional<Psk>& psk);
std::optional<Context> setup_receiver(Aead aead, std::string_view enc, const KeyPair& recipient,
                                      std::string_view info, const std::optional<Psk>& psk);

}  // namespace veerpont::crypto::hpke
