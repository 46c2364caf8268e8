// One SQLite connection with its prepared statements. No SQLite type leaves the sqlite_* files.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "schemas/codes.h"

namespace veerpont::broker {

// A value for a BLOB column; plain strings are TEXT.
struct Blob {
  std::string_view bytes;
};

class SqliteConnection {
 public:
  SqliteConnection(const std::string& path, bool writable);

  template <class... Args>
  void run(const char* sql, const Args&... args) {
    auto& statement = bound(sql, args...);
    const Reset afterwards{statement};
    statement.exec();
  }
  // Calls row(statement) for every row; columns by number.
  template <class Row, class... Args>
  void each(const char* sql, Row row, const Args&... args) {
    auto& statement = bound(sql, args...);
    const Reset afterwards{statement};
    while (statement.executeStep()) row(statement);
  }
  // For a rollback: SQLite may have rolled back by itself, and whoever unwinds says why.
  void run_quietly(const char* sql) { database_.tryExec(sql); }
  void script(const std::string& sql) { database_.exec(sql); }
  // Moves a WAL that has grown (or, `now`, any) into the database file as far as readers and the
  // disk allow; what stays is moved later.
  void checkpoint_when_long(bool now);
  SQLite::Database& database() { return database_; }

 private:
  // Also when a row throws: a statement left open would hold its snapshot of the database.
  struct Reset {
    SQLite::Statement& statement;
    ~Reset() { statement.tryReset(); }
  };
  template <class... Args>
  SQLite::Statement& bound(const char* sql, const Args&... args) {
    auto& statement = prepared(sql);
    int place = 0;
    (bind(statement, ++place, args), ...);
    return statement;
  }
  SQLite::Statement& prepared(const char* sql);
  static void bind(SQLite::Statement& s, int i, const Blob& v) {
    s.bind(i, v.bytes.empty() ? "" : v.bytes.data(), static_cast<int>(v.bytes.size()));
  }
  static void bind(SQLite::Statement& s, int i, const crypto::Hash& v) {
    bind(s, i, Blob{v.bytes()});
  }
  template <class Tag>
  static void bind(SQLite::Statement& s, int i, const Id<Tag>& v) {
    bind(s, i, Blob{v.bytes()});
  }
  static void bind(SQLite::Statement& s, int i, const OrgId& v) { s.bind(i, v.str()); }
  static void bind(SQLite::Statement& s, int i, const std::string& v) { s.bind(i, v); }
  static void bind(SQLite::Statement& s, int i, std::int64_t v) { s.bind(i, v); }
  static void bind(SQLite::Statement& s, int i, std::uint64_t v) {
    s.bind(i, static_cast<std::int64_t>(v));
  }
  static void bind(SQLite::Statement& s, int i, int v) { s.bind(i, v); }
  static void bind(SQLite::Statement& s, int i, std::uint32_t v) {
    s.bind(i, static_cast<std::int64_t>(v));
  }
  static void bind(SQLite::Statement& s, int i, bool v) { s.bind(i, v ? 1 : 0); }
  static void bind(SQLite::Statement& s, int i, Time v) {
    s.bind(i, static_cast<std::int64_t>(to_ms(v)));
  }
  static void bind(SQLite::Statement& s, int i, LogIndex v) {
    s.bind(i, static_cast<std::int64_t>(v.value));
  }
  static void bind(SQLite::Statement& s, int i, CategorySet v) {
    s.bind(i, static_cast<std::int64_t>(v.bits()));
  }
  static void bind(SQLite::Statement& s, int i, Category v) { s.bind(i, static_cast<int>(v)); }

  SQLite::Database database_;
  int wal_pages_ = 0;                                    // after the last commit
  std::map<const char*, SQLite::Statement> statements_;  // by the literal's address
};

// Columns of a row.
std::string blob_at(SQLite::Statement& row, int column);
std::string text_at(SQLite::Statement& row, int column);
std::int64_t int_at(SQLite::Statement& row, int column);
inline bool bool_at(SQLite::Statement& row, int column) { return int_at(row, column) != 0; }
inline Time time_at(SQLite::Statement& row, int column) {
  return time_from_ms(int_at(row, column));
}
inline LogIndex index_at(SQLite::Statement& row, int column) {
  return LogIndex{static_cast<std::uint64_t>(int_at(row, column))};
}
inline CategorySet categories_at(SQLite::Statement& row, int column) {
  return CategorySet::from_bits(static_cast<std::uint32_t>(int_at(row, column)));
}
// Stored ids are valid; one that is not means a damaged database, and throws.
crypto::Hash hash_at(SQLite::Statement& row, int column);
OrgId org_at(SQLite::Statement& row, int column);
template <class T>
T id_at(SQLite::Statement& row, int column) {
  const auto id = T::from_bytes(blob_at(row, column));
  if (!id) throw std::runtime_error("the database is damaged: an id has the wrong size");
  return *id;
}

// The number of the tables' form. Form 1 came before statements that list TLS keys: its log does
// not verify any more, so that it is not brought over.
inline constexpr int kDatabaseForm = 4;
// 0: no tables yet. Refuses local-failure for a form that this program does not read.
Result<int> form_of(SqliteConnection& connection);

}  // namespace veerpont::broker
