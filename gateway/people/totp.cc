#include "gateway/people/totp.h"

#include <liboath/oath.h>

#include <cstdlib>

namespace veerpont::gateway {
namespace {

constexpr unsigned kStep = 30;  // seconds
constexpr std::size_t kWindow = 1;
constexpr std::size_t kDigits = 6;

std::string percent_encoded(const std::string& text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
        c == '.')
      out += c;
    else
      out += {'%', kHex[byte >> 4u], kHex[byte & 15u]};
  }
  return out;
}

}  // namespace

std::optional<std::uint64_t> totp_step(std::string_view secret, std::string_view code,
                                       std::uint64_t used, Time now) {
  std::string digits;
  for (const char c : code) {
    if (c == ' ') continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  if (digits.size() != kDigits) return std::nullopt;
  const auto seconds = static_cast<std::time_t>(to_ms(now) / 1000);
  int place = 0;
  if (oath_totp_validate2(secret.data(), secret.size(), seconds, kStep, 0, kWindow, &place,
                          digits.c_str()) < 0)
    return std::nullopt;
  const auto step = static_cast<std::uint64_t>(seconds / kStep + place);
  return step > used ? std::optional(step) : std::nullopt;
}

std::string base32(std::string_view secret) {
  char* text = nullptr;
  std::size_t size = 0;
  if (oath_base32_encode(secret.data(), secret.size(), &text, &size) != OATH_OK) std::abort();
  std::string out(text, size);
  crypto::wipe(text, size);
  std::free(text);
  while (out.ends_with('=')) out.pop_back();
  return out;
}

std::string totp_uri(std::string_view secret, const std::string& organisation,
                     const std::string& login) {
  const std::string issuer = percent_encoded("Veerpont " + organisation);
  return "otpauth://totp/" + issuer + ":" + percent_encoded(login) + "?secret=" + base32(secret) +
         "&issuer=" + issuer;
}

}  // namespace veerpont::gateway
