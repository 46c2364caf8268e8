#include "crypto/hpke.h"

#include <sodium.h>

#include <cstdlib>

#include "crypto/hash.h"
#include "crypto/raw_bytes.h"

namespace veerpont::crypto::hpke {
namespace {

constexpr std::uint16_t kKem = 0x0020;
constexpr std::uint16_t kKdf = 0x0001;

std::string kem_suite() { return "KEM" + Transcript().u16(kKem).str(); }
std::string hpke_suite(Aead aead) {
  return "HPKE" + Transcript().u16(kKem).u16(kKdf).u16(static_cast<std::uint16_t>(aead)).str();
}

// Section 4: LabeledExtract and LabeledExpand.
Key32 labeled_extract(std::string_view suite, std::string_view salt, std::string_view label,
                      std::string_view ikm) {
  Transcript labeled;
  labeled.bytes("HPKE-v1").bytes(suite).bytes(label).bytes(ikm);
  return hkdf_extract(salt, labeled.str());
}
SecretBytes labeled_expand(std::string_view suite, const Key32& prk, std::string_view label,
                           std::string_view info, std::size_t length) {
  Transcript labeled;
  labeled.u16(static_cast<std::uint16_t>(length))
      .bytes("HPKE-v1")
      .bytes(suite)
      .bytes(label)
      .bytes(info);
  return hkdf_expand(prk, labeled.str(), length);
}

// DH and ExtractAndExpand of section 4.1; nothing for an all-zero shared point.
std::optional<Key32> shared_secret(const Key32& secret, std::string_view peer, std::string_view enc,
                                   std::string_view recipient) {
  Key32 dh;
  if (peer.size() != 32 || crypto_scalarmult(dh.writable(), secret.data(), raw(peer)) != 0)
    return std::nullopt;
  const Key32 prk = labeled_extract(kem_suite(), "", "eae_prk", dh.reveal());
  const SecretBytes out = labeled_expand(kem_suite(), prk, "shared_secret",
                                         std::string(enc) + std::string(recipient), 32);
  return Key32::from(out.reveal());
}

}  // namespace

Context key_schedule(Mode mode, Aead aead, const Key32& shared, std::string_view info,
                     const std::optional<Psk>& psk) {
  const std::string suite = hpke_suite(aead);
  const Psk used = psk.value_or(Psk{"", ""});
  const Key32 psk_id_hash = labeled_extract(suite, "", "psk_id_hash", used.id);
  const Key32 info_hash = labeled_extract(suite, "", "info_hash", info);
  Transcript context;
  context.u8(static_cast<std::uint8_t>(mode)).bytes(psk_id_hash.reveal()).bytes(info_hash.reveal());
  const Key32 secret = labeled_extract(suite, shared.reveal(), "secret", used.key);
  const std::size_t key_size = aead == Aead::aes_128_gcm ? 16 : 32;
  const SecretBytes exporter = labeled_expand(suite, secret, "exp", context.str(), 32);
  return Context(aead, labeled_expand(suite, secret, "key", context.str(), key_size),
                 labeled_expand(suite, secret, "base_nonce", context.str(), 12),
                 Key32::from(exporter.reveal()));
}

KeyPair key_pair_from(const Key32& secret) {
  KeyPair pair{secret.clone(), std::string(32, '\0')};
  crypto_scalarmult_base(reinterpret_cast<unsigned char*>(pair.public_key.data()),
                         pair.secret.data());
  return pair;
}

KeyPair generate_key_pair() {
  Key32 secret;
  randombytes_buf(secret.writable(), Key32::size);
  return key_pair_from(secret);
}

KeyPair derive_key_pair(std::string_view ikm) {
  const Key32 prk = labeled_extract(kem_suite(), "", "dkp_prk", ikm);
  const SecretBytes secret = labeled_expand(kem_suite(), prk, "sk", "", 32);
  return key_pair_from(Key32::from(secret.reveal()));
}

std::string Context::nonce(std::uint64_t sequence) const {
  std::string nonce(base_nonce_.reveal());
  for (std::size_t i = 0; i < 8; ++i)
    nonce[nonce.size() - 1 - i] = static_cast<char>(nonce[nonce.size() - 1 - i] ^
                                                    static_cast<char>((sequence >> (8 * i)) & 255));
  return nonce;
}

std::string Context::seal(std::string_view aad, std::string_view plaintext) {
  if (aead_ != Aead::chacha20_poly1305) std::abort();
  std::string out(plaintext.size() + crypto_aead_chacha20poly1305_ietf_ABYTES, '\0');
  const std::string used = nonce(sequence_++);
  crypto_aead_chacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(out.data()), nullptr,
                                            raw(plaintext), plaintext.size(), raw(aad), aad.size(),
                                            nullptr, raw(used), raw(key_.reveal()));
  return out;
}

std::optional<SecretBytes> Context::open(std::string_view aad, std::string_view ciphertext) {
  if (aead_ != Aead::chacha20_poly1305) std::abort();
  constexpr std::size_t tag = crypto_aead_chacha20poly1305_ietf_ABYTES;
  if (ciphertext.size() < tag) return std::nullopt;
  SecretBytes out(ciphertext.size() - tag);
  const std::string used = nonce(sequence_);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(out.writable(), nullptr, nullptr, raw(ciphertext),
                                                ciphertext.size(), raw(aad), aad.size(), raw(used),
                                                raw(key_.reveal())) != 0)
    return std::nullopt;
  ++sequence_;
  return out;
}

SecretBytes Context::export_secret(std::string_view exporter_context, std::size_t length) const {
  return labeled_expand(hpke_suite(aead_), exporter_, "sec", exporter_context, length);
}

std::optional<Sender> setup_sender(Aead aead, std::string_view recipient, std::string_view info,
                                   const std::optional<Psk>& psk) {
  return setup_sender_with(generate_key_pair(), aead, recipient, info, psk);
}

std::optional<Sender> setup_sender_with(const KeyPair& ephemeral, Aead aead,
                                        std::string_view recipient, std::string_view info,
                                        const std::optional<Psk>& psk) {
  const auto shared = shared_secret(ephemeral.secret, recipient, ephemeral.public_key, recipient);
  if (!shared) return std::nullopt;
  return Sender{ephemeral.public_key,
                key_schedule(psk ? Mode::psk : Mode::base, aead, *shared, info, psk)};
}

std::optional<Context> setup_receiver(Aead aead, std::string_view enc, const KeyPair& recipient,
                                      std::string_view info, const std::optional<Psk>& psk) {
  const auto shared = shared_secret(recipient.secret, enc, enc, recipient.public_key);
  if (!shared) return std::nullopt;
  return key_schedule(psk ? Mode::psk : Mode::base, aead, *shared, info, psk);
}

}  // namespace veerpont::crypto::hpke
