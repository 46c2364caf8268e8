// Strong identifiers: none converts into another, all are valid by construction.
#pragma once

#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace veerpont {

// 16 random bytes with a meaning. Text form: 32 lower-case hex digits.
template <class Tag>
class Id {
 public:
  static constexpr std::size_t size = 16;

  static std::optional<Id> from_bytes(std::string_view bytes) {
    if (bytes.size() != size) return std::nullopt;
    return Id(bytes);
  }
  static std::optional<Id> parse(std::string_view hex) {
    if (hex.size() != 2 * size) return std::nullopt;
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < hex.size(); ++i) {
      const char c = hex[i];
      int digit = 0;
      if (c >= '0' && c <= '9') {
        digit = c - '0';
      } else if (c >= 'a' && c <= 'f') {
        digit = c - 'a' + 10;
      } else {
        return std::nullopt;
      }
      bytes[i / 2] = static_cast<char>((static_cast<unsigned char>(bytes[i / 2]) << 4) | digit);
    }
    return Id(bytes);
  }

  std::string_view bytes() const { return {bytes_, size}; }
  std::string str() const { return std::string(bytes()); }
  std::string hex() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const char c : bytes()) {
      const auto byte = static_cast<unsigned char>(c);
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
    return out;
  }
  friend bool operator==(const Id& a, const Id& b) { return a.bytes() == b.bytes(); }
  friend auto operator<=>(const Id& a, const Id& b) { return a.bytes() <=> b.bytes(); }

 private:
  explicit Id(std::string_view bytes) { std::memcpy(bytes_, bytes.data(), size); }
  char bytes_[size];
};

using MessageId = Id<struct MessageTag>;
using ReferralId = Id<struct ReferralTag>;
using GrantId = Id<struct GrantTag>;
using OperationId = Id<struct OperationTag>;

// An organisation's name in the federation: [a-z0-9-]{2,40}.
class OrgId {
 public:
  static std::optional<OrgId> parse(std::string_view text) {
    if (text.size() < 2 || text.size() > 40) return std::nullopt;
    for (const char c : text)
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return std::nullopt;
    return OrgId(text);
  }
  const std::string& str() const { return text_; }
  friend bool operator==(const OrgId&, const OrgId&) = default;
  friend auto operator<=>(const OrgId&, const OrgId&) = default;

 private:
  explicit OrgId(std::string_view text) : text_(text) {}
  std::string text_;
};

// A leaf's place in the log, from 0.
struct LogIndex {
  std::uint64_t value = 0;
  friend auto operator<=>(const LogIndex&, const LogIndex&) = default;
};

}  // namespace veerpont
