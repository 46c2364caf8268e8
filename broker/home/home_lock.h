// One process per home, for as long as this lives.
#pragma once

#include <string>

#include "base/result.h"

namespace veerpont::broker {

class HomeLock {
 public:
  HomeLock() = default;
  // Refuses busy when another veerpontd has the home, local-failure when the file cannot be opened.
  static Result<HomeLock> take(const std::string& path);
  HomeLock(HomeLock&& other) noexcept;
  HomeLock& operator=(HomeLock&& other) noexcept;
  ~HomeLock();

 private:
  explicit HomeLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace veerpont::broker
