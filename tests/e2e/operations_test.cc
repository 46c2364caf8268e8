// What an operator does: look, copy while it serves, put back, live through a year of certificates.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

namespace fs = std::filesystem;

TEST(Doctor, SaysThatAllIsWellAndNamesCauseAndCureWhenItIsNot) {
  Federation f;
  f.two_organisations();
  const Ran well = f.operate({"doctor", "--json"});
  EXPECT_EQ(well.code, 0) << well.out;
  EXPECT_GE(well.json().as_array().size(), 9u);
  ASSERT_EQ(f.stop(), 0);
  fs::permissions(f.broker_home() + "/keystore", fs::perms::group_read, fs::perm_options::add);
  const Ran ill = f.operate({"doctor", "--json"});
  EXPECT_EQ(ill.code, 1);
  std::set<std::string> failed;
  const auto rows = ill.json();
  for (const auto& row : rows.as_array()) {
    if (row.at("ok").as_bool()) continue;
    failed.insert(std::string(row.at("check").as_string()));
    EXPECT_FALSE(row.at("cause").as_string().empty() || row.at("cure").as_string().empty());
  }
  EXPECT_EQ(failed, (std::set<std::string>{"files are the owner's alone", "the broker answers"}));
}

TEST(Backup, IsConsistentUnderLoadHasNoShareKeysAndIsPutBackWhenNothingIsNewer) {
  Federation f;
  f.two_organisations();
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string copy = f.folder() + "/copy.db";
  std::vector<std::string> grants;
  for (int i = 0; i < 4; ++i) grants.push_back(f.grant("de-binnenvest", "jgt-leiden"));
  std::vector<Federation::Running> load;
  const std::string document = f.referral_document();
  for (const auto& grant : grants)
    load.push_back(f.begin("de-binnenvest", {"refer", document, "--grant", grant}));
  const Ran made = f.operate({"backup", "--out", f.folder() + "/under-load.db"});
  for (const auto& running : load) {
    const Ran ran = Federation::finish(running);
    EXPECT_EQ(ran.code, 0) << ran.err;
  }
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(f.operate({"backup", "--out", f.folder() + "/under-load.db"}).code, 2)
      << "never over a file";
  f.refer(
      f.grant("de-binnenvest",
              "jgt-leiden"));  // so that the first copy is older, however fast the load was done
  ASSERT_EQ(f.operate({"backup", "--out", copy}).code, 0);
  EXPECT_EQ(fs::status(copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  // No key of the vault is in the copy.
  const std::string bytes = contents(copy);
  const std::string vault = contents(f.broker_home() + "/vault/share-keys");
  std::size_t keys = 0;
  for (std::size_t slot = 0; slot + 128 <= vault.size(); slot += 128) {
    if (vault.compare(slot, 8, "VPSLOT01") != 0) continue;
    ++keys;
    EXPECT_EQ(bytes.find(vault.substr(slot + 28, 32)), bytes.npos);
  }
  EXPECT_GE(keys, 20u);

  EXPECT_EQ(f.operate({"restore", "--from", copy}).code, 3) << "busy: it serves";
  ASSERT_EQ(f.stop(), 0);
  const Ran older = f.operate({"restore", "--from", f.folder() + "/under-load.db"});
  EXPECT_EQ(older.code, 4) << older.err;  // made before the last referrals were published
  fs::remove(f.broker_home() + "/broker.db");
  const Ran restored = f.operate({"restore", "--from", copy});
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_EQ(f.operate({"check"}).code, 0);
  f.serve();
  ASSERT_GT(f.pid(), 0) << f.log();
  EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", referral), "delivered");
}

TEST(Backup, OfAnotherLogOrADamagedOneIsRefusedAndChangesNothing) {
  Federation f;
  f.two_organisations();
  const std::string copy = f.folder() + "/copy.db";
  ASSERT_EQ(f.operate({"backup", "--out", copy}).code, 0);
  Federation other;
  other.two_organisations();
  const std::string foreign = other.folder() + "/copy.db";
  ASSERT_EQ(other.operate({"backup", "--out", foreign}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  EXPECT_EQ(f.operate({"restore", "--from", foreign}).code, 4);
  fs::resize_file(copy, fs::file_size(copy) / 2);
  EXPECT_EQ(f.operate({"restore", "--from", copy}).code, 4);
  EXPECT_EQ(f.operate({"restore", "--from", f.folder() + "/nothing.db"}).code, 1);
  EXPECT_EQ(f.operate({"check"}).code, 0);
  f.serve();
  EXPECT_GT(f.pid(), 0) << f.log();
}

TEST(ServerCertificate, RenewsItselfBeforeItsTwoYearsAreOver) {
  Federation f("2026-11-20 10:00");
  f.two_organisations();
  const std::string certificate = f.broker_home() + "/server-certificate.pem";
  const auto starts_at = [&](const char* time) {
    f.kill();
    f.set_time(time);
    f.serve();
    EXPECT_FALSE(fs::exists(certificate)) << "not by a clock that nobody agreed with";
    ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
    EXPECT_TRUE(fs::exists(certificate)) << "and at once when somebody did";
  };
  starts_at("2028-11-05 10:00");  // less than a month is left
  fs::remove(certificate);
  starts_at("2029-01-05 10:00");                            // the first one is over
  f.join("go-voor-jeugd", "Go! voor Jeugd", "youth-team");  // trusts the CA alone
}

TEST(Address, ParticipantsAreToldWhereToConnectAndNotWhereItListens) {
  Federation f;
  const std::vector<std::string> init{"init",          "--name",       "federatie.example/proef",
                                      "--listen",      "0.0.0.0:8443", "--admin",
                                      "127.0.0.1:8444"};
  const Ran nowhere = f.operate(init);
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_NE(nowhere.err.find("--address"), std::string::npos) << nowhere.err;
  std::vector<std::string> reachable = init;
  reachable.insert(reachable.end(), {"--address", "broker.federatie.example:443"});
  ASSERT_EQ(f.operate(reachable).code, 0);
  ASSERT_EQ(f.operate({"invite", "jgt-leiden", "--title", "JGT Leiden", "--kind", "youth-team",
                       "--out", f.folder() + "/invitation"})
                .code,
            0);
  EXPECT_NE(contents(f.folder() + "/invitation").find("\"broker.federatie.example:443\""),
            std::string::npos);
}

TEST(BrokersClock, ThatJumpedIsOneFactInLogMetricAndDoctor) {
  Federation f("2026-11-20 10:00");
  f.two_organisations();
  EXPECT_EQ(f.operate({"doctor"}).code, 0);
  EXPECT_EQ(f.metric("veerpont_clock_jumped"), 0);
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2026-11-24 10:00");
  EXPECT_NE(f.operate({"doctor"}).out.find("clock accept"), std::string::npos)
      << "also when it does not run";
  f.serve();
  const Ran waits = f.operate({"doctor"});
  EXPECT_EQ(waits.code, 1);
  EXPECT_NE(waits.out.find("veerpontd clock accept"), std::string::npos) << waits.out;
  EXPECT_EQ(f.metric("veerpont_clock_jumped"), 1);
  EXPECT_NE(f.log().find("sweep-waits"), std::string::npos);
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  EXPECT_EQ(f.metric("veerpont_clock_jumped"), 0);
  EXPECT_EQ(f.operate({"doctor"}).code, 0);
}

TEST(BrokersClock, ThatJumpedDestroysNothingAndDatesNothingAlsoAfterARestart) {
  Federation f("2026-11-20 10:00");
  f.two_organisations();
  const std::string one = f.grant("de-binnenvest", "jgt-leiden"),
                    other = f.grant("de-binnenvest", "jgt-leiden");
  f.refer(other);
  const std::string message = f.received("jgt-leiden");
  for (int start = 0; start < 2; ++start) {
    ASSERT_EQ(f.stop(), 0);
    f.set_time("2027-12-25 10:00");
    f.serve();
    f.set_time("2026-11-20 10:05");  // the organisations' clocks are right
    EXPECT_EQ(f.metric("veerpont_clock_jumped"), 1) << start;
    if (start == 0) {
      const Ran withdrawn = f.as("de-binnenvest", {"grant", "withdraw", one});
      EXPECT_EQ(withdrawn.code, 0) << withdrawn.err;
    }
    const Ran inbox = f.as("jgt-leiden", {"inbox"});
    EXPECT_EQ(inbox.code, 3);
    EXPECT_NE(inbox.err.find("clock-skew"), std::string::npos) << inbox.err;
    EXPECT_NE(inbox.err.find("399 dagen"), std::string::npos) << inbox.err;
    EXPECT_EQ(f.log().find("swept"), std::string::npos) << start;
  }
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2026-11-20 10:10");
  f.serve();
  EXPECT_EQ(f.operate({"doctor"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 0)
      << "nothing was destroyed";
  EXPECT_EQ(f.refer(f.grant("de-binnenvest", "jgt-leiden")).size(), 32u)
      << "and nothing stands in the way";
  for (const auto& event : f.events("de-binnenvest", "grant-withdrawn"))
    EXPECT_TRUE(event.at("time").as_string().starts_with("2026-11-20"));
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(BrokersClock, ThatJumpedIsFollowedByNobodyWhoseClockJumpedWithIt) {
  Federation f("2026-11-20 10:00");
  f.two_organisations();
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string message = f.received("jgt-leiden");
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2029-11-20 10:00");  // the broker and one member, on one machine, say
  f.serve();
  f.as("de-binnenvest", {"audit", "sync"});
  EXPECT_NE(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2026-11-20 10:10");
  f.serve();
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
    const auto rows = f.as(org, {"audit", "list", "--json"}).json();
    EXPECT_FALSE(rows.as_array().empty());
    for (const auto& row : rows.as_array())
      EXPECT_TRUE(row.at("time").as_string().starts_with("2026-11-20"));
  }
  EXPECT_EQ(f.as("jgt-leiden", {"open", message, "--category", "safety"}).code, 0)
      << "no certificate of that time is shown either";
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", grant}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"doctor"}).code, 0);
  EXPECT_EQ(f.operate({"doctor"}).code, 0);
}

TEST(Forms, OfAnEarlierVersionAreRefusedBySayingSoAndLeftAlone) {
  Federation f;
  f.two_organisations();
  ASSERT_EQ(f.stop(), 0);
  const std::string dossier = f.home("jgt-leiden") + "/dossier.db";
  const std::string database = f.broker_home() + "/broker.db";
  const auto form = [&](const std::string& file) { return file == dossier ? 9 : 4; };
  for (const std::string& file : {dossier, database}) {
    SQLite::Database db(file, SQLite::OPEN_READWRITE);
    ASSERT_EQ(db.execAndGet("PRAGMA user_version").getInt(), form(file)) << file;
    db.exec("PRAGMA user_version = 1");
  }
  const Ran member = f.as("jgt-leiden", {"whoami"});
  EXPECT_EQ(member.code, 1);
  EXPECT_NE(member.err.find("form 1"), std::string::npos) << member.err;
  const Ran checked = f.operate({"check"});
  EXPECT_NE(checked.code, 0);
  EXPECT_NE((checked.out + checked.err).find("form 1"), std::string::npos)
      << checked.out << checked.err;
  for (const std::string& file : {dossier, database}) {
    SQLite::Database db(file, SQLite::OPEN_READWRITE);
    EXPECT_EQ(db.execAndGet("PRAGMA user_version").getInt(), 1) << file;
    db.exec("PRAGMA user_version = " + std::to_string(form(file)));
  }
  f.serve();
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
}

// Broker and members as the version before left them: nothing in its log states anything, and no
// two organisations have a chain. A grant was withdrawn, another in part.
constexpr char kFirstLog[] = SOURCES "/tests/vectors/homes/log-form-1.tar.xz";

TEST(Forms, ALogOfTheFirstFormGoesOnInTheSecond) {
  Federation f("2026-11-20 20:00");
  const auto ids = f.adopt(kFirstLog);
  ASSERT_EQ(ids.size(), 6u);
  const std::string &gone = ids[3], &part = ids[4];
  const Ran early = f.operate({"check"});
  EXPECT_EQ(early.code, 1);
  EXPECT_NE((early.out + early.err).find("serve it once"), std::string::npos) << early.err;
  f.serve();
  ASSERT_GT(f.pid(), 0) << f.log();
  EXPECT_EQ(f.operate({"check"}).code, 0) << f.operate({"check"}).err;
  for (const char* org : {"jgt-leiden", "de-binnenvest"}) {
    EXPECT_EQ(f.as(org, {"inbox"}).code, 0);
    const Ran verified = f.as(org, {"audit", "verify", "--full"});
    EXPECT_EQ(verified.code, 0) << verified.err;
  }
  SQLite::Database dossier(f.home("jgt-leiden") + "/dossier.db");
  EXPECT_EQ(dossier.execAndGet("SELECT count(*) FROM withdrawn_keys").getInt(), 2);
  EXPECT_EQ(dossier.execAndGet("SELECT min(number) FROM pair_events").getInt(), 0)
      << "the first event after the states began";
  // What was withdrawn stays so, and what waited is read.
  const std::string waiting = f.received("jgt-leiden");
  const Ran opened = f.as("jgt-leiden", {"open", waiting, "--json"});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(opened.out.find("veilig genoeg"), std::string::npos) << "withdrawn in part";
  EXPECT_GT(dossier.execAndGet("SELECT count(*) FROM pair_events").getInt(), 1);
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", gone}).code, 0) << "known, and told again";
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "withdraw", part}).code, 0);
  const std::string again = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", again), "in-review");
  for (const char* org : {"jgt-leiden", "de-binnenvest"})
    EXPECT_EQ(f.as(org, {"audit", "verify", "--full"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST(Forms, TheBrokersDatabaseOfAnEarlierFormIsBroughtOver) {
  Federation f("2026-11-20 20:00");
  f.adopt(kFirstLog);
  const std::string database = f.broker_home() + "/broker.db";
  const auto public_events = [&] {
    SQLite::Database db(database);
    return db.execAndGet("SELECT group_concat(idx) FROM (SELECT idx FROM events WHERE public = 1)")
        .getString();
  };
  const std::string before = public_events();
  ASSERT_FALSE(before.empty());
  SQLite::Database(database, SQLite::OPEN_READWRITE)
      .exec(
          "DROP INDEX events_public; DROP INDEX events_public_by_actor;"
          "ALTER TABLE events DROP COLUMN public;"
          "CREATE INDEX events_keys ON events (actor, idx) WHERE kind = 5;"
          "CREATE INDEX events_public ON events (idx) WHERE kind IN (1, 2, 3, 4, 5, 23, 24);"
          "PRAGMA user_version = 2");
  f.operate({"doctor"});
  EXPECT_EQ(SQLite::Database(database).execAndGet("PRAGMA user_version").getInt(), 2)
      << "who only reads leaves it as it is";
  f.serve();
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
  EXPECT_EQ(public_events(), before);
}

TEST(Forms, ADossierOfAnEarlierOneIsBroughtOverByTheFirstCommand) {
  Federation f("2026-11-20 20:00");
  f.adopt(kFirstLog);
  f.serve();
  {  // as a program of form 2 left it
    SQLite::Database db(f.home("de-binnenvest") + "/dossier.db", SQLite::OPEN_READWRITE);
    for (const char* trigger :
         {"referral_begins", "message_arrives", "message_leaves", "message_settles"})
      db.exec(std::string("DROP TRIGGER ") + trigger);
    db.exec("DROP VIEW referral_steps");
    std::vector<std::string> indexes;
    SQLite::Statement named(db, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql > ''");
    while (named.executeStep()) indexes.push_back(named.getColumn(0).getString());
    for (const std::string& index : indexes)
      if (index != "outbox_refer" && index != "outbox_reply") db.exec("DROP INDEX " + index);
    for (const char* column :
         {"referrals DROP COLUMN step", "referrals DROP COLUMN again",
          "referrals DROP COLUMN since", "outbox DROP COLUMN created", "outbox DROP COLUMN child",
          "outbox DROP COLUMN own_number", "exceptions DROP COLUMN registrar_sealed",
          "exceptions DROP COLUMN method", "exceptions DROP COLUMN pin_after",
          "exceptions DROP COLUMN review_body", "exceptions DROP COLUMN review_signature"})
      db.exec(std::string("ALTER TABLE ") + column);
    db.exec(
        "CREATE TABLE old (idx INTEGER PRIMARY KEY, proven BLOB NOT NULL, checkpoint TEXT NOT NULL)"
        " STRICT;"
        "INSERT INTO old SELECT idx, proven, note FROM events JOIN checkpoints ON checkpoint = id;"
        "DROP TABLE events; DROP TABLE event_subjects; DROP TABLE checkpoints;"
        "ALTER TABLE old RENAME TO events;"
        "ALTER TABLE receipts DROP COLUMN held;");
    db.exec(
        "DROP TABLE access_log; DROP TABLE access_anchors;"
        "CREATE TABLE access_log (operation_id BLOB NOT NULL, worker_sealed BLOB NOT NULL, time "
        "INTEGER NOT NULL) STRICT;"
        "DROP TABLE workers; DROP TABLE reviews; DROP TABLE stops; DROP TABLE "
        "reasons;"
        "CREATE TABLE reasons (message_id BLOB PRIMARY KEY, reason_sealed BLOB NOT NULL) STRICT, "
        "WITHOUT ROWID; PRAGMA user_version = 2;");
  }
  const auto rows = f.as("de-binnenvest", {"referrals", "--json"}).json();
  EXPECT_EQ(rows.as_array().size(), 3u);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  EXPECT_EQ(SQLite::Database(f.home("de-binnenvest") + "/dossier.db")
                .execAndGet("PRAGMA user_version")
                .getInt(),
            9);
}

}  // namespace
}  // namespace veerpont::e2e
