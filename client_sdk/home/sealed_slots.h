// A file of fixed slots that each hold one secret, sealed under the storage key, and are
// overwritten in place when its time is over. One process at a time: the file is locked for as long
// as this lives. Not promised: that the medium forgets an overwritten block; see
// docs/threat-model.md.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

namespace veerpont::sdk {

class SealedSlots {
 public:
  struct Layout {
    std::string_view magic;   // 8 bytes: which file this is, and its version
    std::size_t tag_bytes;    // in clear before the secret, and bound to it
    std::size_t most_secret;  // bytes
    std::size_t slots;
  };
  struct Entry {
    std::string tag;
    crypto::SecretBytes secret;
  };
  // Opens or creates. Refuses local-failure, malformed for a slot that does not open.
  static Result<SealedSlots> open(const std::string& path, const crypto::Key32& storage_key,
                                  const Layout& layout);
  SealedSlots(SealedSlots&& other) noexcept;
  SealedSlots& operator=(SealedSlots&&) = delete;
  ~SealedSlots();

  const std::map<std::size_t, Entry>& entries() const { return entries_; }  // by slot
  // Into a free slot, which it answers; durable after sync(). Refuses local-failure when none is
  // free.
  Result<std::size_t> put(std::string tag, crypto::SecretBytes secret);
  Status sync();
  // Overwritten with random bytes; durable after sync().
  Status destroy(std::size_t slot);

 private:
  SealedSlots(int fd, crypto::Key32 storage_key, const Layout& layout)
      : fd_(fd), storage_key_(std::move(storage_key)), layout_(layout) {}
  Status load();
  std::size_t slot_bytes() const;
  std::string aad(std::string_view tag) const;
  bool write(std::size_t slot, std::string bytes);
  int fd_;
  crypto::Key32 storage_key_;
  Layout layout_;
  std::map<std::size_t, Entry> entries_;
};

}  // namespace veerpont::sdk
