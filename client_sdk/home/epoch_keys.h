// The private epoch keys: a week each, and gone for good afterwards.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "client_sdk/home/sealed_slots.h"
#include "crypto/hpke.h"
#include "crypto/objects/key_statement.h"

namespace veerpont::sdk {

class EpochKeys {
 public:
  // Opens or creates the file and holds its lock until destroyed, so that two commands never rotate
  // at once.
  static Result<EpochKeys> open(const std::string& path, const crypto::Key32& storage_key);

  // The current epoch and limits::epochs_ahead future ones exist and are durable afterwards;
  // whether any is new. `now`: of a clock that the broker has confirmed.
  Result<bool> top_up(Time now);
  // Overwrites every key whose time is over.
  Status destroy_due(Time now);
  // Overwrites what a wrong clock made: keys too far ahead of a confirmed `now` that no statement
  // in the log has.
  Status prune_implausible(Time now,
                           const std::function<bool(const std::string& public_key)>& is_logged);
  const crypto::hpke::KeyPair* find(std::uint32_t epoch) const;
  // Public halves from the current epoch on, as far ahead as is plausible.
  void publish(v1::KeyStatement& statement, Time now) const;

 private:
  explicit EpochKeys(SealedSlots slots) : slots_(std::move(slots)) {}
  template <class Over>
  Status destroy_where(Over over);
  SealedSlots slots_;
  struct Held {
    std::size_t slot;
    crypto::hpke::KeyPair pair;
  };
  std::map<std::uint32_t, Held> keys_;
};

}  // namespace veerpont::sdk
