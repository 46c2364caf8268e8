// What holds for any stretch of the organisation's log: our chain has no gap, and a body is missing
// only where the log says that it was rightly erased. Both go on from where they stood.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "audit/event.h"
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

// Follows our chain with each other member, in the same way. An event between two that is in no
// chain is of the log's first form, and stands before the first one that is.
class PairCheck {
 public:
  using Heads = std::map<std::string, audit::ChainHead>;  // by member
  // `chains_from`: from here on every event between two is in their chain. `head`: where a chain
  // stands that this has not seen yet.
  PairCheck(const OrgId& org, LogIndex chains_from,
            std::function<audit::ChainHead(const std::string&)> head)
      : org_(org), chains_from_(chains_from), head_(std::move(head)) {}
  struct Link {
    std::string partner;
    PairEvent event;
  };
  // Nothing for an event that is in no chain of ours. Refuses tampered.
  Result<std::optional<Link>> take(const audit::VerifiedEvent& event,
                                   const v1::ProvenEvent& proven);
  const Heads& heads() const { return heads_; }

 private:
  const OrgId& org_;
  LogIndex chains_from_;
  std::function<audit::ChainHead(const std::string&)> head_;
  Heads heads_;
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
