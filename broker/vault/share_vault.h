// The keys that shares are wrapped under, one per (grant, category), where they can be destroyed
// for good: a file of fixed slots, overwritten in place and synced, outside every backup.
// docs/protocol.md, "Shares at rest". Not promised: that an SSD or a copy-on-write file system
// forgets an overwritten block; see docs/threat-model.md.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "crypto/secret.h"
#include "schemas/codes.h"

namespace veerpont::broker {

using GrantKeys = std::pair<GrantId, CategorySet>;

// Used by the committer's thread alone.
class ShareVault {
 public:
  virtual ~ShareVault() = default;
  // Fresh keys for all of these, durable after sync(). Refuses storage-full; keys made until then
  // are of no use to anyone, and a later create() replaces them.
  virtual Status create(std::span<const GrantKeys> keys) = 0;
  // Must come before the COMMIT that relies on created keys. Does nothing when nothing was written.
  // Refuses storage-full.
  virtual Status sync() = 0;
  // Overwritten and synced when it returns. Must come after the COMMIT that says so, before the
  // answer.
  virtual Status destroy(std::span<const GrantKeys> keys) = 0;
  virtual CategorySet present(const GrantId& grant) const = 0;
  // Every key there is.
  virtual std::vector<GrantKeys> list() const = 0;
  // Wraps a share; refuses grant-withdrawn when the key is gone.
  virtual Result<std::string> wrap(const GrantId& grant, Category category,
                                   const MessageId& message, const crypto::Key32& share) const = 0;
  // Refuses share-destroyed when the key is gone, tampered when the share does not authenticate.
  virtual Result<crypto::Key32> unwrap(const GrantId& grant, Category category,
                                       const MessageId& message,
                                       std::string_view wrapped) const = 0;
};

// Opens or creates the vault file; refuses malformed when a slot's checksum is wrong.
Result<std::unique_ptr<ShareVault>> open_share_vault(const std::string& path);
// For `check`: never writes.
Result<std::unique_ptr<ShareVault>> read_share_vault(const std::string& path);

}  // namespace veerpont::broker
