// The broker's database of the form before is brought over whole, and one that nobody reads is left
// alone.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "audit/event_table.h"
#include "broker/store/sqlite/store.h"

namespace veerpont::broker {
namespace {

class StoreForm : public testing::Test {
 protected:
  std::string path = testing::TempDir() + "store-form-" + std::to_string(::getpid()) + ".db";
  StoreForm() { clear(); }
  ~StoreForm() override { clear(); }
  void clear() const {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  }
  std::string texts(const std::string& query) const {
    SQLite::Database db(path);
    SQLite::Statement rows(db, query);
    std::string out;
    while (rows.executeStep()) {
      for (int i = 0; i < rows.getColumnCount(); ++i) out += rows.getColumn(i).getString() + " ";
      out += "\n";
    }
    return out;
  }
  std::string shape() const {
    return texts(
               "SELECT m.name, t.name, t.type, t.\"notnull\", t.dflt_value FROM sqlite_master m, "
               "pragma_table_info(m.name) t WHERE m.type = 'table' ORDER BY m.name, t.name") +
           texts("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' ORDER BY name");
  }
};

TEST_F(StoreForm, TwoBecomesTheNewestWithTheSameEventsPublic) {
  (void)open_sqlite_store(path);
  const std::string fresh = shape();
  clear();
  {
    std::ifstream in(VECTORS "/forms/broker-2.sql");
    std::stringstream schema;
    schema << in.rdbuf();
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(schema.str() +
             "INSERT INTO head VALUES (1, 0, x'', '', 0, 0, x''); PRAGMA user_version = 2;");
    for (const audit::EventRow& row : audit::event_table())
      old.exec("INSERT INTO events VALUES (" + std::to_string(row.kind) + ", " +
               std::to_string(row.kind) + ", 'a', 'b', x'01', x'02', x'03', NULL, NULL)");
  }
  const std::string before =
      texts("SELECT idx FROM events WHERE kind IN (1, 2, 3, 4, 5, 23, 24, 26, 27) ORDER BY idx");
  for (int open = 0; open < 2; ++open) {
    (void)open_sqlite_store(path);
    EXPECT_EQ(texts("PRAGMA user_version"), "4 \n");
    EXPECT_EQ(texts("SELECT idx FROM events WHERE public = 1 ORDER BY idx"), before);
    EXPECT_EQ(texts("SELECT count(*) FROM events"),
              std::to_string(audit::event_table().size()) + " \n");
    EXPECT_EQ(shape(), fresh);
  }
}

TEST_F(StoreForm, ThreeBecomesTheNewestWithItsRows) {
  (void)open_sqlite_store(path);
  const std::string fresh = shape();
  clear();
  {
    std::ifstream in(VECTORS "/forms/broker-3.sql");
    std::stringstream schema;
    schema << in.rdbuf();
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(schema.str() +
             "INSERT INTO head VALUES (1, 1, x'', 'note', 5, 7, x''); PRAGMA user_version = 3;"
             "INSERT INTO events VALUES (0, 1, '', '', x'01', x'02', x'03', NULL, NULL, 1)");
  }
  for (int open = 0; open < 2; ++open) {
    (void)open_sqlite_store(path);
    EXPECT_EQ(texts("PRAGMA user_version"), "4 \n");
    EXPECT_EQ(texts("SELECT size, checkpoint, term, directory_size, withdrawn_size FROM head"),
              "1 note 7 0 0 \n");
    EXPECT_EQ(texts("SELECT idx, public, pair_opening IS NULL FROM events"), "0 1 1 \n");
    EXPECT_EQ(shape(), fresh);
  }
}

TEST_F(StoreForm, OneThatNobodyReadsIsLeftAlone) {
  for (const int form : {1, 5}) {
    clear();
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE t (x); PRAGMA user_version = " + std::to_string(form));
    EXPECT_THROW((void)open_sqlite_store(path), std::runtime_error) << form;
    EXPECT_EQ(texts("PRAGMA user_version"), std::to_string(form) + " \n");
  }
}

}  // namespace
}  // namespace veerpont::broker
