#include "broker/vault/high_water.h"

#include "crypto/big_endian.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace veerpont::broker {
namespace {

// A slot: magic[8] ‖ size u64 ‖ root[32] ‖ SHA-256 of these, in a sector of its own.
constexpr std::size_t kSector = 512;
constexpr std::size_t kContent = 48;
constexpr std::string_view kMarkMagic = "VPMARK01";

Refusal broken() { return Refusal{RefusalCode::local_failure, "high-water file"}; }

class FileHighWater final : public HighWater {
 public:
  explicit FileHighWater(int fd) : fd_(fd) {}
  ~FileHighWater() override { ::close(fd_); }

  Result<std::optional<Mark>> read() override {
    std::optional<Mark> newest;
    bool any_bytes = false;
    for (unsigned slot = 0; slot < 2; ++slot) {
      std::string bytes(kContent + audit::Hash::size, '\0');
      const ssize_t got =
          ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(slot * kSector));
      if (got < 0) return broken();
      if (got != static_cast<ssize_t>(bytes.size())) continue;
      any_bytes = any_bytes || bytes.find_first_not_of('\0') != bytes.npos;
      if (!bytes.starts_with(kMarkMagic) ||
          crypto::sha256(bytes.substr(0, kContent)).bytes() != bytes.substr(kContent))
        continue;
      Mark mark;
      mark.size = crypto::big_endian(std::string_view(bytes).substr(8, 8));
      mark.root = *audit::Hash::from_bytes(bytes.substr(16, audit::Hash::size));
      if (newest && newest->size >= mark.size) continue;
      newest = mark;
      next_ = 1 - slot;
    }
    if (!newest && any_bytes) return Refusal{RefusalCode::malformed, "high-water file"};
    return newest;
  }

  Status raise(const Mark& mark) override {
    crypto::Transcript content;
    content.bytes(kMarkMagic).u64(mark.size).bytes(mark.root.bytes());
    std::string bytes = content.str() + content.sha256().str();
    bytes.resize(kSector, '\0');
    if (::pwrite(fd_, bytes.data(), kSector, static_cast<off_t>(next_ * kSector)) !=
            static_cast<ssize_t>(kSector) ||
        ::fdatasync(fd_) != 0)
      return broken();
    next_ = 1 - next_;
    return Done{};
  }

 private:
  int fd_;
  unsigned next_ = 0;
};

}  // namespace

Result<std::unique_ptr<HighWater>> open_high_water(const std::string& path, bool writable) {
  const int fd =
      ::open(path.c_str(), (writable ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return broken();
  struct stat status {};
  if (writable && ::fstat(fd, &status) == 0 && status.st_size == 0) {
    const std::string zeros(2 * kSector, '\0');
    if (::pwrite(fd, zeros.data(), zeros.size(), 0) != static_cast<ssize_t>(zeros.size()) ||
        ::fsync(fd) != 0) {
      ::close(fd);
      return broken();
    }
  }
  return std::unique_ptr<HighWater>(std::make_unique<FileHighWater>(fd));
}

}  // namespace veerpont::broker
