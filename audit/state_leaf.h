// State leaves: what the tree itself says of the two lists that every member holds whole, the
// public events and the keys of what was withdrawn. One root is then one truth for everybody.
// docs/protocol.md, "State leaves".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/merkle.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "schemas/codes.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::audit {

// Each of these places holds a state, and the last leaf of every checkpoint is one.
inline constexpr std::uint64_t kStateEvery = 256;
constexpr bool is_state_place(std::uint64_t index) { return index % kStateEvery == 255; }
// Where an event goes that comes `later` events after the one at `first`.
LogIndex event_place(LogIndex first, std::size_t later);
// The newest fixed place for a state in a tree of `size` leaves; nothing in a smaller one.
std::optional<LogIndex> fixed_state_in(std::uint64_t size);

// A list as the log states it: RFC 6962 over its items.
struct ListHead {
  std::uint64_t size = 0;
  Hash root = empty_root();
  friend bool operator==(const ListHead&, const ListHead&) = default;
};

// index u64 ‖ time u64 ‖ directory size u64 ‖ directory root ‖ withdrawn size u64 ‖ withdrawn root.
// It covers all leaves before it; `time` is the newest event's, rounded down to the minute.
struct TreeState {
  LogIndex index;
  Time time{};
  ListHead directory;  // of the public events, in the order of the log
  ListHead withdrawn;  // of the keys, in the order in which they came
  std::string bytes() const;
  static std::optional<TreeState> parse(std::string_view bytes);
};

// SHA-256("veerpont/state/v1" ‖ 00 ‖ salt[32] ‖ state): the entry of a state leaf.
Hash state_commitment(std::string_view salt, std::string_view state);
// Leaf hashes of the two lists: of index u64 ‖ entry, and of the state's index u64 ‖ key.
Hash directory_leaf(LogIndex index, const Hash& entry);
Hash withdrawn_leaf(LogIndex state, const Hash& key);

// SHA-256("veerpont/withdrawn/v1" ‖ 00 ‖ SHA-256(signed grant) ‖ category u16); nothing: the whole
// grant (0).
Hash withdrawal_key(const Hash& grant_sha256, std::optional<Category> category);
// Of one withdrawal; no categories: the whole grant.
std::vector<Hash> withdrawal_keys(const Hash& grant_sha256, CategorySet categories);

// The state at a place of the tree with this size and root. Refuses tampered.
Result<TreeState> verify_state(const v1::StateOpening& opening, LogIndex place, std::uint64_t size,
                               const Hash& root);

}  // namespace veerpont::audit
