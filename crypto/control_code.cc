#include "crypto/control_code.h"

#include <sodium.h>

#include <array>
#include <cstdint>

#include "crypto/hash.h"

namespace veerpont::crypto {
namespace {

constexpr std::size_t kGroups = 12;
constexpr std::size_t kBytesInGroup = 5;
constexpr std::uint64_t kInGroup = 100'000;

}  // namespace

std::string control_code(std::string_view fingerprint) {
  std::array<char, Hash::size> bytes{};
  std::size_t count = 0;
  if (fingerprint.size() != 2 * Hash::size ||
      ::sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                       fingerprint.data(), fingerprint.size(), nullptr, &count, nullptr) != 0 ||
      count != bytes.size())
    return {};
  const std::string hashed =
      Transcript("veerpont/control-code/v1").bytes({bytes.data(), bytes.size()}).str();
  std::array<unsigned char, crypto_hash_sha512_BYTES> digest{};
  ::crypto_hash_sha512(digest.data(), reinterpret_cast<const unsigned char*>(hashed.data()),
                       hashed.size());
  std::string out;
  for (std::size_t group = 0; group < kGroups; ++group) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kBytesInGroup; ++i)
      value = value << 8 | digest.at(group * kBytesInGroup + i);
    const std::string digits = std::to_string(value % kInGroup);
    out += (group == 0 ? "" : " ") + std::string(kBytesInGroup - digits.size(), '0') + digits;
  }
  return out;
}

}  // namespace veerpont::crypto
