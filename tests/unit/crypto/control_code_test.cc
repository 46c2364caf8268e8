// A fingerprint as people read it aloud; the figures come from Python's hashlib.
#include "crypto/control_code.h"

#include <gtest/gtest.h>

namespace veerpont::crypto {
namespace {

TEST(ControlCode, IsTwelveGroupsOfFiveDigits) {
  EXPECT_EQ(control_code("cd7c377f32b28441d281f34e860b97d54e7ec39e0fc2015e1857a7009b8fa054"),
            "38627 55298 25742 92741 60194 58252 60605 05875 58945 40185 41285 16593");
  EXPECT_EQ(control_code(std::string(64, '0')),
            "01027 91157 81505 40980 88860 39273 58373 03205 97994 96036 07227 89685");
}

TEST(ControlCode, OfWhatIsNoFingerprintThereIsNone) {
  EXPECT_EQ(control_code(""), "");
  EXPECT_EQ(control_code(std::string(63, 'a')), "");
  EXPECT_EQ(control_code(std::string(64, 'g')), "");
}

}  // namespace
}  // namespace veerpont::crypto
