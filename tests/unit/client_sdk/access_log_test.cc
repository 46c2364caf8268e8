// Who saw what: a chain in which no entry before an anchor can be changed, taken out or put in
// unseen, whoever holds the home.
#include "client_sdk/log/verify_access_log.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

#include "base/limits.h"
#include "client_sdk/home/access_subject.h"
#include "client_sdk/operations/accesses.h"
#include "tests/fakes/lying_broker.h"

namespace veerpont::sdk {
namespace {

using fakes::LyingBroker;

class AccessLogTest : public LyingBroker {
 protected:
  const Time now = SystemClock().now();

  void seen(int times, const std::string& person = "test") {
    for (int i = 0; i < times; ++i) {
      v1::Access access = access_by({person}, AccessKind::read_again);
      access.set_message_id(std::string(16, static_cast<char>('a' + i % 20)));
      ASSERT_TRUE(record_access(*home, access, now - std::chrono::minutes(60 - i % 50)));
    }
  }
  // Tells the log of the federation, and reads it back.
  void anchor() {
    Context& e = context();
    const auto session = ready(e);
    ASSERT_TRUE(session) << describe(session.refusal());
    ASSERT_TRUE(ready(e));
  }
  void tamper(const std::string& sql) const {
    SQLite::Database(home->paths.dossier, SQLite::OPEN_READWRITE).exec(sql);
  }
  std::string fault() const {
    const auto report = verify_access_log(*home, now, true);
    return report ? "" : report.refusal().detail;
  }
  // Somebody who holds the storage key writes the chain anew from entry `from` on.
  void rewrite_from(std::uint64_t from, const std::string& instead_of_person) {
    std::vector<std::pair<std::string, Time>> kept;
    for (const AccessEntry& entry : home->dossier->access_log.find({}))
      kept.emplace_back(entry.body, entry.time);
    tamper("DELETE FROM access_log WHERE number >= " + std::to_string(from));
    for (std::size_t i = from - 1; i < kept.size(); ++i) {
      auto access = *wire::parse<v1::Access>(kept[i].first);
      if (i == from - 1) access.set_person(instead_of_person);
      EXPECT_TRUE(record_access(*home, access, kept[i].second));
    }
  }
};

TEST_F(AccessLogTest, IsVerifiedFromWhereItStoodAndAllOfItWhenAsked) {
  const auto verify = [&] { return verify_access_log(*home, now, false); };
  seen(3);
  EXPECT_EQ(verify()->checked, 3u);
  EXPECT_EQ(verify()->checked, 0u);
  EXPECT_EQ(verify()->entries, 3u);
  anchor();
  EXPECT_EQ(verify()->anchored, 3u) << "an anchor of what was verified before it was there";
  seen(2);
  const auto later = verify();
  ASSERT_TRUE(later) << describe(later.refusal());
  EXPECT_EQ(later->checked, 2u);
  EXPECT_EQ(later->entries, 5u);
  EXPECT_EQ(verify_access_log(*home, now, true)->checked, 5u);
  tamper("DELETE FROM access_log WHERE number = 5");
  EXPECT_EQ(verify().refusal().detail, "the access log: entry 5 is not here any more");
  seen(2);
  EXPECT_FALSE(verify()) << "another one in its place";
}

TEST_F(AccessLogTest, HoldsAndSaysHowFarItIsAnchored) {
  EXPECT_EQ(fault(), "");
  seen(3);
  EXPECT_EQ(verify_access_log(*home, now, true)->anchored, 0u);
  anchor();
  seen(2);
  const auto report = verify_access_log(*home, now, true);
  ASSERT_TRUE(report) << describe(report.refusal());
  EXPECT_EQ(report->entries, 5u);
  EXPECT_EQ(report->anchored, 3u);
  EXPECT_TRUE(report->anchored_at.has_value());
}

TEST_F(AccessLogTest, IsAnchoredOnceADayAndNotWhenNobodyLooked) {
  anchor();
  EXPECT_TRUE(home->dossier->access_log.anchors().empty()) << "nobody looked";
  seen(1);
  anchor();
  seen(1);
  anchor();
  ASSERT_EQ(home->dossier->access_log.anchors().size(), 1u) << "the same day";
  tamper("UPDATE access_anchors SET day = '2020-01-01'");
  anchor();
  EXPECT_EQ(home->dossier->access_log.anchors().size(), 2u);
  anchor();
  tamper("UPDATE access_anchors SET day = '2020-01-01'");
  anchor();
  EXPECT_EQ(home->dossier->access_log.anchors().size(), 2u) << "nothing was seen since";
  EXPECT_EQ(fault(), "");
}

TEST_F(AccessLogTest, AnAnchorThatIsGivenUpMayBeInTheLogAndAnotherIsMade) {
  seen(2);
  anchor();
  const auto first = home->dossier->access_log.anchors().front();
  tamper("UPDATE access_anchors SET idx = NULL");      // its answer was lost
  home->dossier->access_log.give_up(first.operation);  // and its key is replaced since
  EXPECT_EQ(fault(), "") << "the log has it, and so have we";
  anchor();
  ASSERT_EQ(home->dossier->access_log.anchors().size(), 2u);
  EXPECT_EQ(verify_access_log(*home, now, true)->anchored, 2u);
}

TEST_F(AccessLogTest, NamesTheEntryThatWasChangedRemovedOrAdded) {
  seen(9);
  anchor();
  struct Case {
    const char* sql;
    const char* says;
  };
  for (const Case& one : {
           Case{"UPDATE access_log SET time = time - 1 WHERE number = 4", "entry 4 was changed"},
           Case{"UPDATE access_log SET body_sealed = x'00' WHERE number = 5",
                "entry 5 was changed"},
           Case{"UPDATE access_log SET body_sealed = x'' WHERE number = 6", "entry 6 was emptied"},
           Case{"UPDATE access_log SET person = x'00' WHERE number = 7", "entry 7 was changed"},
           Case{"UPDATE access_log SET message_id = x'00' WHERE number = 2", "entry 2 was changed"},
           Case{
               "UPDATE access_log SET head = x'"
               "00000000000000000000000000000000000000000000000000000000000000ff' WHERE number = 3",
               "entry 3 was changed"},
           Case{"DELETE FROM access_log WHERE number = 8", "entry 8 is not here any more"},
           Case{"DELETE FROM access_log WHERE number = 9", "entry 9 is not here any more, of 9"},
           Case{"DELETE FROM access_log", "entry 1 is not here any more, of 9"},
           Case{"INSERT INTO access_log SELECT 10, time, person, referral_id, message_id, "
                "body_sealed, body_sha256, head FROM access_log WHERE number = 1",
                "entry 10 was changed, or put there"},
           Case{"DELETE FROM access_anchors", "its anchor of event"},
           Case{"UPDATE access_anchors SET count = 8", "its anchor of event"},
       }) {
    SCOPED_TRACE(one.sql);
    EXPECT_EQ(fault(), "");
    tamper("SAVEPOINT s; RELEASE s");
    const std::string copy = home->paths.dossier + ".kept";
    tamper("VACUUM INTO '" + copy + "'");
    tamper(one.sql);
    EXPECT_NE(fault().find(one.says), std::string::npos) << fault();
    tamper("DELETE FROM access_log; DELETE FROM access_anchors; ATTACH '" + copy +
           "' AS kept; INSERT INTO access_log SELECT * FROM kept.access_log; INSERT INTO "
           "access_anchors SELECT * FROM kept.access_anchors");
    std::filesystem::remove(copy);
  }
}

TEST_F(AccessLogTest, WrittenAnewByWhoHoldsTheKeyIsNotWhatWasAnchored) {
  seen(4);
  anchor();
  tamper("UPDATE access_anchors SET day = '2020-01-01'");
  seen(3);
  anchor();
  EXPECT_EQ(fault(), "");
  seen(2);
  rewrite_from(9, "iemand anders");
  EXPECT_EQ(fault(), "") << "behind the last anchor nothing is promised";
  rewrite_from(6, "iemand anders");
  EXPECT_EQ(fault(), "the access log: an entry from 5 to 7 is not the one that was anchored");
  rewrite_from(2, "iemand anders");
  EXPECT_EQ(fault(), "the access log: an entry from 1 to 4 is not the one that was anchored");
}

TEST_F(AccessLogTest, ForgetsWhoAndWhatAfterFiveYearsAndHolds) {
  seen(3);
  anchor();
  const Time later = now + std::chrono::hours(24) * 366 * 5;
  EXPECT_EQ(home->dossier->access_log.forget_before(forgotten_before(now)), 0u);
  EXPECT_EQ(home->dossier->access_log.forget_before(forgotten_before(later)), 3u);
  EXPECT_NE(fault().find("entry 1 was emptied before its time"), std::string::npos);
  const auto report = verify_access_log(*home, later, true);
  ASSERT_TRUE(report) << describe(report.refusal());
  EXPECT_EQ(report->anchored, 3u);
  const auto rows = accesses(*home, {});
  ASSERT_TRUE(rows && rows->size() == 3);
  EXPECT_TRUE(rows->front().forgotten && rows->front().actor.person.empty());
}

TEST_F(AccessLogTest, IsFoundByPersonReferralAndDay) {
  const ReferralId referral = *ReferralId::from_bytes(std::string(16, 'r'));
  ASSERT_TRUE(report_access(*home, {AccessKind::printed, referral}, tester(), now));
  ASSERT_TRUE(
      report_access(*home, {AccessKind::searched, {}, {}, {}, "achternaam"}, tester(), now));
  EXPECT_EQ(accesses(*home, {})->size(), 2u);
  EXPECT_EQ(accesses(*home, {referral})->size(), 1u);
  EXPECT_EQ(accesses(*home, {{}, "TEST"})->size(), 2u) << "however it is written";
  EXPECT_EQ(accesses(*home, {{}, "niemand"})->size(), 0u);
  const Date today = amsterdam_date(now);
  EXPECT_EQ(accesses(*home, {{}, "", today, today})->size(), 2u);
  const Date before(std::chrono::sys_days(today) - std::chrono::days(1));
  EXPECT_EQ(accesses(*home, {{}, "", before, before})->size(), 0u);
  EXPECT_EQ(accesses(*home, {{}, "", {}, {}, 1, 1})->front().number, 2u);
}

TEST_F(AccessLogTest, OfWhoSaysNothingOrIsUnknownNothingIsShown) {
  EXPECT_EQ(may_look(*home, {""}).refusal().code, RefusalCode::invalid_input);
  EXPECT_EQ(may_look(*home, {"regel\ntwee"}).refusal().code, RefusalCode::invalid_input);
  EXPECT_EQ(may_look(*home, {"niemand"}).refusal().code, RefusalCode::not_found);
  EXPECT_TRUE(may_look(*home, tester()));
  EXPECT_EQ(may_look(*home, {"test", ActorRole::worker, std::string(1'001, 'x')}).refusal().code,
            RefusalCode::invalid_input);
  EXPECT_EQ(
      report_access(*home, {AccessKind::opened, {}, {}, {}, "x"}, tester(), now).refusal().code,
      RefusalCode::invalid_input);
  EXPECT_TRUE(accesses(*home, {})->empty());
}

}  // namespace
}  // namespace veerpont::sdk
