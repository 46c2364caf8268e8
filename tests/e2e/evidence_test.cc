// `veerpontd check` finds a changed row in every table that carries evidence, and a rolled-back
// broker is noticed.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

struct Tampering {
  const char* table;
  const char* sql;
};

// One or more per table: changed, removed, added.
constexpr Tampering kTamperings[] = {
    {"head", "UPDATE head SET last_event_time = last_event_time + 1"},
    {"head", "UPDATE head SET frontier = zeroblob(length(frontier))"},
    {"events",
     "UPDATE events SET body = CAST(body || x'00' AS BLOB) WHERE idx = (SELECT max(idx) FROM "
     "events)"},
    {"events", "UPDATE events SET salt = zeroblob(32) WHERE idx = (SELECT max(idx) FROM events)"},
    {"events",
     "UPDATE events SET commitment = zeroblob(32) WHERE idx = (SELECT max(idx) FROM events)"},
    {"events", "UPDATE events SET actor = 'somebody' WHERE idx = (SELECT max(idx) FROM events)"},
    {"events",
     "UPDATE events SET actor_opening = zeroblob(8) WHERE length(actor_opening) > 0 AND idx = "
     "(SELECT max(idx) FROM events WHERE length(actor_opening) > 0)"},
    {"objects",
     "UPDATE objects SET body = CAST(body || x'00' AS BLOB) WHERE idx = (SELECT idx FROM grants "
     "LIMIT 1)"},
    {"objects",
     "UPDATE objects SET signature = zeroblob(64) WHERE idx = (SELECT idx FROM messages LIMIT 1)"},
    {"objects", "DELETE FROM objects WHERE idx = (SELECT idx FROM messages LIMIT 1)"},
    {"objects",
     "UPDATE objects SET statement = x'00' WHERE idx = (SELECT idx FROM messages LIMIT 1)"},
    {"objects", "UPDATE objects SET signature = zeroblob(64) WHERE idx = 0"},
    {"messages", "UPDATE messages SET bytes = bytes + 1"},
    {"events", "UPDATE events SET commitment = x'00' WHERE idx = (SELECT max(idx) FROM events)"},
    {"events", "UPDATE events SET pair_opening = zeroblob(8) WHERE length(pair_opening) > 0"},
    {"states", "UPDATE states SET salt = zeroblob(32)"},
    {"states", "UPDATE states SET state = zeroblob(96)"},
    {"states", "DELETE FROM states WHERE idx = (SELECT max(idx) FROM states)"},
    {"states", "DELETE FROM states WHERE idx = 1"},
    {"withdrawn", "UPDATE withdrawn SET key = zeroblob(32)"},
    {"withdrawn", "UPDATE withdrawn SET idx = idx + 2"},
    {"withdrawn", "DELETE FROM withdrawn"},
    {"withdrawn", "INSERT INTO withdrawn SELECT place + 1, idx, key FROM withdrawn"},
    {"pairs", "UPDATE pairs SET next = next + 1"},
    {"pairs", "DELETE FROM pairs"},
    {"tiles", "UPDATE tiles SET hashes = zeroblob(length(hashes))"},
    {"tiles", "DELETE FROM tiles"},
    {"participants", "UPDATE participants SET suspended = 1 WHERE org = 'jgt-leiden'"},
    {"participants", "DELETE FROM participants WHERE org = 'jgt-leiden'"},
    {"keys", "UPDATE keys SET public_key = zeroblob(32) WHERE org = 'jgt-leiden'"},
    {"keys", "UPDATE keys SET org = 'de-binnenvest' WHERE org = 'jgt-leiden'"},
    {"keys", "UPDATE keys SET standing = 1 WHERE org = 'jgt-leiden' AND type = 1"},
    {"keys", "UPDATE keys SET valid_until = valid_until + 1 WHERE type = 1"},
    {"keys", "UPDATE keys SET epoch = epoch + 1 WHERE type = 2"},
    {"participants", "UPDATE participants SET title = 'another' WHERE org = 'jgt-leiden'"},
    {"participants", "UPDATE participants SET tls_keys = zeroblob(32) WHERE org = 'jgt-leiden'"},
    {"participants",
     "UPDATE participants SET statements_until = statements_until - 1 WHERE org = 'jgt-leiden'"},
    {"messages", "UPDATE messages SET released = 0 WHERE released > 0"},
    {"messages", "UPDATE messages SET settled = NULL WHERE settled IS NOT NULL"},
    {"referrals", "UPDATE referrals SET access_by = 1"},
    {"participants",
     "UPDATE participants SET identity_key = zeroblob(32) WHERE org = 'jgt-leiden'"},
    {"grants", "UPDATE grants SET withdrawn = 0 WHERE withdrawn = 1"},
    {"grants", "UPDATE grants SET referral_id = NULL WHERE referral_id IS NOT NULL"},
    {"grants", "UPDATE grants SET expires = expires + 1"},
    {"grants", "DELETE FROM grants WHERE withdrawn = 0"},
    {"tombstones", "DELETE FROM tombstones WHERE category = 2"},
    {"tombstones", "UPDATE tombstones SET idx = idx + 1"},
    {"tombstones", "INSERT INTO tombstones SELECT grant_id, 3, 1 FROM grants WHERE withdrawn = 0"},
    {"withdrawal_hashes", "INSERT INTO withdrawal_hashes VALUES (zeroblob(32), zeroblob(16))"},
    {"referrals", "UPDATE referrals SET state = 14"},
    {"referrals", "UPDATE referrals SET respond_by = respond_by + 1"},
    {"referrals", "DELETE FROM referrals"},
    {"messages", "UPDATE messages SET recipient = 'de-binnenvest'"},
    {"messages", "UPDATE messages SET status = 2 WHERE status = 1"},
    {"messages", "UPDATE messages SET expires = expires + 1"},
    {"messages", "DELETE FROM messages"},
    {"ciphertexts", "UPDATE ciphertexts SET bytes = CAST(bytes || x'00' AS BLOB)"},
    {"ciphertexts", "DELETE FROM ciphertexts WHERE place % 16 = 2"},
    {"shares", "UPDATE shares SET wrapped = zeroblob(length(wrapped))"},
    {"shares", "DELETE FROM shares WHERE place % 16 = 2"},
    {"operations", "UPDATE operations SET object_sha256 = zeroblob(32)"},
    {"operations", "DELETE FROM operations"},
    {"chains", "UPDATE chains SET next = next + 1"},
    {"chains", "DELETE FROM chains"},
};

