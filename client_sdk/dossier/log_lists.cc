#include "client_sdk/dossier/log_lists.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {
namespace {

std::uint64_t u64_at(SQLite::Statement& row, int column) {
  return static_cast<std::uint64_t>(int_at(row, column));
}

PairEvent pair_event_from(SQLite::Statement& row) {
  return {u64_at(row, 0), LogIndex{u64_at(row, 1)}, *Hash::from_bytes(blob_at(row, 2))};
}

}  // namespace

void ListCopies::put_withdrawn(const Hash& key, LogIndex state) {
  db_.run("INSERT INTO withdrawn_keys VALUES (?, ?) ON CONFLICT DO NOTHING", Blob{key.bytes()},
          state);
}

std::optional<LogIndex> ListCopies::withdrawn(const Hash& key) {
  std::optional<LogIndex> state;
  db_.each(
      "SELECT min(idx) FROM withdrawn_keys WHERE key = ? HAVING count(*) > 0",
      [&](auto& row) { state = LogIndex{u64_at(row, 0)}; }, Blob{key.bytes()});
  return state;
}

void ListCopies::put_pair_event(const std::string& partner, const PairEvent& event) {
  db_.run("INSERT INTO pair_events VALUES (?, ?, ?, ?)", partner, LogIndex{event.number},
          event.index, Blob{event.leaf.bytes()});
}

std::optional<PairEvent> ListCopies::newest_with(const std::string& partner) {
  std::optional<PairEvent> found;
  db_.each(
      "SELECT number, idx, leaf FROM pair_events WHERE partner = ? ORDER BY number DESC LIMIT 1",
      [&](auto& row) { found = pair_event_from(row); }, partner);
  return found;
}

std::optional<PairEvent> ListCopies::pair_event(const std::string& partner, std::uint64_t number) {
  std::optional<PairEvent> found;
  db_.each(
      "SELECT number, idx, leaf FROM pair_events WHERE partner = ? AND number = ?",
      [&](auto& row) { found = pair_event_from(row); }, partner, LogIndex{number});
  return found;
}

}  // namespace veerpont::sdk
