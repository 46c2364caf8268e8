#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "crypto/secret.h"
#include "tests/e2e/memory.h"

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--memory-of")
    return veerpont::e2e::print_memory_of(std::atoi(argv[2]));
  veerpont::crypto::initialise();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
