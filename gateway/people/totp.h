// Codes of six digits that change every half minute (RFC 6238, HMAC-SHA-1, from liboath).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "crypto/secret.h"

namespace veerpont::gateway {

inline constexpr std::size_t kTotpSecret = 20;  // bytes (RFC 4226, section 4)

// The time step that the code is of: the present one, or one before or after it. Nothing for
// another code, and for a step that is not past `used`: no code is taken twice. Spaces are skipped.
std::optional<std::uint64_t> totp_step(std::string_view secret, std::string_view code,
                                       std::uint64_t used, Time now);

// Base32 without padding (RFC 4648), as people type it over.
std::string base32(std::string_view secret);
// otpauth://totp/…, as apps scan it.
std::string totp_uri(std::string_view secret, const std::string& organisation,
                     const std::string& login);

}  // namespace veerpont::gateway
