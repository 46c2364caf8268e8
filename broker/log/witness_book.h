// What witnesses cosigned of this log. Kept in memory: a cosignature is worth five minutes, and
// witnesses that run sign anew. Safe from any thread. docs/protocol.md, "Witnesses".
#pragma once

#include <map>

#include "audit/witness_policy.h"
#include "base/mutex.h"
#include "broker/log/prover.h"

namespace veerpont::broker {

class WitnessBook {
 public:
  // `dated`: which time the log gives to what happens now.
  WitnessBook(const LogSigner& signer, std::function<Time()> dated)
      : signer_(signer), dated_(std::move(dated)) {}
  // The newest policy and the one before it: at the start, and when another was logged.
  void read_policies(Snapshot& snapshot);
  std::vector<audit::WitnessPolicy> policies() const;
  bool is_witness(const OrgId& org) const;
  // The checkpoint that all witnesses are asked to sign now, of at least this size: another one as
  // soon as a quorum signed it, or after five seconds.
  std::shared_ptr<const Published> to_sign(std::shared_ptr<const Published> newest,
                                           std::uint64_t at_least);
  // Refuses unknown-key from who is no witness, bad-signature, clock-skew ten minutes from the
  // time that the log gives, malformed for a size that the log does not have.
  Status take(const audit::VerifierKey& witness, std::uint64_t size, const std::string& cosignature,
              Prover& prover);
  Status take(const OrgId& witness, std::uint64_t size, const std::string& cosignature,
              Prover& prover);
  struct Note {
    std::uint64_t size = 0;
    std::string text = {};  // with the log's signature, and those of the witnesses that signed it
  };
  // The newest that each witness signed; those that signed one size share a note.
  std::vector<Note> newest_of_each() const;
  // The newest that a quorum of the newest policy signed as one.
  std::optional<Note> witnessed() const;
  // Since when a quorum of the newest policy vouches: its oldest cosignature.
  std::optional<Time> witnessed_since() const;
  // The lines of those who cosigned this very size.
  std::string lines_under(std::uint64_t size) const;

 private:
  static constexpr std::size_t kSizesOfOne = 8;
  using BySize = std::map<std::uint64_t, std::string>;
  std::string lines_of(std::uint64_t size) const VEERPONT_REQUIRES(mutex_);
  std::size_t quorum() const VEERPONT_REQUIRES(mutex_);
  std::size_t signed_by(std::uint64_t size) const VEERPONT_REQUIRES(mutex_);
  const LogSigner& signer_;
  std::function<Time()> dated_;
  mutable Mutex mutex_;
  std::vector<audit::WitnessPolicy> policies_ VEERPONT_GUARDED_BY(mutex_);  // newest first
  std::map<std::string, BySize> cosignatures_ VEERPONT_GUARDED_BY(mutex_);  // by public key
  std::map<std::uint64_t, std::string> notes_ VEERPONT_GUARDED_BY(mutex_);  // of those sizes
  std::optional<std::uint64_t> witnessed_ VEERPONT_GUARDED_BY(mutex_);
  std::shared_ptr<const Published> asked_ VEERPONT_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point asked_at_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::broker
