// A dossier that the version before made is brought over whole, and one of a form that nobody reads
// is left alone.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "client_sdk/dossier/dossier.h"
#include "client_sdk/home/access_subject.h"
#include "client_sdk/home/two_people.h"
#include "crypto/random.h"
#include "veerpont/v1/audit.pb.h"
#include "veerpont/v1/grant.pb.h"

namespace veerpont::sdk {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class DossierForm : public testing::Test {
 protected:
  std::string path = testing::TempDir() + "form-" + std::to_string(::getpid()) + ".db";
  crypto::Key32 key = crypto::random_key();
  DossierForm() {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  }
  std::string sealed(const char* column, const std::string& row, const std::string& text) const {
    return crypto::box(
        key, crypto::Transcript("veerpont/dossier/v1").short_text(column).bytes(row).str(), text);
  }
};

TEST_F(DossierForm, TwoBecomesTheNewestWithEverythingInIt) {
  const std::string id(16, 'a');
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(text_of(VECTORS "/forms/dossier-2.sql") + "PRAGMA user_version = 2;");
    const auto row = [&](const std::string& sql, std::initializer_list<std::string> blobs) {
      SQLite::Statement statement(old, sql);
      int place = 0;
      for (const std::string& blob : blobs)
        statement.bind(++place, blob.data(), static_cast<int>(blob.size()));
      statement.exec();
    };
    row("INSERT INTO grants VALUES (?, x'01', x'02', x'', NULL, 1, 4, 0, 0, ?)",
        {id, sealed("grants.notes", id, "notes")});
    row("INSERT INTO outbox VALUES (?, 1, ?, ?, 1, ?, x'', ?, 2, 7, 1000, 0, 0)",
        {id, id, id, std::string(32, 'd'), sealed("outbox.document", id, "document")});
    row("INSERT INTO exceptions (grant_id, registered, countersigned, worker_sealed) VALUES (?, "
        "1000, 2000, ?)",
        {id, sealed("exceptions.worker", id, "tweede")});
    row("INSERT INTO reasons VALUES (?, ?)", {id, sealed("reasons.reason", id, "afgesproken")});
  }
  EXPECT_EQ(dossier_form(path), 2);
  const auto dossier = std::make_unique<Dossier>(path, key);
  EXPECT_EQ(dossier_form(path), kDossierForm);
  dossier->access_log.take_over(folded);
  const auto grant = dossier->grants.find(*GrantId::from_bytes(id));
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->notes.reveal(), "notes");
  EXPECT_TRUE(grant->withdrawn);
  EXPECT_EQ(dossier->settings.get("stops-unread"), "1") << "when it stopped is read in the events";
  const auto sent = dossier->outbox.find(*MessageId::from_bytes(id));
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->document.reveal(), "document");
  const auto exceptions = open_two_people(path, key)->exceptions();
  ASSERT_EQ(exceptions.size(), 1u);
  EXPECT_TRUE(exceptions.front().countersigned);
  EXPECT_EQ(exceptions.front().method, ExceptionRecord::Method::name);
  SQLite::Database now(path, SQLite::OPEN_READONLY);
  EXPECT_EQ(now.execAndGet("SELECT count(*) FROM reasons WHERE pointer = ''").getInt(), 1);
  // Column by column what a new one has.
  const std::string fresh = path + "-fresh";
  std::filesystem::remove(fresh);
  std::make_unique<Dossier>(fresh, key).reset();
  SQLite::Database made(fresh, SQLite::OPEN_READONLY);
  const auto shape = [](SQLite::Database& db) {
    std::string out;
    SQLite::Statement columns(db,
                              "SELECT m.name, i.name, i.type, i.\"notnull\", i.pk FROM "
                              "sqlite_master m, pragma_table_info(m.name) i WHERE m.type = 'table' "
                              "ORDER BY m.name, i.name");
    while (columns.executeStep()) {
      for (int i = 0; i < 5; ++i) out += columns.getColumn(i).getString() + " ";
      out += "\n";
    }
    return out;
  };
  EXPECT_EQ(shape(now), shape(made));
}

