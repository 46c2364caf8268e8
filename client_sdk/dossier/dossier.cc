#include "client_sdk/dossier/dossier.h"

#include <unistd.h>

#include "client_sdk/dossier/form.h"

namespace veerpont::sdk {

Dossier::Dossier(const std::string& path, const crypto::Key32& storage_key)
    : db_(std::make_unique<SealedDatabase>(path, storage_key, kDossierTables)),
      settings(*db_),
      events(*db_, settings),
      directory(*db_),
      grants(*db_),
      outbox(*db_),
      withdrawals(*db_, grants, outbox),
      inbox(*db_),
      access_log(*db_),
      referrals(*db_),
      stays(*db_),
      destructions(*db_),
      lists(*db_) {
  events.index_again();
}
Dossier::~Dossier() = default;

void Dossier::only_read() { db_->only_read(); }

std::optional<int> dossier_form(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  return SQLite::Database(path, SQLite::OPEN_READONLY, 10'000)
      .execAndGet("PRAGMA user_version")
      .getInt();
}

}  // namespace veerpont::sdk
