#include "crypto/pin.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/private_file.h"
#include "crypto/keystore.h"

namespace veerpont::crypto {
namespace {

constexpr std::size_t kFewest = 6;
constexpr std::size_t kMost = 32;

}  // namespace

Result<Pin> Pin::from(SecretBytes digits) {
  const std::string_view text = digits.reveal();
  const bool all = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!all || text.size() < kFewest || text.size() > kMost)
    return Refusal{RefusalCode::invalid_input, "a PIN is 6 to 32 digits"};
  return Pin(std::move(digits));
}

Result<Pin> Pin::file(const std::string& path) {
  auto text = read_file(path, 4096);
  if (!text) return text.refusal();
  auto digits = SecretBytes::take(std::move(*text));
  digits.truncate(std::min(digits.size(), digits.reveal().find_first_of("\r\n")));
  return from(std::move(digits));
}

Result<std::string> Pin::verifier() const {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), digits_.reveal().data(), digits_.size(), argon2id::passes,
                        argon2id::memory) != 0)
    return Refusal{RefusalCode::local_failure, "memory for Argon2id"};
  return std::string(text.data());
}

bool Pin::fits(const std::string& verifier) const {
  return verifier.size() < crypto_pwhash_STRBYTES &&
         crypto_pwhash_str_verify(verifier.c_str(), digits_.reveal().data(), digits_.size()) == 0;
}

}  // namespace veerpont::crypto
