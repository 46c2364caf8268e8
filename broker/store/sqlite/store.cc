#include "broker/store/sqlite/store.h"
#include "base/mutex.h"

#include <sys/stat.h>

#include <thread>

#include "audit/event_table.h"
#include "broker/store/sqlite/3_to_4_sql.h"
#include "broker/store/sqlite/batch.h"
#include "broker/store/sqlite/rows.h"
#include "broker/store/sqlite/schema_sql.h"
#include "broker/store/sqlite/snapshot.h"

namespace veerpont::broker {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::string& path, bool writable) : path_(path) {
    if (!writable) {
      const auto form =
          form_of(*idle_.emplace_back(std::make_unique<SqliteConnection>(path, false)));
      if (!form) throw std::runtime_error(form.refusal().detail);
      return;
    }
    writer_ = std::make_unique<SqliteConnection>(path, true);
    ::chmod(path.c_str(), 0600);
    create();
  }

  Term claim() override {
    writer_->run("BEGIN IMMEDIATE");
    writer_->run("UPDATE head SET term = term + 1");
    const Term term = rows::head(*writer_).term;
    writer_->run("COMMIT");
    return term;
  }
  std::unique_ptr<Batch> begin(Term term) override {
    return std::make_unique<SqliteBatch>(*writer_, term);
  }
  std::unique_ptr<Snapshot> snapshot() override {
    return std::make_unique<SqliteSnapshot>(take(),
                                            [this](std::unique_ptr<SqliteConnection> connection) {
                                              const Lock lock(mutex_);
                                              idle_.push_back(std::move(connection));
                                            });
  }
  bool wait_past(LogIndex index, std::chrono::steady_clock::time_point deadline) override {
    while (snapshot()->head().size.value <= index.value) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(
          std::chrono::milliseconds(20));  // another process writes: nothing to wait on
    }
    return true;
  }
  Commit resolve(const BatchId& id) override {
    bool last = false;
    writer_->each("SELECT batch FROM head",
                  [&](SQLite::Statement& row) { last = blob_at(row, 0) == id; });
    return last ? Commit::committed
                : Commit::superseded;  // one writer: what is not the last batch was not written
  }

 private:
  void create() {
    const auto form = form_of(*writer_);
    if (!form) throw std::runtime_error(form.refusal().detail);
    if (*form == 0)
      writer_->script(std::string("BEGIN IMMEDIATE;") + kSchemaSql +
                      "INSERT INTO head (one, size, frontier, checkpoint, last_event_time, term, "
                      "batch) VALUES (1, 0, x'', '', 0, 0, x''); PRAGMA user_version = " +
                      std::to_string(kDatabaseForm) + "; COMMIT;");
    if (*form == 2) bring_over_from_2();
    if (*form == 2 || *form == 3) bring_over_from_3();
  }
  // Which events are public stood in the index alone, as numbers.
  void bring_over_from_2() {
    writer_->run("BEGIN IMMEDIATE");
    writer_->script(
        "ALTER TABLE events ADD COLUMN public INTEGER NOT NULL DEFAULT 0;"
        "DROP INDEX events_keys; DROP INDEX events_public;");
    for (const audit::EventRow& row : audit::event_table())
      if (row.is_public)
        writer_->run("UPDATE events SET public = 1 WHERE kind = ?", static_cast<int>(row.kind));
    writer_->script(
        "CREATE INDEX events_public ON events (idx) WHERE public = 1;"
        "CREATE INDEX events_public_by_actor ON events (actor, kind, idx) WHERE public = 1;"
        "PRAGMA user_version = 3; COMMIT;");
  }
  // The lists begin when a broker starts: they rest on what is stored.
  void bring_over_from_3() {
    writer_->script(std::string("BEGIN IMMEDIATE;") + k3To4Sql +
                    "PRAGMA user_version = 4; COMMIT;");
  }
  std::unique_ptr<SqliteConnection> take() {
    const Lock lock(mutex_);
    if (idle_.empty()) return std::make_unique<SqliteConnection>(path_, false);
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  std::string path_;
  std::unique_ptr<SqliteConnection> writer_;
  Mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const std::string& path) {
  return std::make_unique<SqliteStore>(path, true);
}
std::unique_ptr<Store> open_sqlite_store_read_only(const std::string& path) {
  return std::make_unique<SqliteStore>(path, false);
}

}  // namespace veerpont::broker
