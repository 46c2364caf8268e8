#include "base/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace veerpont {
namespace {

Refusal failed(const std::string& path) { return Refusal{RefusalCode::local_failure, path}; }

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  return synced;
}

}  // namespace

Status write_private_file(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".new." + std::to_string(::getpid());
  const int fd =
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed(path);
  const bool written = write_all(fd, bytes) && ::fsync(fd) == 0;
  ::close(fd);
  if (written && std::rename(beside.c_str(), path.c_str()) == 0 &&
      sync(std::filesystem::absolute(path).parent_path().string()))
    return Done{};
  ::unlink(beside.c_str());
  return failed(path);
}

Status sync_folder(const std::string& folder) {
  return sync(folder) ? Status(Done{}) : Status(failed(folder));
}

Result<std::string> read_file(const std::string& path, std::size_t most) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? Refusal{RefusalCode::not_found, path} : failed(path);
  std::string bytes;
  char block[16384];
  ssize_t got = 0;
  while ((got = ::read(fd, block, sizeof block)) > 0 && bytes.size() <= most)
    bytes.append(block, static_cast<std::size_t>(got));
  ::close(fd);
  if (got < 0) return failed(path);
  if (bytes.size() > most) return Refusal{RefusalCode::too_large, path};
  return bytes;
}

}  // namespace veerpont
