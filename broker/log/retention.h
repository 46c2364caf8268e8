// What the broker itself lets go: the bodies of events about business that is over. The tree keeps
// their commitments, so it still verifies; `events-erased` says which they are. docs/protocol.md,
// "Erasure".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/store/store.h"

namespace veerpont::broker {

inline constexpr std::size_t kEraseAtOnce = 5'000;  // events

// Business is what hangs together: a referral, its grants, its messages and every event about them.
// It is over when every referral in it is closed, every grant has ended and nothing happened since.
// What was refused hangs on nothing; a Received may name messages of several businesses without
// tying them, and goes when the last of those goes.
class ErasureScan {
 public:
  // Every event, in order.
  void take(const Leaf& leaf);
  LogIndex seen() const { return LogIndex{seen_}; }
  // All of what was over before `cutoff`, or as much as one batch takes, in whole pieces.
  Erase erasable(Snapshot& snapshot, Time cutoff);
  // What erasable() said last is gone; it says the rest next.
  void erased();

 private:
  // Events that hang on nothing, and a Received.
  struct Loose {
    LogIndex index;
    Time time;
    std::vector<std::string> messages;
    bool offered = false;
  };
  struct Piece {
    std::vector<LogIndex> events;
    std::set<ReferralId> referrals;
    std::set<GrantId> grants;
    std::set<MessageId> messages;
    Time last{};
  };
  std::size_t find(std::size_t piece);
  std::size_t piece_of(const std::string& id);  // made when there is none
  void join(std::size_t& into, std::size_t other);
  // The piece of what the event is about, made one; nothing when it is about nothing.
  std::optional<std::size_t> tie(const v1::AuditEvent& event);
  std::vector<Piece> pieces_;
  std::vector<std::size_t> parents_;
  std::map<std::string, std::size_t> by_id_;
  std::vector<std::size_t> offered_;  // pieces
  std::vector<Loose> loose_;
  std::uint64_t seen_ = 0;
};

}  // namespace veerpont::broker
