#include "broker/sqlite_connection.h"

#include <stdexcept>

namespace veerpont::broker {

SqliteConnection::SqliteConnection(const std::string& path, bool writable)
    : database_(path, writable ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY, 5000) {
  if (writable) {
    if (database_.execAndGet("PRAGMA journal_mode=WAL").getString() != "wal") throw std::runtime_error("the database cannot keep a write-ahead log here");
    database_.exec("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;");
  }
  database_.exec("PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;");
}

void SqliteConnection::checkpoint() { database_.tryExec("PRAGMA wal_checkpoint(PASSIVE);"); }

SQLite::Statement& SqliteConnection::prepared(const char* sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    found->second.reset();
    found->second.clearBindings();
    return found->second;
  }
  return statements_.emplace(std::piecewise_construct, std::forward_as_tuple(sql), std::forward_as_tuple(database_, sql)).first->second;
}

std::string blob_at(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  return std::string(static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes()));
}
std::string text_at(SQLite::Statement& row, int column) { return row.getColumn(column).getString(); }
std::int64_t int_at(SQLite::Statement& row, int column) { return row.getColumn(column).getInt64(); }

crypto::Hash hash_at(SQLite::Statement& row, int column) {
  const auto hash = crypto::Hash::from_bytes(blob_at(row, column));
  if (!hash) throw std::runtime_error("the database is damaged: a hash has the wrong size");
  return *hash;
}

OrgId org_at(SQLite::Statement& row, int column) {
  auto org = OrgId::parse(text_at(row, column));
  if (!org) throw std::runtime_error("the database is damaged: an organisation's id is none");
  return *org;
}

}  // namespace veerpont::broker
