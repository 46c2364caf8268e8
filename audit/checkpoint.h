// A signed statement of the log's size and root (C2SP tlog-checkpoint). No extension lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/merkle.h"
#include "audit/note.h"
#include "crypto/objects/view.h"

namespace veerpont::audit {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root;
  std::string text() const;
  static std::optional<Checkpoint> parse(std::string_view text);
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A checkpoint with the note it came in; only made by signing or after the signature held.
class SignedCheckpoint {
 public:
  static SignedCheckpoint sign(const Checkpoint& checkpoint, const VerifierKey& key,
                               const crypto::SigningKey& signer);
  // The note must be signed by `key`, whose name is the origin. Refuses (nothing) otherwise.
  static std::optional<SignedCheckpoint> verify(std::string_view note, const VerifierKey& key);
  // Made again from its parts, as objects carry them; nothing when `key` did not sign that.
  static std::optional<SignedCheckpoint> from(const crypto::Seen& seen, const VerifierKey& key);
  const std::string& note() const { return note_; }
  // As objects carry it.
  crypto::Seen seen(const VerifierKey& key) const;
  std::uint64_t size() const { return checkpoint_.size; }
  const Hash& root() const { return checkpoint_.root; }
  const Checkpoint& checkpoint() const { return checkpoint_; }

 private:
  SignedCheckpoint(std::string note, Checkpoint checkpoint)
      : note_(std::move(note)), checkpoint_(std::move(checkpoint)) {}
  std::string note_;
  Checkpoint checkpoint_;
};

}  // namespace veerpont::audit
