// A SQLite file with sealed columns: statements with typed values, immediate transactions, and the
// number of its form. What does not read or open throws: the file is damaged.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/keystore.h"
#include "crypto/secret.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

struct Blob {
  std::string_view bytes;
};

inline void bind(SQLite::Statement& s, int i, const Blob& v) {
  s.bind(i, v.bytes.empty() ? "" : v.bytes.data(), static_cast<int>(v.bytes.size()));
}
inline void bind(SQLite::Statement& s, int i, const std::string& v) { s.bind(i, v); }
inline void bind(SQLite::Statement& s, int i, int v) { s.bind(i, v); }
inline void bind(SQLite::Statement& s, int i, bool v) { s.bind(i, v ? 1 : 0); }
inline void bind(SQLite::Statement& s, int i, CategorySet v) {
  s.bind(i, static_cast<std::int64_t>(v.bits()));
}
inline void bind(SQLite::Statement& s, int i, LogIndex v) {
  s.bind(i, static_cast<std::int64_t>(v.value));
}
inline void bind(SQLite::Statement& s, int i, Time v) {
  s.bind(i, static_cast<std::int64_t>(to_ms(v)));
}
template <class Tag>
inline void bind(SQLite::Statement& s, int i, const Id<Tag>& v) {
  bind(s, i, Blob{v.bytes()});
}
template <class T>
inline void bind(SQLite::Statement& s, int i, const std::optional<T>& v) {
  if (v)
    bind(s, i, *v);
  else
    s.bind(i);
}

inline std::string blob_at(SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  return std::string(static_cast<const char*>(value.getBlob()),
                     static_cast<std::size_t>(value.getBytes()));
}
inline std::string text_at(SQLite::Statement& row, int column) {
  return row.getColumn(column).getString();
}
inline std::int64_t int_at(SQLite::Statement& row, int column) {
  return row.getColumn(column).getInt64();
}
template <class T>
T id_at(SQLite::Statement& row, int column) {
  const auto id = T::from_bytes(blob_at(row, column));
  if (!id) throw std::runtime_error("the dossier is damaged");
  return *id;
}
inline OrgId org_at(SQLite::Statement& row, int column) {
  auto org = OrgId::parse(text_at(row, column));
  if (!org) throw std::runtime_error("the dossier is damaged");
  return *org;
}
inline std::uint64_t number_in(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size())
    throw std::runtime_error("the dossier is damaged");
  return value;
}
inline CategorySet categories_at(SQLite::Statement& row, int column) {
  return CategorySet::from_bits(static_cast<std::uint32_t>(int_at(row, column)));
}

// The tables of the newest form, and what brings each one before to the next, from the oldest that
// is read.
struct DatabaseForm {
  int number;
  const char* schema;
  int oldest;
  std::array<const char*, 7> steps;
};

