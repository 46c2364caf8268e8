// Whether a checkpoint that a member says it saw is one that this log signed and still has. Newest
// ones are compared byte by byte; a signature is verified for what is not among those. Safe from
// any thread.
#pragma once

#include <map>

#include "audit/checkpoint.h"
#include "base/mutex.h"
#include "broker/log/prover.h"

namespace veerpont::broker {

class SeenCheck {
 public:
  explicit SeenCheck(const audit::VerifierKey& key) : key_(key) {}
  bool holds(const crypto::Seen& seen, Prover& prover);

 private:
  static constexpr std::size_t kMost = 4096;
  const audit::VerifierKey& key_;
  Mutex mutex_;
  std::map<std::uint64_t, crypto::Seen> known_ VEERPONT_GUARDED_BY(mutex_);  // by size
};

}  // namespace veerpont::broker