TEST_F(DossierForm, ThreeBecomesFourAndEachCategoryHasADay) {
  const std::string whole(16, 'a'), part(16, 'b'), before(16, 'c');
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(text_of(VECTORS "/forms/dossier-3.sql") + "PRAGMA user_version = 3;");
    const auto grant = [&](const std::string& id, const std::string& rest) {
      SQLite::Statement row(old,
                            "INSERT INTO grants VALUES (?, x'01', x'02', x'', NULL, " + rest + ")");
      row.bind(1, id.data(), static_cast<int>(id.size()));
      row.exec();
    };
    grant(whole, "1, 0, 0, 0, x'', 1000, 1");
    grant(part, "0, 132, 0, 0, x'', 2000, 0");  // routing and safety
    grant(before, "1, 0, 0, 0, x'', NULL, 0");  // withdrawn before form 3
  }
  const auto dossier = std::make_unique<Dossier>(path, key);
  EXPECT_EQ(dossier_form(path), kDossierForm);
  const auto id = [](const std::string& bytes) { return *GrantId::from_bytes(bytes); };
  ASSERT_EQ(dossier->grants.stops(id(whole)).size(), 1u);
  EXPECT_EQ(dossier->grants.stops(id(whole)).front().when, time_from_ms(1000));
  ASSERT_EQ(dossier->grants.stops(id(part)).size(), 1u);
  EXPECT_EQ(dossier->grants.stops(id(part)).front().categories,
            (CategorySet{Category::routing, Category::safety}));
  const auto untold = dossier->grants.take_untold_stops();
  ASSERT_EQ(untold.size(), 1u) << "what was told is not told again";
  EXPECT_EQ(untold.front().first, id(part));
  EXPECT_EQ(dossier->settings.get("stops-unread"), "1");
  dossier->grants.set_stop_day(id(part), static_cast<int>(Category::safety),
                               time_from_ms(90'000'000'000));
  EXPECT_EQ(dossier->grants.stops(id(part)).size(), 2u) << "each its own day";
  dossier->grants.forget_undated_stops();
  EXPECT_TRUE(dossier->grants.stops(id(before)).empty()) << "no event says when";
}

TEST_F(DossierForm, FourBecomesFiveAndEventsAreFoundByWhatTheyAreAbout) {
  const std::string grant(16, 'g'), referral(16, 'r');
  const auto proven = [&](v1::EventKind kind, const std::string& about) {
    v1::AuditEvent event;
    event.set_kind(kind);
    event.set_actor("jgt-leiden");
    event.set_grant_id(about);
    v1::ProvenEvent out;
    out.set_body(event.SerializeAsString());
    return out.SerializeAsString();
  };
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(text_of(VECTORS "/forms/dossier-4.sql") + "PRAGMA user_version = 4;");
    const auto event = [&](int index, const std::string& bytes, const char* note) {
      SQLite::Statement row(old, "INSERT INTO events VALUES (?, ?, ?)");
      row.bind(1, index);
      row.bind(2, bytes.data(), static_cast<int>(bytes.size()));
      row.bind(3, note);
      row.exec();
    };
    event(3, proven(v1::EVENT_KIND_GRANT_REGISTERED, grant), "first note");
    event(5, proven(v1::EVENT_KIND_GRANT_WITHDRAWN, grant), "second note");
    event(8, proven(v1::EVENT_KIND_GRANT_REGISTERED, referral), "second note");
    event(9, "", "second note");  // erased before it was read
  }
  const auto dossier = std::make_unique<Dossier>(path, key);
  EXPECT_EQ(dossier_form(path), kDossierForm);
  const auto about = dossier->events.about({grant});
  ASSERT_EQ(about.size(), 2u);
  EXPECT_EQ(about[0].index.value, 3u);
  EXPECT_EQ(about[0].checkpoint, "first note");
  EXPECT_EQ(about[1].checkpoint, "second note");
  EXPECT_EQ(dossier->events.of_kind(v1::EVENT_KIND_GRANT_REGISTERED, "jgt-leiden").size(), 2u);
  EXPECT_TRUE(dossier->events.has_erased());
  EXPECT_EQ(dossier->events.newest_about_anything()->index.value, 8u);
}

