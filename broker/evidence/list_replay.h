// The two lists that states state, replayed from the events and held against each state: the
// public events, and the keys of what was withdrawn. docs/protocol.md, "State leaves".
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "audit/state_leaf.h"
#include "broker/store/sqlite/connection.h"

namespace veerpont::broker {

using crypto::Hash;

class ListReplay {
 public:
  // `fault`: called with the table and what does not fit.
  ListReplay(SqliteConnection& db, std::function<void(std::string)> fault);
  // Every state between the last event and this place; `place` gets each one's commitment.
  void states_before(LogIndex place, Time newest, const std::function<void(const Hash&)>& append);
  // An event with its body.
  void take(const v1::AuditEvent& event, const Hash& entry, LogIndex index);
  // The rest, after the last event.
  void end(std::uint64_t size, Time newest, const std::function<void(const Hash&)>& append);

 private:
  void take_state(Time newest, const std::function<void(const Hash&)>& append);
  void take_keys(LogIndex state);
  SQLite::Statement states_;
  bool more_;
  SQLite::Statement keys_;
  bool more_keys_;
  std::function<void(std::string)> fault_;
  audit::Frontier directory_;
  audit::Frontier withdrawn_;
  std::map<std::string, Hash> grants_;  // SHA-256 of the signed bytes, by id
  std::set<Hash> due_;                  // keys that the next state must bring
};

}  // namespace veerpont::broker
