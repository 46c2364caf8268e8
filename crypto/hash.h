// SHA-256 and the transcripts it is taken over. FIPS 180-4; HKDF: RFC 5869.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace veerpont::crypto {

class Hash {
 public:
  static constexpr std::size_t size = 32;
  Hash() { bytes_.fill(0); }  // 32 zero bytes, which the log uses as "no previous leaf"
  static std::optional<Hash> from_bytes(std::string_view bytes);
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), size}; }
  std::string str() const { return std::string(bytes()); }
  unsigned char* writable() { return bytes_.data(); }
  friend auto operator<=>(const Hash&, const Hash&) = default;

 private:
  std::array<unsigned char, size> bytes_;
};

Hash sha256(std::string_view bytes);

// Builds "label ‖ 00 ‖ …" with big-endian integers, as docs/protocol.md writes its hashed strings.
class Transcript {
 public:
  Transcript() = default;
  explicit Transcript(std::string_view label) : bytes_(label) { bytes_ += '\0'; }
  ~Transcript() { wipe(bytes_.data(), bytes_.size()); }
  Transcript(const Transcript&) = delete;
  Transcript& operator=(const Transcript&) = delete;
  Transcript& u8(std::uint8_t v) { return number(v, 1); }
  Transcript& u16(std::uint16_t v) { return number(v, 2); }
  Transcript& u32(std::uint32_t v) { return number(v, 4); }
  Transcript& u64(std::uint64_t v) { return number(v, 8); }
  Transcript& bytes(std::string_view v) {
    bytes_ += v;
    return *this;
  }
  Transcript& short_text(std::string_view v) {
    return u8(static_cast<std::uint8_t>(v.size())).bytes(v);
  }
  const std::string& str() const { return bytes_; }
  Hash sha256() const { return crypto::sha256(bytes_); }

 private:
  Transcript& number(std::uint64_t v, int width) {
    for (int i = width - 1; i >= 0; --i) bytes_ += static_cast<char>((v >> (8 * i)) & 255);
    return *this;
  }
  std::string bytes_;
};

// HKDF-SHA256, RFC 5869. expand: at most 255·32 bytes.
Key32 hkdf_extract(std::string_view salt, std::string_view ikm);
SecretBytes hkdf_expand(const Key32& prk, std::string_view info, std::size_t length);

// Lower-case hex; from_hex answers nothing unless every byte is two such digits.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);
// RFC 4648 with padding; strict on the way in.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace veerpont::crypto
