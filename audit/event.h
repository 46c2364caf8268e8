// Events and what the log keeps of them: a commitment that says nothing without the salt.
// docs/protocol.md, "The audit log".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "audit/merkle.h"
#include "base/ids.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::audit {

// SHA-256("veerpont/event/v1" ‖ 00 ‖ salt ‖ body): the entry of the log.
Hash event_commitment(std::string_view salt, std::string_view body);
// The leaf hash of that entry.
Hash event_leaf(std::string_view salt, std::string_view body);

// SHA-256("veerpont/chain/v1" ‖ 00 ‖ nonce ‖ len(org) u8 ‖ org ‖ number u64 ‖ previous leaf hash).
Hash chain_commitment(const v1::ChainOpening& opening);

// One organisation's own sequence of events.
struct ChainHead {
  std::uint64_t next = 0;
  Hash last_leaf;  // zeros before the first
  friend bool operator==(const ChainHead&, const ChainHead&) = default;
};
// A fresh opening for the organisation's next event.
v1::ChainOpening next_opening(const OrgId& org, const ChainHead& head);

// The two organisations that an event is between, smaller id first; nothing when it is not between
// two.
using OrgPair = std::pair<OrgId, OrgId>;
std::optional<OrgPair> pair_of(const v1::AuditEvent& event);
// SHA-256("veerpont/pair/v1" ‖ 00 ‖ nonce ‖ len u8 ‖ smaller id ‖ len u8 ‖ larger id ‖ number u64 ‖
// previous leaf hash).
Hash pair_commitment(const v1::PairOpening& opening, const OrgPair& pair);
// A fresh opening for the pair's next event.
v1::PairOpening next_pair_opening(const ChainHead& head);

}  // namespace veerpont::audit
