#include "tests/e2e/memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace veerpont::e2e {

std::string memory_of(int pid) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  const int fd = ::open(("/proc/" + std::to_string(pid) + "/mem").c_str(), O_RDONLY);
  if (!maps || fd < 0) {
    ADD_FAILURE() << "a process's memory cannot be read: this test needs root";
    return {};
  }
  std::string all;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char readable = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %c", &begin, &end, &readable) != 3 || readable != 'r' || line.find("[v") != line.npos) continue;
    std::string block(end - begin, '\0');
    const ssize_t got = ::pread(fd, block.data(), block.size(), static_cast<off_t>(begin));
    if (got > 0) all.append(block, 0, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return all;
}

bool Needle::is_in(std::string_view place) const {
  const auto at = std::search(place.begin(), place.end(), scrambled_.begin(), scrambled_.end(),
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
