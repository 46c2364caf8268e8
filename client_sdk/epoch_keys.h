// The private epoch keys: a week each, and gone for good afterwards. A file of fixed slots, each wrapped under the
// storage key and overwritten in place when its time is over.
// Not promised: that the medium forgets an overwritten block; see docs/threat-model.md.
#pragma once

#include <map>
#include <string>

#include "crypto/hpke.h"
#include "crypto/key_statement.h"
#include "schemas/result.h"

namespace veerpont::sdk {

class EpochKeys {
 public:
  // Opens or creates the file and holds its lock until destroyed, so that two commands never rotate at once.
  static Result<EpochKeys> open(const std::string& path, const crypto::Key32& storage_key);
  EpochKeys(EpochKeys&& other) noexcept;
  EpochKeys& operator=(EpochKeys&&) = delete;
  ~EpochKeys();

  // The current epoch and limits::epochs_ahead future ones exist and are durable afterwards; whether any is new.
  Result<bool> top_up(Time now);
  // Overwrites every key whose time is over.
  Status destroy_due(Time now);
  const crypto::hpke::KeyPair* find(std::uint32_t epoch) const;
  // Public halves from the current epoch on.
  void publish(v1::KeyStatement& statement, Time now) const;

 private:
  EpochKeys(int fd, crypto::Key32 storage_key) : fd_(fd), storage_key_(std::move(storage_key)) {}
  Status load();
  Status write_slot(std::size_t slot, std::string_view bytes);
  int fd_;
  crypto::Key32 storage_key_;
  struct Held {
    std::size_t slot;
    crypto::hpke::KeyPair pair;
  };
  std::map<std::uint32_t, Held> keys_;
};

}  // namespace veerpont::sdk
