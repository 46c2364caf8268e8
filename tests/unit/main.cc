#include <gtest/gtest.h>

#include "crypto/secret.h"

int main(int argc, char** argv) {
  veerpont::crypto::initialise();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
