#include "gateway/worklist/work_store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "base/private_file.h"
#include "crypto/random.h"

namespace veerpont::gateway {
namespace {

class Work : public testing::Test {
 protected:
  std::string path = testing::TempDir() + "work-" + std::to_string(::getpid()) + ".db";
  crypto::Key32 key = crypto::random_key();
  Time now = *parse_rfc3339("2026-11-30T09:00:00Z");
  Work() { remove(); }
  ~Work() override { remove(); }
  void remove() const {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  }
};

TEST_F(Work, ANumberIsShortOfItsReferralAloneAndStays) {
  std::set<std::string> numbers;
  const auto referral = crypto::random_id<ReferralId>();
  std::string first;
  {
    WorkStore store(path, key);
    first = store.number_of(referral);
    for (int i = 0; i < 500; ++i) {
      const std::string number = store.number_of(crypto::random_id<ReferralId>());
      EXPECT_TRUE(std::regex_match(number, std::regex("V-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{2}")))
          << number;
      EXPECT_TRUE(numbers.insert(number).second) << number;
    }
  }
  WorkStore again(path, key);
  EXPECT_EQ(again.number_of(referral), first);
  EXPECT_EQ(again.referral_of(first), referral);
  EXPECT_FALSE(again.referral_of("V-2222-22"));
}

TEST_F(Work, OnlyOneHasAReferralInHandUnlessSomebodyTakesItOver) {
  WorkStore store(path, key);
  const auto referral = crypto::random_id<ReferralId>();
  EXPECT_TRUE(store.assign(referral, "noor", false, now));
  EXPECT_TRUE(store.assign(referral, "noor", false, now)) << "again is nothing new";
  EXPECT_EQ(store.assign(referral, "amir", false, now).refusal().code, RefusalCode::taken);
  EXPECT_EQ(store.assignment(referral)->login, "noor");
  EXPECT_TRUE(store.assign(referral, "amir", true, now));
  EXPECT_EQ(store.assignment(referral)->login, "amir");
  store.release(referral, "noor");
  EXPECT_TRUE(store.assignment(referral)) << "it is not hers any more";
  store.release(referral, "amir");
  EXPECT_FALSE(store.assignment(referral));
}

TEST_F(Work, ADraftIsItsWritersAndALateSaveIsToldSo) {
  WorkStore store(path, key);
  const auto begun = store.begin_draft("noor", R"({"a":1})", now);
  ASSERT_TRUE(begun);
  EXPECT_EQ(store.draft("amir", begun->id).refusal().code, RefusalCode::not_found);
  EXPECT_EQ(store.save_draft("amir", begun->id, 1, "x", now).refusal().code,
            RefusalCode::not_found);
  EXPECT_EQ(store.remove_draft("amir", begun->id).refusal().code, RefusalCode::not_found);
  EXPECT_EQ(store.save_draft("noor", begun->id, 1, R"({"a":2})", now)->version, 2u);
  EXPECT_EQ(store.save_draft("noor", begun->id, 1, R"({"a":3})", now).refusal().code,
            RefusalCode::stale);
  EXPECT_EQ(store.draft("noor", begun->id)->body.reveal(), R"({"a":2})");
  EXPECT_EQ(store.draft("noor", "no id").refusal().code, RefusalCode::not_found);
  EXPECT_TRUE(store.remove_draft("noor", begun->id));
  EXPECT_TRUE(store.drafts_of("noor").empty());
}

TEST_F(Work, DraftsHaveBounds) {
  WorkStore store(path, key);
  EXPECT_EQ(store.begin_draft("noor", std::string(kMostDraft + 1, 'x'), now).refusal().code,
            RefusalCode::too_large);
  for (std::size_t i = 0; i < kMostDrafts; ++i) ASSERT_TRUE(store.begin_draft("noor", "x", now));
  EXPECT_EQ(store.begin_draft("noor", "x", now).refusal().code, RefusalCode::invalid_input);
  EXPECT_TRUE(store.begin_draft("amir", "x", now)) << "of one person";
  EXPECT_EQ(store.drafts_of("noor").size(), kMostDrafts);
}

TEST_F(Work, ANoteForTheNextShiftIsGoneAfterAWeek) {
  WorkStore store(path, key);
  const auto one = crypto::random_id<ReferralId>();
  const auto other = crypto::random_id<ReferralId>();
  EXPECT_TRUE(store.put_note(one, "noor", "Moeder belt om tien uur.", now));
  EXPECT_TRUE(store.put_note(one, "amir", "Moeder heeft gebeld.", now + std::chrono::hours(1)));
  EXPECT_TRUE(store.put_note(other, "noor", "Nog niemand gesproken.", now));
  EXPECT_TRUE(store.put_note(other, "noor", "", now));
  const auto notes = store.notes(now + std::chrono::days(7));
  ASSERT_EQ(notes.size(), 1u) << "one for each referral, and none where it was taken away";
  EXPECT_EQ(notes[0].first, one);
  EXPECT_EQ(notes[0].second.login, "amir");
  EXPECT_EQ(notes[0].second.text.reveal(), "Moeder heeft gebeld.");
  EXPECT_TRUE(store.notes(now + std::chrono::days(7) + std::chrono::hours(1)).empty());
  std::string longest;
  for (int i = 0; i < 500; ++i) longest += "\u00eb";
  EXPECT_TRUE(store.put_note(one, "noor", longest, now));
  EXPECT_EQ(store.put_note(one, "noor", longest + "x", now).refusal().code,
            RefusalCode::invalid_input);
  EXPECT_EQ(store.put_note(one, "noor", "links\u202erechts", now).refusal().code,
            RefusalCode::invalid_input);
}

TEST_F(Work, NotesHaveABoundAndMakeRoomWhenTheyEnd) {
  WorkStore store(path, key);
  for (int i = 0; i < kMostNotes; ++i)
    ASSERT_TRUE(store.put_note(crypto::random_id<ReferralId>(), "noor", "Belt terug.", now));
  const auto one = crypto::random_id<ReferralId>();
  EXPECT_EQ(store.put_note(one, "noor", "Nog een.", now).refusal().code, RefusalCode::too_large);
  store.forget_old_notes(now + std::chrono::days(6));
  EXPECT_FALSE(store.put_note(one, "noor", "Nog een.", now));
  store.forget_old_notes(now + std::chrono::days(7));
  EXPECT_TRUE(store.put_note(one, "noor", "Nog een.", now));
}

TEST_F(Work, AFileOfTheFirstFormIsBroughtOver) {
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const auto form = read_file(VECTORS "/forms/work-1.sql", 64u << 10);
    ASSERT_TRUE(form);
    old.exec(*form + "PRAGMA user_version = 1;");
    old.exec("INSERT INTO numbers VALUES (x'00112233445566778899aabbccddeeff', 'V-2222-22');");
  }
  const std::string today = path + "-today";
  {
    WorkStore brought(path, key);
    EXPECT_EQ(brought.referral_of("V-2222-22"),
              ReferralId::parse("00112233445566778899aabbccddeeff"));
    EXPECT_TRUE(brought.put_note(crypto::random_id<ReferralId>(), "noor", "Een woord.", now));
    const WorkStore made(today, key);
  }
  const auto tables = [](const std::string& of) {
    SQLite::Database file(of);
    std::set<std::string> all;
    SQLite::Statement row(file, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL");
    while (row.executeStep()) all.insert(row.getColumn(0).getString());
    return all;
  };
  EXPECT_EQ(tables(path), tables(today)) << "as one that is made today";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(today + end);
}

TEST_F(Work, TheFileSaysNothingOfPeopleOrContent) {
  {
    WorkStore store(path, key);
    ASSERT_TRUE(store.begin_draft("noor-marker", "content-marker", now));
    ASSERT_TRUE(store.assign(crypto::random_id<ReferralId>(), "noor-marker", false, now));
    ASSERT_TRUE(store.put_note(crypto::random_id<ReferralId>(), "noor-marker", "note-marker", now));
  }
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  EXPECT_EQ(bytes.str().find("marker"), std::string::npos);
  EXPECT_GT(bytes.str().size(), 1000u);
  WorkStore other(path, crypto::random_key());
  EXPECT_TRUE(other.drafts_of("noor-marker").empty()) << "another key finds nobody's";
}

}  // namespace
}  // namespace veerpont::gateway
