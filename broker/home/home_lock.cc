#include "broker/home/home_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

namespace veerpont::broker {

Result<HomeLock> HomeLock::take(const std::string& path) {
  HomeLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.fd_ < 0) return Refusal{RefusalCode::local_failure, path};
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
    return Refusal{RefusalCode::busy, "another veerpontd has this home; stop it first"};
  return lock;
}

HomeLock::HomeLock(HomeLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

HomeLock& HomeLock::operator=(HomeLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

HomeLock::~HomeLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace veerpont::broker