TEST_F(DossierForm, FiveBecomesSixAndWhoOpenedBeforeBeginsTheChain) {
  const std::string operation(16, 'o'), message(16, 'm'), referral(16, 'r');
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(text_of(VECTORS "/forms/dossier-5.sql") + "PRAGMA user_version = 5;");
    SQLite::Statement entry(old, "INSERT INTO access_log VALUES (?, ?, ?)");
    const std::string worker = sealed("access_log.worker", operation, "Een Hulpverlener");
    for (int i = 0; i < 3; ++i) {
      entry.bind(1, operation.data(), static_cast<int>(operation.size()));
      entry.bind(2, worker.data(), static_cast<int>(worker.size()));
      entry.bind(3, 1000 + i);
      entry.exec();
      entry.reset();
    }
    v1::Release release;
    release.set_organisation("jgt-leiden");
    release.set_key_id(std::string(32, 'k'));
    release.set_message_id(message);
    release.add_categories(v1::CATEGORY_SAFETY);
    release.set_operation_id(operation);
    const std::string body = wire::serialise(release);
    SQLite::Statement released(old, "INSERT INTO releases VALUES (?, 64, ?, x'00')");
    released.bind(1, message.data(), static_cast<int>(message.size()));
    released.bind(2, body.data(), static_cast<int>(body.size()));
    released.exec();
    SQLite::Statement received(
        old,
        "INSERT INTO inbox VALUES (?, 1, ?, x'00', 'de-binnenvest', 1, 0, 0, 64, x'00', 3, '', 1, "
        "NULL)");
    received.bind(1, message.data(), static_cast<int>(message.size()));
    received.bind(2, referral.data(), static_cast<int>(referral.size()));
    received.exec();
  }
  Dossier dossier(path, key);
  EXPECT_EQ(dossier_form(path), kDossierForm);
  for (int times = 0; times < 2; ++times) dossier.access_log.take_over(folded);
  std::size_t count = 0;
  dossier.access_log.each({}, access_subject, [&](const AccessEntry& entry) {
    EXPECT_TRUE(entry.holds) << entry.number;
    const auto access = wire::parse<v1::Access>(entry.body);
    EXPECT_TRUE(access && access->person() == "Een Hulpverlener" &&
                access->referral_id() == referral && access->categories_size() == 1);
    EXPECT_EQ(to_ms(entry.time), 1000 + static_cast<int>(count));
    ++count;
    return true;
  });
  EXPECT_EQ(count, 3u);
  EXPECT_TRUE(dossier.access_log.has(*MessageId::from_bytes(message)));
  EXPECT_EQ(dossier.access_log.find({folded("EEN hulpverlener")}).size(), 3u);
}

TEST_F(DossierForm, SixBecomesSevenAndARowSaysWhatCameLast) {
  const std::string referral(16, 'r'), message(16, 'm');
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(text_of(VECTORS "/forms/dossier-6.sql") + "PRAGMA user_version = 6;");
    const auto add = [&](const std::string& sql, const std::vector<std::string>& blobs) {
      SQLite::Statement statement(old, sql);
      for (std::size_t i = 0; i < blobs.size(); ++i)
        statement.bind(static_cast<int>(i) + 1, blobs[i].data(), static_cast<int>(blobs[i].size()));
      statement.exec();
    };
    add("INSERT INTO referrals VALUES (?, 1, 'jgt-leiden', 1, ?, 5, NULL, NULL, NULL, NULL, 1000)",
        {referral, std::string(16, 'g')});
    add("INSERT INTO outbox VALUES (?, 1, ?, ?, 1, x'', x'', x'', 2, 7, 9000, 0, 0, 1000, x'', "
        "x'')",
        {std::string(16, 'o'), referral, std::string(16, 'g')});
    add("INSERT INTO inbox VALUES (?, 1, ?, x'00', 'jgt-leiden', 4, 2000, 9000, 64, x'00', 1, '', "
        "1, x'01')",
        {message, referral});
  }
  EXPECT_EQ(dossier_form(path), 6);
  Dossier dossier(path, key);
  EXPECT_EQ(dossier_form(path), kDossierForm);
  const auto id = *ReferralId::from_bytes(referral);
  const auto found = dossier.referrals.find(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->step, Step::accept);
  EXPECT_TRUE(found->sealed_again);
  EXPECT_EQ(found->state, ReferralState::accepted);
  // And from now on by itself, whatever comes later with an earlier time.
  SQLite::Database raw(path, SQLite::OPEN_READWRITE);
  for (const auto& [created, step] : {std::pair(3000, Step::update), {2500, Step::start}})
    raw.exec(
        "INSERT INTO inbox VALUES (randomblob(16), 2, (SELECT referral_id FROM referrals), "
        "x'00', 'jgt-leiden', " +
        std::to_string(static_cast<int>(step)) + ", " + std::to_string(created) +
        ", 9000, 64, x'00', 1, '', 1, NULL)");
  EXPECT_EQ(dossier.referrals.find(id)->step, Step::update);
  raw.exec(
      "INSERT INTO outbox SELECT randomblob(16), 2, referral_id, grant_id, 17, x'', x'', x'', 1, "
      "NULL, 9000, 0, 0, 4000, x'', x'' FROM referrals");
  EXPECT_EQ(dossier.referrals.find(id)->step, Step::update) << "it waits: nobody was told";
  raw.exec("UPDATE outbox SET state = 2 WHERE step = 17");
  EXPECT_EQ(dossier.referrals.find(id)->step, Step::stay_ended);
}

