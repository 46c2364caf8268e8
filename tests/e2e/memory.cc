#include "tests/e2e/memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/e2e/root.h"

namespace veerpont::e2e {

namespace {

std::string read_memory(int pid) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  const int fd = ::open(("/proc/" + std::to_string(pid) + "/mem").c_str(), O_RDONLY);
  if (!maps || fd < 0) return {};
  std::string all;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char readable = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %c", &begin, &end, &readable) != 3 || readable != 'r' ||
        line.find("[v") != line.npos)
      continue;
    std::string block(end - begin, '\0');
    const ssize_t got = ::pread(fd, block.data(), block.size(), static_cast<off_t>(begin));
    if (got > 0) all.append(block, 0, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return all;
}

}  // namespace

std::string memory_of(int pid) {
  std::string all;
  if (::geteuid() == 0)
    all = read_memory(pid);
  else
    as_root({std::filesystem::read_symlink("/proc/self/exe"), "--memory-of", std::to_string(pid)},
            &all);
  EXPECT_FALSE(all.empty()) << "the memory of " << pid << " cannot be read";
  return all;
}

int print_memory_of(int pid) {
  const std::string all = read_memory(pid);
  return std::fwrite(all.data(), 1, all.size(), stdout) == all.size() && !all.empty() ? 0 : 1;
}

bool Needle::is_in(std::string_view place) const {
  const auto at = std::search(
      place.begin(), place.end(), scrambled_.begin(), scrambled_.end(),
      [](char found, char wanted) { return found == static_cast<char>(wanted ^ 0x5a); });
  return at != place.end();
}

bool Needle::is_in_memory_of(int pid) const {
  const int child = ::fork();
  if (child == 0) {
    const std::string memory = memory_of(pid);
    ::_exit(memory.empty() ? 2 : is_in(memory) ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2) << "the memory could not be looked at";
  return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

}  // namespace veerpont::e2e
