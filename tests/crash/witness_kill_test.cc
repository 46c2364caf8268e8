// Somebody dies at every step of committing, publishing, cosigning, copying and erasing: what
// witnesses hold is in the log afterwards, and the log goes on from it.
#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <fstream>

#include "audit/checkpoint.h"
#include "audit/tiles.h"
#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

class KillWitnessed : public testing::Test {
 protected:
  explicit KillWitnessed(const std::string& date = {}) : f(date) {
    f.two_organisations();
    f.join("go-voor-jeugd", "Go! voor jeugd", "youth-team", "GM0484");
    EXPECT_EQ(f.operate({"witnesses", "name", "--member", "go-voor-jeugd", "--quorum", "1"}).code,
              0);
  }
  // What a witness signs now is what it holds.
  void cosign() {
    const Ran done = f.as("go-voor-jeugd", {"serve-witness", "--once"});
    EXPECT_EQ(done.code, 0) << done.err;
    held = f.get("/log/cosigned");
    ASSERT_TRUE(audit::Note::parse(held)) << held;
  }
  // The tree that is served has the root that it had when the witness signed, and the broker's own
  // tables are those of that log.
  void holds() {
    const auto note = audit::Note::parse(held);
    ASSERT_TRUE(note);
    const auto then = audit::Checkpoint::parse(note->text);
    const auto served = audit::Note::parse(f.get("/log/checkpoint"));
    ASSERT_TRUE(then && served);
    const auto now = audit::Checkpoint::parse(served->text);
    ASSERT_TRUE(now);
    ASSERT_GE(now->size, then->size) << "it was rolled back";
    const auto read = audit::node_reader([&](audit::TileId id) {
      const std::uint64_t hashes = audit::hashes_at(id.level, now->size);
      const std::uint64_t width =
          std::min<std::uint64_t>(audit::kTileWidth, hashes - id.index * audit::kTileWidth);
      return f.get("/log/tile/" + audit::TilePath{false, id, width}.str());
    });
    EXPECT_EQ(audit::root_at(then->size, read), then->root);
    const Ran checked = f.operate({"check"});
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  }
  // The broker starts, dies there while `work` is done, and starts again.
  template <class Work>
  void broker_dies(const std::string& point, Work work) {
    ASSERT_EQ(f.stop(), 0);
    f.serve(point);
    work();
    EXPECT_TRUE(comes_true([&] { return f.died(); })) << "it never came to " << point;
    f.serve();
    ASSERT_GT(f.pid(), 0) << f.log();
  }
  Federation f;
  std::string held;
};

TEST_F(KillWitnessed, CommittingAndPublishingKeepWhatTheWitnessHolds) {
  for (const char* point :
       {"before-commit", "after-commit", "after-mark", "after-publish", "after-answer"}) {
    SCOPED_TRACE(point);
    cosign();
    broker_dies(point, [&] { (void)f.operate({"suspend", "jgt-leiden"}); });
    holds();
    EXPECT_EQ(f.operate({"resume", "jgt-leiden"}).code, 0);
    cosign();
  }
}

TEST_F(KillWitnessed, AWitnessThatDiesSignsOnFromWhatItKept) {
  for (const char* point : {"cosignature-kept", "cosignature-answered"}) {
    SCOPED_TRACE(point);
    cosign();
    f.grant("de-binnenvest", "jgt-leiden");
    EXPECT_NE(f.as_killed(point, "go-voor-jeugd", {"serve-witness", "--once"}).code, 0);
    f.grant("de-binnenvest", "jgt-leiden");
    holds();
    cosign();
  }
  holds();
}

TEST_F(KillWitnessed, ACopyThatIsCutShortAndOneThatIsPutBackAreThisLog) {
  cosign();
  const std::string cut = f.folder() + "/cut.db", whole = f.folder() + "/whole.db";
  EXPECT_NE(f.operate_killed("backup-copied", {"backup", "--out", cut}).code, 0);
  ASSERT_EQ(f.operate({"backup", "--out", whole}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  for (const char* point : {"restore-copied", "restore-examined", "restore-renamed"}) {
    SCOPED_TRACE(point);
    EXPECT_NE(f.operate_killed(point, {"restore", "--from", whole}).code, 0);
    f.serve();
    ASSERT_GT(f.pid(), 0) << f.log();
    holds();
    cosign();
    ASSERT_EQ(f.stop(), 0);
    std::filesystem::remove(whole);
    ASSERT_EQ(f.operate({"backup", "--out", whole}).code, 0);
  }
  f.serve();
  holds();
}

class KillErasing : public KillWitnessed {
 protected:
  KillErasing() : KillWitnessed("2026-11-20 10:00") {}
  int erased() {
    return SQLite::Database(f.broker_home() + "/broker.db", SQLite::OPEN_READONLY)
        .execAndGet("SELECT count(*) FROM events WHERE body IS NULL")
        .getInt();
  }
  void at(const std::string& date) {
    ASSERT_EQ(f.stop(), 0);
    f.set_time(date);
    f.serve();
    ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  }
  void declined() {
    const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
    ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
    const std::string why = f.write("why.json", R"({"declineReason":"out-of-scope"})");
    ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "decline", "--document", why}).code, 0);
    ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  }
};

TEST_F(KillErasing, LeavesTheTreeThatTheWitnessSigned) {
  const char* months[] = {"2026-11-20 10:00", "2026-12-20 10:00", "2027-01-20 10:00",
                          "2027-02-20 10:00"};
  for (const char* month : months) {
    at(month);
    declined();
  }
  at("2027-11-01 10:00");
  ASSERT_EQ(f.stop(), 0);
  std::ofstream(f.broker_home() + "/veerpontd.toml", std::ios::app)
      << "\n[limits]\nevent_years = 1\n";
  f.serve();
  const std::pair<const char*, const char*> deaths[] = {{"2027-12-01 10:00", "before-commit"},
                                                        {"2028-01-01 10:00", "after-commit"},
                                                        {"2028-02-01 10:00", "after-mark"},
                                                        {"2028-03-01 10:00", "after-publish"}};
  for (const auto& [date, point] : deaths) {
    SCOPED_TRACE(point);
    const int before = erased();
    cosign();
    f.set_time(date);
    broker_dies(point, [&] { (void)f.operate({"clock", "accept"}); });
    EXPECT_TRUE(comes_true([&] { return erased() > before; }));
    holds();
  }
}

}  // namespace
}  // namespace veerpont::e2e