TEST_F(DossierForm, SevenBecomesEightAndEventsAreFoundByWhenAndOnWhichGround) {
  const std::string grant(16, 'g');
  const auto proven = [&](v1::EventKind kind, std::int64_t time, const std::string& object) {
    v1::AuditEvent event;
    event.set_kind(kind);
    event.set_time(time);
    event.set_actor("de-binnenvest");
    event.set_counterpart("jgt-leiden");
    event.set_grant_id(grant);
    event.add_categories(v1::CATEGORY_SAFETY);
    v1::ProvenEvent out;
    out.set_body(event.SerializeAsString());
    out.mutable_object()->set_body(object);
    return out.SerializeAsString();
  };
  v1::Grant registered;
  registered.set_ground(v1::GROUND_VITAL_INTEREST);
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(text_of(VECTORS "/forms/dossier-7.sql") + "PRAGMA user_version = 7;");
    old.exec("INSERT INTO checkpoints VALUES (1, 'note')");
    const auto event = [&](int index, int kind, const std::string& bytes) {
      SQLite::Statement row(old, "INSERT INTO events VALUES (?, ?, '', ?, 1)");
      row.bind(1, index);
      row.bind(2, kind);
      row.bind(3, bytes.data(), static_cast<int>(bytes.size()));
      row.exec();
      if (kind == 0) return;
      SQLite::Statement subject(old, "INSERT INTO event_subjects VALUES (?, ?)");
      subject.bind(1, grant.data(), static_cast<int>(grant.size()));
      subject.bind(2, index);
      subject.exec();
    };
    event(3, 6, proven(v1::EVENT_KIND_GRANT_REGISTERED, 1'000, registered.SerializeAsString()));
    event(5, 9, proven(v1::EVENT_KIND_SUBMITTED, 2'000, ""));
    event(6, 0, "");  // erased before it was read
    event(9, 15, proven(v1::EVENT_KIND_RELEASED, 3'000, ""));
  }
  Dossier dossier(path, key);
  EXPECT_EQ(dossier_form(path), kDossierForm);
  const auto found = [&](const EventFilter& filter) {
    std::vector<std::uint64_t> places;
    dossier.events.each(filter, [&](const StoredEvent& stored) {
      places.push_back(stored.index.value);
      return true;
    });
    return places;
  };
  using Places = std::vector<std::uint64_t>;
  EXPECT_EQ(found({}), (Places{3, 5, 6, 9}));
  EXPECT_EQ(found({.from = time_from_ms(1'500)}), (Places{5, 6, 9})) << "where it stood";
  EXPECT_EQ(found({.until = time_from_ms(2'000)}), (Places{3}));
  EXPECT_EQ(found({.ground = static_cast<int>(Ground::vital_interest), .newest_first = true}),
            (Places{9, 5, 3}));
  EXPECT_EQ(found({.with = "jgt-leiden", .kind = v1::EVENT_KIND_RELEASED}), (Places{9}));
  EXPECT_EQ(found({.categories = {Category::school}}), Places{});
  EXPECT_EQ(found({.after = LogIndex{3}, .limit = 1}), (Places{5}));
  EXPECT_EQ(found({.newest_first = true, .after = LogIndex{9}, .limit = 2}), (Places{6, 5}));
  const std::set<std::uint64_t> among{5, 9};
  EXPECT_EQ(found({.among = &among}), (Places{5, 9}));
}

TEST_F(DossierForm, EveryFormBecomesTheNewestWithTheSameIndexesAndTriggers) {
  const auto indexes = [&] {
    std::set<std::string> found;
    SQLite::Database db(path);
    SQLite::Statement each(db,
                           "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger', "
                           "'view') AND sql <> ''");
    while (each.executeStep()) found.insert(each.getColumn(0).getString());
    return found;
  };
  std::make_unique<Dossier>(path, key).reset();
  const auto newest = indexes();
  EXPECT_GT(newest.size(), 30u);
  for (int form = kOldestDossierForm; form < kDossierForm; ++form) {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec(text_of(VECTORS "/forms/dossier-" + std::to_string(form) + ".sql") +
              "PRAGMA user_version = " + std::to_string(form));
    std::make_unique<Dossier>(path, key).reset();
    EXPECT_EQ(dossier_form(path), kDossierForm);
    EXPECT_EQ(indexes(), newest) << form;
  }
}

TEST_F(DossierForm, OneThatNobodyReadsIsLeftAlone) {
  for (const int form : {1, kDossierForm + 1}) {
    std::filesystem::remove(path);
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE t (x); PRAGMA user_version = " + std::to_string(form));
    const std::string before = text_of(path);
    EXPECT_THROW(std::make_unique<Dossier>(path, key), std::runtime_error) << form;
    EXPECT_EQ(text_of(path).size(), before.size());
    EXPECT_EQ(dossier_form(path), form);
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(path + end);
  }
}

}  // namespace
}  // namespace veerpont::sdk
