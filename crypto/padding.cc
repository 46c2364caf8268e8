#include "crypto/padding.h"

#include <bit>

namespace veerpont::crypto {

std::size_t padme(std::size_t length) {
  if (length < 2) return length;
  const auto e = static_cast<int>(std::bit_width(length)) - 1;
  const auto s = static_cast<int>(std::bit_width(static_cast<unsigned>(e)));
  const int zero_bits = e - s;
  if (zero_bits <= 0) return length;
  const std::size_t unit = std::size_t{1} << zero_bits;
  return (length + unit - 1) / unit * unit;
}

}  // namespace veerpont::crypto
