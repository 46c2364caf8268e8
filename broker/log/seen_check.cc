#include "broker/log/seen_check.h"

namespace veerpont::broker {

bool SeenCheck::holds(const crypto::Seen& seen, Prover& prover) {
  {
    const Lock lock(mutex_);
    if (const auto found = known_.find(seen.size); found != known_.end())
      return found->second.root == seen.root && found->second.signature == seen.signature;
  }
  if (seen.size > prover.size() || prover.root_at(seen.size) != seen.root ||
      !audit::SignedCheckpoint::from(seen, key_))
    return false;
  const Lock lock(mutex_);
  known_.insert_or_assign(seen.size, seen);
  if (known_.size() > kMost) known_.erase(known_.begin());
  return true;
}

}  // namespace veerpont::broker
