#include "client_sdk/dossier/events.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

std::string Events::pinned() { return settings_.get("pin"); }

bool Events::advance(const std::string& from, const std::string& to) {
  const SealedDatabase::Transaction change(db_);
  if (settings_.get("pin") != from) return false;
  settings_.set("pin", to);
  change.commit();
  return true;
}

Result<bool> Events::append(const std::vector<StoredEvent>& events, LogIndex from, LogIndex next,
                            const std::function<Status()>& learn) {
  const SealedDatabase::Transaction change(db_);
  if (cursor() != from) return false;
  if (auto learned = learn(); !learned) return learned.refusal();
  for (const auto& event : events)
    db_.run("INSERT INTO events VALUES (?, ?, ?)", event.index, Blob{event.proven},
            event.checkpoint);
  settings_.set("events-cursor", std::to_string(next.value));
  change.commit();
  return true;
}

LogIndex Events::cursor() {
  const std::string text = settings_.get("events-cursor");
  return LogIndex{text.empty() ? 0 : number_in(text)};
}

std::vector<StoredEvent> Events::all() {
  std::vector<StoredEvent> out;
  db_.each("SELECT idx, proven, checkpoint FROM events ORDER BY idx", [&](auto& row) {
    out.push_back(
        {LogIndex{static_cast<std::uint64_t>(int_at(row, 0))}, blob_at(row, 1), text_at(row, 2)});
  });
  return out;
}

void Events::put_receipt(LogIndex index, const Hash& leaf) {
  db_.run("INSERT INTO receipts VALUES (?, ?) ON CONFLICT DO NOTHING", index, Blob{leaf.bytes()});
}

std::vector<std::pair<LogIndex, Hash>> Events::receipts() {
  std::vector<std::pair<LogIndex, Hash>> out;
  db_.each("SELECT idx, leaf FROM receipts ORDER BY idx", [&](auto& row) {
    out.emplace_back(LogIndex{static_cast<std::uint64_t>(int_at(row, 0))},
                     Hash::from_bytes(blob_at(row, 1)).value_or(Hash()));
  });
  return out;
}

}  // namespace veerpont::sdk
