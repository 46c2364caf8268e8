#include "client_sdk/dossier/destructions.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

void Destructions::retire(const Retired& what) {
  const SealedDatabase::Transaction change(db_);
  for (const auto& [message, category] : what.sections)
    db_.run("DELETE FROM sections WHERE message_id = ? AND category = ?", message,
            static_cast<int>(category));
  for (const MessageId& message : what.envelopes)
    db_.run("UPDATE inbox SET envelope = x'' WHERE message_id = ?", message);
  for (const auto& [message, left] : what.documents) {
    db_.run("UPDATE outbox SET document_sealed = ?, submit_sealed = x'' WHERE message_id = ?",
            Blob{db_.seal("outbox.document", message.bytes(), left.reveal())}, message);
    if (left.size() > 0) continue;
    db_.run("DELETE FROM reasons WHERE message_id = ?", message);
    db_.run("UPDATE outbox SET child = x'', own_number = x'' WHERE message_id = ?", message);
  }
  for (const GrantId& grant : what.records)
    db_.run("UPDATE grants SET record_sealed = x'', notes_sealed = x'' WHERE grant_id = ?", grant);
  db_.run("INSERT INTO destructions (note, signature) VALUES (?, ?)", Blob{what.note},
          Blob{what.signature});
  change.commit();
  db_.truncate_log();
}

std::vector<std::pair<std::string, std::string>> Destructions::notes() {
  std::vector<std::pair<std::string, std::string>> out;
  db_.each("SELECT note, signature FROM destructions ORDER BY seq",
           [&](auto& row) { out.emplace_back(blob_at(row, 0), blob_at(row, 1)); });
  return out;
}

}  // namespace veerpont::sdk
