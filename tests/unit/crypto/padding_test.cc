#include "crypto/padding.h"

#include <gtest/gtest.h>

#include <cmath>

namespace veerpont::crypto {
namespace {

// The definition, in floating point and by counting up.
std::size_t slow_padme(std::size_t length) {
  const auto e = static_cast<std::size_t>(std::floor(std::log2(static_cast<double>(length))));
  const auto s = static_cast<std::size_t>(std::floor(std::log2(static_cast<double>(e)))) + 1;
  const std::size_t unit = e > s ? std::size_t{1} << (e - s) : 1;
  std::size_t padded = length;
  while (padded % unit != 0) ++padded;
  return padded;
}

TEST(Padme, AgreesWithItsDefinitionForEveryLengthUpToTenThousand) {
  for (std::size_t length = 2; length <= 10'000; ++length)
    ASSERT_EQ(padme(length), slow_padme(length)) << length;
}

TEST(Padme, NeverAddsMoreThanTwelvePercent) {
  for (std::size_t length = 16; length < 600'000; length += 37)
    ASSERT_LE(padme(length) * 100, length * 112) << length;
}

}  // namespace
}  // namespace veerpont::crypto
