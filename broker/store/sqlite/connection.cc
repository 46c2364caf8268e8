#include "broker/store/sqlite/connection.h"

#include <sqlite3.h>

#include <stdexcept>

namespace veerpont::broker {

namespace {

// Counting SQLite's memory takes a lock of the whole process at every allocation; nobody reads the
// count.
[[maybe_unused]] const int kUncounted = ::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

}  // namespace

SqliteConnection::SqliteConnection(const std::string& path, bool writable)
    // One thread at a time has a connection: the writer is the committer's, a snapshot belongs to
    // whoever opened it.
    : database_(path,
                SQLite::OPEN_NOMUTEX | (writable ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE
                                                 : SQLite::OPEN_READONLY),
                5000) {
  if (writable) {
    if (database_.execAndGet("PRAGMA journal_mode=WAL").getString() != "wal")
      throw std::runtime_error("the database cannot keep a write-ahead log here");
    database_.exec(
        "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864; "
        "PRAGMA cache_size=-65536;");
    const auto count = [](void* self, sqlite3*, const char*, int pages) {
      static_cast<SqliteConnection*>(self)->wal_pages_ = pages;
      return SQLITE_OK;
    };
    ::sqlite3_wal_hook(database_.getHandle(), count, this);
  }
  database_.exec(
      "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA "
      "secure_delete=ON;");
}

void SqliteConnection::checkpoint_when_long(bool now) {
  constexpr int kLong =
      10000;  // pages: pages that change with every commit are moved once for many
  if (now || wal_pages_ >= kLong) database_.tryExec("PRAGMA wal_checkpoint(PASSIVE);");
}

SQLite::Statement& SqliteConnection::prepared(const char* sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    found->second.reset();
    found->second.clearBindings();
    return found->second;
  }
  return statements_
      .emplace(std::piecewise_construct, std::forward_as_tuple(sql),
               std::forward_as_tuple(database_, sql))
      .first->second;
}

std::string blob_at(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  return std::string(static_cast<const char*>(value.getBlob()),
                     static_cast<std::size_t>(value.getBytes()));
}
std::string text_at(SQLite::Statement& row, int column) {
  return row.getColumn(column).getString();
}
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

Result<int> form_of(SqliteConnection& connection) {
  int form = 0;
  connection.each("PRAGMA user_version",
                  [&](SQLite::Statement& row) { form = row.getColumn(0).getInt(); });
  if (form == 0 || (form >= 2 && form <= kDatabaseForm)) return form;
  return Refusal{RefusalCode::local_failure,
                 "the database has form " + std::to_string(form) +
                     " and this veerpontd reads form " + std::to_string(kDatabaseForm) +
                     "; nothing was changed. Use the version that made it, or begin with "
                     "`veerpontd init` in a new folder"};
}

}  // namespace veerpont::broker
