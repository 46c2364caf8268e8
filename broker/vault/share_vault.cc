#include "broker/vault/share_vault.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <map>

#include "base/kill_point.h"
#include "crypto/hash.h"
#include "crypto/keystore.h"
#include "crypto/random.h"

namespace veerpont::broker {
namespace {

// A slot: magic[8] ‖ version u16 ‖ grant_id[16] ‖ category u16 ‖ key[32] ‖ SHA-256 of all before it
// ‖ zeros.
constexpr std::size_t kSlot = 128;
constexpr std::size_t kGrowth = 64u << 10;
constexpr std::size_t kGrantAt = 10;
constexpr std::size_t kCategoryAt = 26;
constexpr std::size_t kKeyAt = 28;
constexpr std::size_t kChecksumAt = 60;
constexpr std::string_view kSlotMagic = "VPSLOT01";

Refusal broken(const char* what) {
  return Refusal{RefusalCode::local_failure, std::string("share vault: ") + what};
}

Refusal no_room() { return Refusal{RefusalCode::storage_full, "share vault"}; }

std::string wrap_aad(const MessageId& message, Category category) {
  return crypto::Transcript("veerpont/share-at-rest/v1")
      .bytes(message.bytes())
      .u16(static_cast<std::uint16_t>(category))
      .str();
}

class FileVault final : public ShareVault {
 public:
  explicit FileVault(int fd) : fd_(fd) {}
  ~FileVault() override { ::close(fd_); }

  Status load() {
    struct stat status {};
    if (::fstat(fd_, &status) != 0) return broken("cannot be read");
    const auto slots = static_cast<std::size_t>(status.st_size) / kSlot;
    for (std::size_t slot = 0; slot < slots; ++slot) {
      crypto::SecretBytes bytes(kSlot);
      if (::pread(fd_, bytes.writable(), kSlot, offset(slot)) != static_cast<ssize_t>(kSlot))
        return broken("cannot be read");
      if (auto read = index_slot(slot, bytes.reveal()); !read) return read;
    }
    return Done{};
  }

  Status create(std::span<const GrantKeys> keys) override {
    for (const auto& [grant, categories] : keys)
      for (const Category category : categories.list()) {
        // A key that an unfinished batch left gives its slot to the new one: never two slots for
        // one key.
        const auto held = keys_.find({grant, category});
        if (held == keys_.end() && free_.empty() && !grow()) return no_room();
        const std::size_t slot = held == keys_.end() ? free_.back() : held->second.slot;
        crypto::Key32 key = crypto::random_key();
        if (!write_slot(slot, filled(grant, category, key))) return no_room();
        if (held == keys_.end()) free_.pop_back();
        keys_.insert_or_assign({grant, category}, Held{slot, std::move(key)});
        written_ = true;
      }
    return Done{};
  }

  Status sync() override {
    if (!written_) return Done{};
    if (::fdatasync(fd_) != 0) return no_room();
    written_ = false;
    return Done{};
  }

  Status destroy(std::span<const GrantKeys> keys) override {
    std::vector<std::size_t> emptied;
    for (const auto& [grant, categories] : keys)
      for (const Category category : categories.list()) {
        const auto held = keys_.find({grant, category});
        if (held == keys_.end()) continue;
        if (!write_slot(held->second.slot, crypto::SecretBytes::take(crypto::random_bytes(kSlot))))
          return broken("cannot be written");
        emptied.push_back(held->second.slot);
        keys_.erase(held);
      }
    if (emptied.empty()) return Done{};
    if (::fdatasync(fd_) != 0) return broken("cannot be synced");
    kill_point("slot-overwritten");
    // Only now, so that no crash leaves a key under a "free" mark.
    for (const std::size_t slot : emptied) {
      if (!write_slot(slot, crypto::SecretBytes(kSlot))) return broken("cannot be written");
      free_.push_back(slot);
    }
    return Done{};
  }

  CategorySet present(const GrantId& grant) const override {
    CategorySet set;
    for (auto key = keys_.lower_bound({grant, Category{}});
         key != keys_.end() && key->first.first == grant; ++key)
      set.add(key->first.second);
    return set;
  }

  std::vector<GrantKeys> list() const override {
    std::map<GrantId, CategorySet> found;
    for (const auto& [key, held] : keys_) found[key.first].add(key.second);
    return {found.begin(), found.end()};
  }