class SealedDatabase {
 public:
  // Opens, creates, or brings over in one transaction; for the owner alone.
  SealedDatabase(const std::string& path, const crypto::Key32& key, const DatabaseForm& form)
      : db_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 10'000), key_(key.clone()) {
    ::chmod(path.c_str(), 0600);
    set_up();
    if (db_.execAndGet("PRAGMA user_version").getInt() == form.number) return;
    const Transaction create(*this);
    const int found = db_.execAndGet("PRAGMA user_version").getInt();
    const std::string number = "PRAGMA user_version = " + std::to_string(form.number) + ";";
    if (found == 0) db_.exec(form.schema + number);
    if (found != 0 && (found < form.oldest || found > form.number))
      throw std::runtime_error("the dossier has another form");
    for (int step = found; found != 0 && step < form.number; ++step)
      db_.exec(form.steps.at(static_cast<std::size_t>(step - form.oldest)));
    if (found != 0) db_.exec(number);
    create.commit();
  }
  SealedDatabase(const SealedDatabase&) = delete;
  SealedDatabase& operator=(const SealedDatabase&) = delete;

  // Immediate, so that what was read in it is still true when it writes; rolled back unless
  // committed.
  class Transaction {
   public:
    explicit Transaction(SealedDatabase& database) : db_(database.db_) {
      db_.exec("BEGIN IMMEDIATE");
    }
    ~Transaction() {
      if (!open_) return;
      try {
        db_.exec("ROLLBACK");
      } catch (const SQLite::Exception&) {
        // A full disk has rolled it back already.
      }
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit() const {
      db_.exec("COMMIT");
      open_ = false;
    }

   private:
    SQLite::Database& db_;
    mutable bool open_ = true;
  };

  template <class... Args>
  int run(const std::string& sql, const Args&... args) {
    const Prepared statement(*this, sql);
    int place = 0;
    (bind(*statement, ++place, args), ...);
    return statement->exec();
  }
  template <class Row, class... Args>
  void each(const std::string& sql, Row row, const Args&... args) {
    const Prepared statement(*this, sql);
    int place = 0;
    (bind(*statement, ++place, args), ...);
    while (statement->executeStep()) row(*statement);
  }

  std::string seal(std::string_view column, std::string_view row,
                   std::string_view plaintext) const {
    return plaintext.empty() ? std::string() : crypto::box(key_, aad(column, row), plaintext);
  }
  crypto::SecretBytes unseal(std::string_view column, std::string_view row,
                             const std::string& sealed) const {
    if (sealed.empty()) return crypto::SecretBytes();
    auto opened = crypto::unbox(key_, aad(column, row), sealed);
    if (!opened) throw std::runtime_error("the dossier is damaged: a sealed column does not open");
    return std::move(*opened);
  }
  // A hash of `text` that nobody makes without the storage key.
  std::string keyed(std::string_view context, std::string_view text) const {
    return crypto::Transcript(context).bytes(key_.reveal()).bytes(text).sha256().str();
  }
  // A consistent copy, sealed as this one, while others write. Throws when `path` is there already.
  void copy_to(const std::string& path) { run("VACUUM INTO ?", path); }
  void only_read() { db_.exec("PRAGMA query_only = ON"); }
  // Moves the write-ahead log into the file, so that what was overwritten is in neither.
  void truncate_log() { db_.exec("PRAGMA wal_checkpoint(TRUNCATE)"); }

 private:
  // A prepared statement, kept for the next time; the same one may be in use twice at once.
  class Prepared {
   public:
    Prepared(SealedDatabase& database, const std::string& sql) : database_(database), sql_(sql) {
      if (auto kept = database.prepared_.extract(sql); !kept.empty())
        statement_ = std::move(kept.mapped());
      else
        statement_ = std::make_unique<SQLite::Statement>(database.db_, sql);
    }
    ~Prepared() {
      statement_->tryReset();
      statement_->clearBindings();  // what was bound may be content
      database_.prepared_.emplace(sql_, std::move(statement_));
    }
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    SQLite::Statement& operator*() const { return *statement_; }
    SQLite::Statement* operator->() const { return statement_.get(); }

   private:
    SealedDatabase& database_;
    std::string sql_;
    std::unique_ptr<SQLite::Statement> statement_;
  };

  // While another process closes the last connection or recovers, SQLite waits for nobody here.
  void set_up() {
    constexpr int kBusy = 5;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (;;) try {
        db_.exec(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; PRAGMA "
            "temp_store=MEMORY; PRAGMA secure_delete=ON;");
        return;
      } catch (const SQLite::Exception& failed) {
        if (failed.getErrorCode() != kBusy || std::chrono::steady_clock::now() >= until) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
  }

  static std::string aad(std::string_view column, std::string_view row) {
    return crypto::Transcript("veerpont/dossier/v1").short_text(column).bytes(row).str();
  }

  SQLite::Database db_;
  std::multimap<std::string, std::unique_ptr<SQLite::Statement>> prepared_;
  crypto::Key32 key_;
};

// The last of some rows in their order, when there is one.
template <class Row>
std::optional<Row> newest(std::vector<Row> rows) {
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.back()));
}

}  // namespace veerpont::sdk
