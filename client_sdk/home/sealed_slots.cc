#include "client_sdk/home/sealed_slots.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

#include "crypto/hash.h"
#include "crypto/keystore.h"
#include "crypto/random.h"

namespace veerpont::sdk {
namespace {

// A slot: magic[8] ‖ tag ‖ length u16 ‖ nonce[24] ‖ XChaCha20-Poly1305(secret) ‖ zeros.
constexpr std::size_t kLength = 2;
constexpr std::size_t kBox = 24 + 16;  // beyond the secret

Refusal broken(std::string_view magic) {
  return Refusal{RefusalCode::local_failure, std::string(magic.substr(2, 5)) + " keys"};
}

}  // namespace

Result<SealedSlots> SealedSlots::open(const std::string& path, const crypto::Key32& storage_key,
                                      const Layout& layout) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return broken(layout.magic);
  SealedSlots slots(fd, storage_key.clone(), layout);
  if (::flock(fd, LOCK_EX) != 0) return broken(layout.magic);
  if (auto loaded = slots.load(); !loaded) return loaded.refusal();
  return slots;
}

SealedSlots::SealedSlots(SealedSlots&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      storage_key_(std::move(other.storage_key_)),
      layout_(other.layout_),
      entries_(std::move(other.entries_)) {}

SealedSlots::~SealedSlots() {
  if (fd_ >= 0) ::close(fd_);
}

std::size_t SealedSlots::slot_bytes() const {
  return layout_.magic.size() + layout_.tag_bytes + kLength + kBox + layout_.most_secret;
}

std::string SealedSlots::aad(std::string_view tag) const {
  return crypto::Transcript("veerpont/sealed-slot/v1").bytes(layout_.magic).bytes(tag).str();
}

Status SealedSlots::load() {
  const std::size_t tag_at = layout_.magic.size();
  const std::size_t length_at = tag_at + layout_.tag_bytes;
  for (std::size_t slot = 0; slot < layout_.slots; ++slot) {
    std::string bytes(slot_bytes(), '\0');
    const ssize_t got =
        ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(slot * slot_bytes()));
    if (got < 0) return broken(layout_.magic);
    if (got != static_cast<ssize_t>(bytes.size()) || !bytes.starts_with(layout_.magic)) continue;
    std::string tag = bytes.substr(tag_at, layout_.tag_bytes);
    const auto byte = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]));
    };
    const std::size_t length = byte(length_at) << 8 | byte(length_at + 1);
    if (length > layout_.most_secret)
      return Refusal{RefusalCode::malformed, broken(layout_.magic).detail};
    auto secret = crypto::unbox(storage_key_, aad(tag),
                                std::string_view(bytes).substr(length_at + kLength, length + kBox));
    if (!secret) return Refusal{RefusalCode::malformed, broken(layout_.magic).detail};
    entries_.emplace(slot, Entry{std::move(tag), std::move(*secret)});
  }
  return Done{};
}

bool SealedSlots::write(std::size_t slot, std::string bytes) {
  bytes.resize(slot_bytes(), '\0');
  return ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(slot * slot_bytes())) ==
         static_cast<ssize_t>(bytes.size());
}

Result<std::size_t> SealedSlots::put(std::string tag, crypto::SecretBytes secret) {
  std::size_t slot = 0;
  while (entries_.contains(slot)) ++slot;
  if (slot >= layout_.slots || secret.size() > layout_.most_secret) return broken(layout_.magic);
  const std::string boxed = crypto::box(storage_key_, aad(tag), secret.reveal());
  const auto length = static_cast<std::uint16_t>(secret.size());
  if (!write(slot,
             crypto::Transcript().bytes(layout_.magic).bytes(tag).u16(length).bytes(boxed).str()))
    return broken(layout_.magic);
  entries_.emplace(slot, Entry{std::move(tag), std::move(secret)});
  return slot;
}

Status SealedSlots::sync() {
  return ::fsync(fd_) == 0 ? Status(Done{}) : Status(broken(layout_.magic));
}

Status SealedSlots::destroy(std::size_t slot) {
  if (!write(slot, crypto::random_bytes(slot_bytes()))) return broken(layout_.magic);
  entries_.erase(slot);
  return Done{};
}

}  // namespace veerpont::sdk