TEST(Check, FindsAChangedRowInEveryTableThatCarriesEvidence) {
  Federation f;
  f.two_organisations();
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden"), "--category", "routing"}).code,
            0);
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));  // not fetched: its ciphertexts are there
  const std::string third = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(third);
  ASSERT_EQ(f.as("de-binnenvest", {"grant", "withdraw", third}).code, 0);
  ASSERT_EQ(f.operate({"check"}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  const std::string database = f.broker_home() + "/broker.db";
  SQLite::Database(database, SQLite::OPEN_READWRITE).exec("PRAGMA wal_checkpoint(TRUNCATE)");
  ASSERT_EQ(std::system(("cp " + database + " " + database + ".good").c_str()), 0);

  std::set<std::string> tables;
  for (const Tampering& tampering : kTamperings) {
    {
      SQLite::Database db(database, SQLite::OPEN_READWRITE);
      db.exec("PRAGMA foreign_keys=OFF");
      EXPECT_GT(db.exec(tampering.sql), 0) << "changes nothing: " << tampering.sql;
    }
    const Ran check = f.operate({"check"});
    EXPECT_EQ(check.code, 4) << tampering.sql << check.out << check.err;
    tables.insert(tampering.table);
    ASSERT_EQ(std::system(("rm -f " + database + "-wal " + database + "-shm; cp " + database +
                           ".good " + database)
                              .c_str()),
              0);
  }
  EXPECT_EQ(f.operate({"check"}).code, 0);
  // Every table of the schema but these, which carry none.
  std::set<std::string> expected;
  SQLite::Database db(database, SQLite::OPEN_READONLY);
  SQLite::Statement names(db, "SELECT name FROM sqlite_schema WHERE type = 'table'");
  while (names.executeStep()) expected.insert(names.getColumn(0).getString());
  for (const char* none : {"invitations", "leases"}) expected.erase(none);
  EXPECT_EQ(tables, expected);
}

TEST(Rollback, OfTheDatabaseAloneMakesTheBrokerRefuseToSign) {
  Federation f;
  f.two_organisations();
  ASSERT_EQ(f.stop(), 0);
  ASSERT_EQ(std::system(("cp " + f.broker_home() + "/broker.db " + f.folder() + "/old.db").c_str()),
            0);
  f.serve();
  f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.stop(), 0);
  ASSERT_EQ(std::system(("cp " + f.folder() + "/old.db " + f.broker_home() +
                         "/broker.db && rm -f " + f.broker_home() + "/broker.db-*")
                            .c_str()),
            0);
  const Ran served = f.operate({"serve"});
  EXPECT_EQ(served.code, 4);
  EXPECT_NE(served.err.find("older than what was published"), std::string::npos) << served.err;
  EXPECT_EQ(f.operate({"check"}).code, 4);
}

TEST(Rollback, OfTheWholeMachineIsToldByAParticipantsHello) {
  Federation f;
  f.two_organisations();
  ASSERT_EQ(f.stop(), 0);
  ASSERT_EQ(std::system(("cp -r " + f.broker_home() + " " + f.folder() + "/old").c_str()), 0);
  f.serve();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(grant);
  const std::string message = f.received("jgt-leiden");
  ASSERT_EQ(f.stop(), 0);
  ASSERT_EQ(
      std::system(("rm -r " + f.broker_home() + " && mv " + f.folder() + "/old " + f.broker_home())
                      .c_str()),
      0);
  f.serve();
  ASSERT_GT(f.pid(), 0);
  const Ran told = f.as("jgt-leiden", {"inbox"});
  EXPECT_EQ(told.code, 4);
  EXPECT_NE(told.err.find("the broker's log is older than yours"), std::string::npos) << told.err;
  // From then on it signs and releases nothing, for anybody.
  EXPECT_NE(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_NE(f.as("jgt-leiden", {"open", message}).code, 0);
  EXPECT_NE(f.log().find("log-rolled-back"), std::string::npos);
}

}  // namespace
}  // namespace veerpont::e2e