  Result<std::string> wrap(const GrantId& grant, Category category, const MessageId& message,
                           const crypto::Key32& share) const override {
    const auto held = keys_.find({grant, category});
    if (held == keys_.end()) return Refusal{RefusalCode::grant_withdrawn, id_of(category)};
    return crypto::box(held->second.key, wrap_aad(message, category), share.reveal());
  }

  Result<crypto::Key32> unwrap(const GrantId& grant, Category category, const MessageId& message,
                               std::string_view wrapped) const override {
    const auto held = keys_.find({grant, category});
    if (held == keys_.end()) return Refusal{RefusalCode::share_destroyed, id_of(category)};
    auto share = crypto::unbox(held->second.key, wrap_aad(message, category), wrapped);
    if (!share || share->size() != crypto::Key32::size)
      return Refusal{RefusalCode::tampered, "a stored share"};
    return crypto::Key32::from(share->reveal());
  }

 private:
  struct Held {
    std::size_t slot;
    crypto::Key32 key;
  };

  static off_t offset(std::size_t slot) { return static_cast<off_t>(slot * kSlot); }

  static crypto::SecretBytes filled(const GrantId& grant, Category category,
                                    const crypto::Key32& key) {
    crypto::Transcript content;
    content.bytes(kSlotMagic)
        .u16(1)
        .bytes(grant.bytes())
        .u16(static_cast<std::uint16_t>(category))
        .bytes(key.reveal());
    crypto::SecretBytes slot(kSlot);
    std::memcpy(slot.writable(), content.str().data(), kChecksumAt);
    std::memcpy(slot.writable() + kChecksumAt, content.sha256().bytes().data(), crypto::Hash::size);
    return slot;
  }

  // A slot without the magic is free: zeros, or random bytes of a destruction that a crash cut
  // short.
  Status index_slot(std::size_t slot, std::string_view bytes) {
    if (!bytes.starts_with(kSlotMagic)) {
      free_.push_back(slot);
      return Done{};
    }
    if (crypto::sha256(bytes.substr(0, kChecksumAt)).bytes() !=
        bytes.substr(kChecksumAt, crypto::Hash::size)) {
      free_.push_back(slot);  // a write that a crash cut short; its COMMIT never came
      return Done{};
    }
    const auto grant = *GrantId::from_bytes(bytes.substr(kGrantAt, GrantId::size));
    const auto category =
        static_cast<Category>(static_cast<unsigned char>(bytes[kCategoryAt]) << 8 |
                              static_cast<unsigned char>(bytes[kCategoryAt + 1]));
    if (!CategorySet::all().has(category)) return Refusal{RefusalCode::malformed, "share vault"};
    keys_.insert_or_assign(
        {grant, category},
        Held{slot, crypto::Key32::from(bytes.substr(kKeyAt, crypto::Key32::size))});
    return Done{};
  }

  bool write_slot(std::size_t slot, const crypto::SecretBytes& bytes) {
    return ::pwrite(fd_, bytes.reveal().data(), kSlot, offset(slot)) == static_cast<ssize_t>(kSlot);
  }

  bool grow() {
    struct stat status {};
    if (::fstat(fd_, &status) != 0) return false;
    const std::string zeros(kGrowth, '\0');
    if (::pwrite(fd_, zeros.data(), kGrowth, status.st_size) != static_cast<ssize_t>(kGrowth) ||
        ::fsync(fd_) != 0)
      return false;
    const auto first = static_cast<std::size_t>(status.st_size) / kSlot;
    for (std::size_t slot = first + kGrowth / kSlot; slot > first; --slot)
      free_.push_back(slot - 1);
    return true;
  }

  int fd_;
  std::map<std::pair<GrantId, Category>, Held> keys_;
  std::vector<std::size_t> free_;
  bool written_ = false;  // created keys that no sync followed yet
};

Result<std::unique_ptr<ShareVault>> open_with(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return broken("cannot be opened");
  auto vault = std::make_unique<FileVault>(fd);
  if (auto loaded = vault->load(); !loaded) return loaded.refusal();
  return std::unique_ptr<ShareVault>(std::move(vault));
}

}  // namespace

Result<std::unique_ptr<ShareVault>> open_share_vault(const std::string& path) {
  return open_with(path, O_RDWR | O_CREAT);
}
Result<std::unique_ptr<ShareVault>> read_share_vault(const std::string& path) {
  return open_with(path, O_RDONLY);
}

}  // namespace veerpont::broker
