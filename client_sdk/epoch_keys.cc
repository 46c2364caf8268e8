#include "client_sdk/epoch_keys.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <set>

#include "crypto/keystore.h"
#include "crypto/random.h"
#include "schemas/kill_point.h"
#include "schemas/limits.h"

namespace veerpont::sdk {
namespace {

// A slot: magic[8] ‖ epoch u32 ‖ nonce[24] ‖ XChaCha20-Poly1305(private key)[48] ‖ zeros.
constexpr std::size_t kSlot = 128;
constexpr std::size_t kSlots = 32;
constexpr std::size_t kBoxAt = 12;
constexpr std::size_t kBox = 24 + 32 + 16;
constexpr std::string_view kMagic = "VPEPOCH1";

Refusal broken() { return Refusal{RefusalCode::local_failure, "epoch keys"}; }
std::string aad(std::uint32_t epoch) { return crypto::Transcript("veerpont/epoch-key/v1").u32(epoch).str(); }

}  // namespace

Result<EpochKeys> EpochKeys::open(const std::string& path, const crypto::Key32& storage_key) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return broken();
  EpochKeys keys(fd, storage_key.clone());
  if (::flock(fd, LOCK_EX) != 0) return broken();
  if (auto loaded = keys.load(); !loaded) return loaded.refusal();
  return keys;
}

EpochKeys::EpochKeys(EpochKeys&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), storage_key_(std::move(other.storage_key_)), keys_(std::move(other.keys_)) {}

EpochKeys::~EpochKeys() {
  if (fd_ >= 0) ::close(fd_);
}

Status EpochKeys::load() {
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    std::string bytes(kSlot, '\0');
    const ssize_t got = ::pread(fd_, bytes.data(), kSlot, static_cast<off_t>(slot * kSlot));
    if (got < 0) return broken();
    if (got != static_cast<ssize_t>(kSlot) || !bytes.starts_with(kMagic)) continue;
    std::uint32_t epoch = 0;
    for (std::size_t i = 8; i < kBoxAt; ++i) epoch = epoch << 8 | static_cast<unsigned char>(bytes[i]);
    auto secret = crypto::unbox(storage_key_, aad(epoch), std::string_view(bytes).substr(kBoxAt, kBox));
    if (!secret) return Refusal{RefusalCode::malformed, "epoch keys"};
    keys_.insert_or_assign(epoch, Held{slot, crypto::hpke::key_pair_from(crypto::Key32::from(secret->reveal()))});
  }
  return Done{};
}

Status EpochKeys::write_slot(std::size_t slot, std::string_view bytes) {
  std::string full(bytes);
  full.resize(kSlot, '\0');
  return ::pwrite(fd_, full.data(), kSlot, static_cast<off_t>(slot * kSlot)) == static_cast<ssize_t>(kSlot) ? Status(Done{}) : Status(broken());
}

Result<bool> EpochKeys::top_up(Time now) {
  std::set<std::size_t> used;
  for (const auto& [epoch, held] : keys_) used.insert(held.slot);
  bool any = false;
  const std::uint32_t current = crypto::epoch_at(now);
  for (std::uint32_t epoch = current; epoch <= current + limits::epochs_ahead; ++epoch) {
    if (keys_.contains(epoch)) continue;
    std::size_t slot = 0;
    while (used.contains(slot)) ++slot;
    if (slot >= kSlots) return broken();
    auto pair = crypto::hpke::generate_key_pair();
    const std::string bytes = crypto::Transcript().bytes(kMagic).u32(epoch).bytes(crypto::box(storage_key_, aad(epoch), pair.secret.reveal())).str();
    if (auto written = write_slot(slot, bytes); !written) return written.refusal();
    used.insert(slot);
    keys_.insert_or_assign(epoch, Held{slot, std::move(pair)});
    any = true;
  }
  if (any) kill_point("epoch-written");
  if (any && ::fsync(fd_) != 0) return broken();  // before anybody may seal to them
  return any;
}

Status EpochKeys::destroy_due(Time now) {
  bool any = false;
  for (auto key = keys_.begin(); key != keys_.end();) {
    if (!crypto::epoch_is_due_for_destruction(key->first, now)) {
      ++key;
      continue;
    }
    if (auto written = write_slot(key->second.slot, crypto::random_bytes(kSlot)); !written) return written;
    kill_point("epoch-destroyed");
    key = keys_.erase(key);
    any = true;
  }
  return !any || ::fdatasync(fd_) == 0 ? Status(Done{}) : Status(broken());
}

const crypto::hpke::KeyPair* EpochKeys::find(std::uint32_t epoch) const {
  const auto found = keys_.find(epoch);
  return found == keys_.end() ? nullptr : &found->second.pair;
}

void EpochKeys::publish(v1::KeyStatement& statement, Time now) const {
  for (const auto& [epoch, held] : keys_) {
    if (epoch < crypto::epoch_at(now)) continue;
    auto* key = statement.add_epoch_keys();
    key->set_epoch(epoch);
    key->set_public_key(held.pair.public_key);
  }
}

}  // namespace veerpont::sdk
