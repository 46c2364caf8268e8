// What holds for any stretch of the organisation's log: our chain has no gap, and a body is missing
// only where the log says that it was rightly erased. Both go on from where they stood.
#pragma once

#include <map>
#include <optional>

#include "audit/verifier.h"
#include "base/result.h"
#include "base/time.h"
#include "client_sdk/home/home.h"

namespace veerpont::sdk {

// Follows our own chain: number by number, each naming the leaf before.
class ChainCheck {
 public:
  explicit ChainCheck(const OrgId& org, audit::ChainHead head = {}) : org_(org), head_(head) {}
  const audit::ChainHead& head() const { return head_; }
  Status take(const audit::VerifiedEvent& event, const v1::ProvenEvent& proven);

 private:
  const OrgId& org_;
  audit::ChainHead head_;
};

// No event is older than one that stands before it, so what stands before a missing body says how
// old it was at least.
class ErasureCheck {
 public:
  struct Bodiless {
    Time not_before;
    std::uint64_t under;       // the size of the log that it was read from
    std::optional<Time> when;  // the log says that it was erased
  };
  ErasureCheck() = default;
  ErasureCheck(Time last, std::map<std::uint64_t, Bodiless> bodiless)
      : last_(last), bodiless_(std::move(bodiless)) {}

  // One more event, stored under a checkpoint of this size.
  Status take(const audit::VerifiedEvent& event, std::uint64_t under);
  // The erasure is logged with what it erases, so a longer log than the one that a body was missing
  // from has it. Whether all of them are settled.
  Result<bool> done(std::uint64_t size, Time now) const;
  Time last() const { return last_; }
  const std::map<std::uint64_t, Bodiless>& bodiless() const { return bodiless_; }

 private:
  Time last_{};
  std::map<std::uint64_t, Bodiless> bodiless_;
};

// A stored event, checked again from its bytes: inclusion under a checkpoint that the log signed.
// `proven` gets what was stored.
Result<audit::VerifiedEvent> stored_event(const OpenHome& home, const StoredEvent& stored,
                                          v1::ProvenEvent& proven);
// The size of the log that it was read from; 0 when nobody signed that.
std::uint64_t size_read_from(const OpenHome& home, const StoredEvent& stored);

}  // namespace veerpont::sdk
