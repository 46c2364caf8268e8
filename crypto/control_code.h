// A fingerprint as two people read it to each other over the telephone.
#pragma once

#include <string>
#include <string_view>

namespace veerpont::crypto {

// 12 groups of 5 digits, "01234 56789 …", of a fingerprint of 64 hex digits: SHA-512 of
// "veerpont/control-code/v1" ‖ 00 ‖ its 32 bytes, of which each 5 bytes, big-endian, modulo 100,000
// are a group. Empty for what is no fingerprint.
std::string control_code(std::string_view fingerprint);

}  // namespace veerpont::crypto
