#include "broker/store/ballast.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "broker/telemetry/journal.h"
#include "crypto/random.h"

namespace veerpont::broker {
namespace {

constexpr std::size_t kChunk = 1u << 20;

// What a file really takes of the disk, at most its length: a hole is no ballast.
std::uint64_t allocated(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return 0;
  return std::min(static_cast<std::uint64_t>(status.st_blocks) * 512,
                  static_cast<std::uint64_t>(status.st_size));
}

}  // namespace

Ballast::Ballast(std::string path, std::uint64_t size)
    : path_(std::move(path)),
      size_(size),
      held_(std::min(allocated(path_), size)),
      was_there_(::access(path_.c_str(), F_OK) == 0) {
  if (allocated(path_) > size && ::truncate(path_.c_str(), static_cast<off_t>(size)) != 0)
    journal(Level::warning, "ballast-not-cut");
}

bool Ballast::cut() {
  if (held_ == 0) return false;
  const std::uint64_t rest = held_ - std::min(held_, std::max<std::uint64_t>(size_ / 4, 1));
  if (::truncate(path_.c_str(), static_cast<off_t>(rest)) != 0) return false;
  held_ = rest;
  journal(Level::critical, "ballast-cut",
          {{"left", std::to_string(held_)},
           {"cure", "free some disk; only withdrawing and suspending go on"}});
  return true;
}

bool Ballast::fill() {
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  // Bytes that no file system can make smaller.
  const std::string chunk =
      crypto::random_bytes(std::min<std::size_t>(kChunk, static_cast<std::size_t>(size_)));
  std::uint64_t at = held_;
  while (at < size_) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), size_ - at));
    const ssize_t wrote = ::pwrite(fd, chunk.data(), count, static_cast<off_t>(at));
    if (wrote <= 0) break;
    at += static_cast<std::uint64_t>(wrote);
  }
  const bool whole = at == size_;
  if (!whole && ::ftruncate(fd, static_cast<off_t>(held_)) != 0)
    journal(Level::warning, "ballast-not-cut");
  if (!whole && !was_there_) ::unlink(path_.c_str());
  ::close(fd);
  if (whole) held_ = size_;
  was_there_ = was_there_ || whole;
  return whole;
}

}  // namespace veerpont::broker
