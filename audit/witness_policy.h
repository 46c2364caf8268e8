// Who cosigns checkpoints, and how many of them make a quorum. docs/protocol.md, "Witnesses".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/cosignature.h"
#include "base/ids.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::audit {

struct Witness {
  VerifierKey key;
  std::optional<OrgId> org;  // a member; nothing: somebody outside
  std::string url;           // of somebody outside; empty: none
};

class WitnessPolicy {
 public:
  static constexpr std::size_t kMost = 16;
  // A serialised v1::WitnessPolicy. Nothing unless its keys and names differ, its quorum is more
  // than half of them, and no member stands in it twice.
  static std::optional<WitnessPolicy> parse(std::string_view body);
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  std::size_t quorum() const { return quorum_; }
  const std::string& reason() const { return reason_; }
  bool at_once() const { return at_once_; }
  const Witness* of(const OrgId& org) const;

 private:
  std::vector<Witness> witnesses_;
  std::size_t quorum_ = 0;
  std::string reason_;
  bool at_once_ = false;
};

// The name under which a member cosigns: that of the log, with its own behind it.
std::string witness_name(const std::string& origin, const OrgId& org);

// A witness's newest cosignature: over a tree of this size, at this time.
struct Cosigned {
  std::uint64_t size = 0;
  Time time{};
};
// Of each witness that `counts`, the one over the largest tree among these notes; others have none.
// The notes are of one log, and its signature on them was verified.
std::vector<Cosigned> newest_cosigned(const std::vector<std::string>& notes,
                                      const WitnessPolicy& policy,
                                      const std::function<bool(const Witness&)>& counts = {});
// Whether this many witnesses' clocks contradict that the log had the event at `index` since
// `time`: so many signed a tree with it ten minutes before, or one without it ten minutes after.
bool contradict_time(const std::vector<Cosigned>& cosigned, std::size_t quorum, LogIndex index,
                     Time time);

}  // namespace veerpont::audit
