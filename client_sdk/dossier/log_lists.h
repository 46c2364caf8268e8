// What every member holds whole of the log's two lists, and its own places in the chains that it
// has with each other member. docs/protocol.md, "State leaves" and "Pair chains".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.h"
#include "crypto/hash.h"

namespace veerpont::sdk {

class SealedDatabase;
using crypto::Hash;

// An event in the chain of two members.
struct PairEvent {
  std::uint64_t number;
  LogIndex index;
  Hash leaf;
};

class ListCopies {
 public:
  explicit ListCopies(SealedDatabase& db) : db_(db) {}

  // A key of what was withdrawn, with the state that brought it in.
  void put_withdrawn(const Hash& key, LogIndex state);
  // The first state that brought it in; nothing when it is not in the list.
  std::optional<LogIndex> withdrawn(const Hash& key);

  void put_pair_event(const std::string& partner, const PairEvent& event);
  std::optional<PairEvent> newest_with(const std::string& partner);
  std::optional<PairEvent> pair_event(const std::string& partner, std::uint64_t number);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
