// What only root may do. An ordinary user does it through sudo, when that asks no password; else a
// test skips, and says so.
#pragma once

#include <string>
#include <vector>

namespace veerpont::e2e {

bool may_act_as_root();
// Runs the program with these words; its exit code. Standard output goes to `out` when given.
int as_root(const std::vector<std::string>& command, std::string* out = nullptr);
// A file that only root may read; empty when it cannot be read.
std::string read_as_root(const std::string& path);

}  // namespace veerpont::e2e

#define VEERPONT_NEEDS_ROOT(why)         \
  if (!veerpont::e2e::may_act_as_root()) \
  GTEST_SKIP() << "SKIPPED: " << why << " needs root, or sudo without a password"
