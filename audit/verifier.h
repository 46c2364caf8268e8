// What a participant checks of what the broker sends. Pure: takes the pinned state, returns the new
// one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/event.h"
#include "base/result.h"

namespace veerpont::audit {

// Checkpoint `offered` must be signed by `key` and extend `pinned`: by the proof inside `offered`
// when that starts at the pinned size, or be equal to it. An older one is refused too. All refusals
// are tampered with a reason.
Result<SignedCheckpoint> advance(const VerifierKey& key,
                                 const std::optional<SignedCheckpoint>& pinned,
                                 const v1::ProvenCheckpoint& offered);

struct VerifiedEvent {
  LogIndex index;
  Hash leaf;
  v1::AuditEvent event;
  bool erased = false;  // then the event is empty, and an events-erased event must list its index
};
// Recomputes the leaf from body and salt (of an erased event: from the entry that stands in the
// tree) and checks its inclusion under `root` (of `size`); the object, when there is one, must be
// what the event commits to.
Result<VerifiedEvent> verify_event(const v1::ProvenEvent& proven, std::uint64_t size,
                                   const Hash& root);

// The opening for `org` that came with the event must open the commitment in its body. Refuses
// tampered; nothing when the event does not concern the organisation.
Result<std::optional<v1::ChainOpening>> open_chain(const VerifiedEvent& event,
                                                   const v1::ProvenEvent& proven, const OrgId& org);

std::vector<Hash> hashes_from(const google::protobuf::RepeatedPtrField<std::string>& list);

}  // namespace veerpont::audit
