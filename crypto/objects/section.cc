#include "crypto/objects/section.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "crypto/big_endian.h"
#include "crypto/padding.h"
#include "crypto/random.h"
#include "crypto/raw_bytes.h"

namespace veerpont::crypto {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kSmallest = 256;
constexpr std::size_t kTag = crypto_aead_chacha20poly1305_ietf_ABYTES;

std::uint16_t number(Category category) { return static_cast<std::uint16_t>(category); }

// key[32] ‖ nonce[12] ‖ commitment[32] from the CEK.
SecretBytes section_keys(const Key32& cek, const SectionBinding& binding) {
  const Key32 prk = hkdf_extract("", cek.reveal());
  Transcript info("veerpont/section/v1");
  info.bytes(binding.message.bytes()).u16(number(binding.category));
  return hkdf_expand(prk, info.str(), 76);
}

std::string wrap_info(const SectionBinding& binding, const Hash& commitment) {
  Transcript info("veerpont/wrap/v1");
  info.bytes(binding.message.bytes())
      .u16(number(binding.category))
      .bytes(binding.sender_key_id.bytes());
  return info.bytes(binding.recipient_key_id.bytes())
      .bytes(binding.grant.bytes())
      .bytes(commitment.bytes())
      .str();
}

std::string section_aad(const SectionBinding& binding) {
  return Transcript().bytes(binding.message.bytes()).u16(number(binding.category)).str();
}

std::size_t padded_size(std::size_t document_bytes) {
  return std::max(kSmallest, padme(document_bytes + kLengthBytes));
}

// length u32 ‖ document ‖ zeros.
SecretBytes pad(std::string_view document) {
  SecretBytes plaintext(padded_size(document.size()));
  const std::string length = Transcript().u32(static_cast<std::uint32_t>(document.size())).str();
  std::memcpy(plaintext.writable(), length.data(), kLengthBytes);
  if (!document.empty())
    std::memcpy(plaintext.writable() + kLengthBytes, document.data(), document.size());
  return plaintext;
}

Refusal cannot_open(const char* step) { return Refusal{RefusalCode::cannot_open, step}; }

Result<SecretBytes> unpad(const SecretBytes& plaintext) {
  const std::string_view text = plaintext.reveal();
  if (text.size() < kSmallest) return cannot_open("padding");
  const std::size_t length = big_endian(text.substr(0, kLengthBytes));
  if (length > limits::section_bytes || padded_size(length) != text.size())
    return cannot_open("padding");
  const std::string_view zeros = text.substr(kLengthBytes + length);
  if (!std::all_of(zeros.begin(), zeros.end(), [](char c) { return c == '\0'; }))
    return cannot_open("padding");
  return SecretBytes::copy(text.substr(kLengthBytes, length));
}

}  // namespace

Hash share_id(const MessageId& message, Category category, const OrgId& recipient,
              std::string_view share) {
  return Transcript("veerpont/share/v1")
      .bytes(message.bytes())
      .u16(number(category))
      .short_text(recipient.str())
      .bytes(share)
      .sha256();
}

std::size_t sealed_size(std::size_t document_bytes) { return padded_size(document_bytes) + kTag; }

Result<SealedSection> seal_section(const SectionBinding& binding, const OrgId& recipient,
                                   std::string_view recipient_public_key,
                                   std::string_view document) {
  if (document.size() > limits::section_bytes)
    return Refusal{RefusalCode::too_large, "section " + id_of(binding.category)};
  const Key32 cek = random_key();
  const SecretBytes keys = section_keys(cek, binding);
  const std::string_view key = keys.reveal().substr(0, 32);
  const std::string_view nonce = keys.reveal().substr(32, 12);
  const Hash commitment = *Hash::from_bytes(keys.reveal().substr(44));
  const SecretBytes plaintext = pad(document);
  const std::string aad = section_aad(binding);
  std::string ciphertext(plaintext.size() + kTag, '\0');
  crypto_aead_chacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(ciphertext.data()),
                                            nullptr, raw(plaintext.reveal()), plaintext.size(),
                                            raw(aad), aad.size(), nullptr, raw(nonce), raw(key));
  Key32 share = random_key();
  const Hash id = share_id(binding.message, binding.category, recipient, share.reveal());
  auto sender =
      hpke::setup_sender(hpke::Aead::chacha20_poly1305, recipient_public_key,
                         wrap_info(binding, commitment), hpke::Psk{share.reveal(), id.bytes()});
  if (!sender) return Refusal{RefusalCode::unknown_key, "recipient's epoch key"};
  std::string wrapped = sender->context.seal("", cek.reveal());
  return SealedSection{std::move(ciphertext),  commitment,         id,
                       std::move(sender->enc), std::move(wrapped), std::move(share)};
}

Result<SecretBytes> open_section(const SectionBinding& binding, const OrgId& recipient,
                                 const hpke::KeyPair& epoch_key, std::string_view share,
                                 const SectionParts& parts) {
  if (share.size() != 32 ||
      share_id(binding.message, binding.category, recipient, share) != parts.share_id)
    return cannot_open("share");
  auto context = hpke::setup_receiver(hpke::Aead::chacha20_poly1305, parts.enc, epoch_key,
                                      wrap_info(binding, parts.commitment),
                                      hpke::Psk{share, parts.share_id.bytes()});
  auto opened = context ? context->open("", parts.wrapped) : std::nullopt;
  if (!opened || opened->size() != Key32::size) return cannot_open("wrap");
  const SecretBytes keys = section_keys(Key32::from(opened->reveal()), binding);
  if (!equal(keys.reveal().substr(44), parts.commitment.bytes())) return cannot_open("commitment");
  if (parts.ciphertext.size() < kSmallest + kTag) return cannot_open("ciphertext");
  SecretBytes plaintext(parts.ciphertext.size() - kTag);
  const std::string aad = section_aad(binding);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(
          plaintext.writable(), nullptr, nullptr, raw(parts.ciphertext), parts.ciphertext.size(),
          raw(aad), aad.size(), raw(keys.reveal().substr(32, 12)),
          raw(keys.reveal().substr(0, 32))) != 0)
    return cannot_open("ciphertext");
  return unpad(plaintext);
}

}  // namespace veerpont::crypto
