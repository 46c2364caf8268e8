// A machine is lost with its high-water mark, and a copy is put back: nothing is signed until those
// who would know whether somebody saw a newer log have said so.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

namespace fs = std::filesystem;

class ForkSafety : public testing::Test {
 protected:
  ForkSafety() {
    f.two_organisations();
    f.join("go-voor-jeugd", "Go! voor jeugd", "youth-team", "GM0484");
    EXPECT_EQ(f.operate({"witnesses", "name", "--member", "go-voor-jeugd", "--member", "jgt-leiden",
                         "--quorum", "2"})
                  .code,
              0);
  }
  int cosigns(const std::string& org) { return f.as(org, {"serve-witness", "--once"}).code; }
  void copy() { ASSERT_EQ(f.operate({"backup", "--out", f.folder() + "/copy.db"}).code, 0); }
  void lose_the_machine() {
    f.kill();
    fs::remove(f.broker_home() + "/high-water");
    fs::remove(f.broker_home() + "/broker.db");
  }
  Ran restore(std::vector<std::string> more) {
    more.insert(more.begin(), {"restore", "--from", f.folder() + "/copy.db"});
    return f.operate(more);
  }
  void put_back() {
    lose_the_machine();
    EXPECT_EQ(restore({}).code, 4) << "nobody here could tell";
    const Ran restored = restore({"--ask-witnesses"});
    ASSERT_EQ(restored.code, 0) << restored.err;
    f.serve({}, "/livez");
    ASSERT_GT(f.pid(), 0) << f.log();
  }
  Federation f;
};

TEST_F(ForkSafety, ACopyIsServedWhenAQuorumHasSeenNothingNewer) {
  f.grant("de-binnenvest", "jgt-leiden");
  for (const char* org : {"go-voor-jeugd", "jgt-leiden"}) ASSERT_EQ(cosigns(org), 0);
  copy();
  EXPECT_EQ(restore({"--ask-witnesses"}).code, 3) << "it is served";
  put_back();
  EXPECT_FALSE(f.is_ready());
  EXPECT_NE(f.operate({"suspend", "jgt-leiden"}).code, 0) << "nothing is signed";
  EXPECT_NE(f.operate({"doctor"}).code, 0);
  ASSERT_EQ(cosigns("go-voor-jeugd"), 0);
  EXPECT_FALSE(f.is_ready()) << "one of two";
  ASSERT_EQ(cosigns("jgt-leiden"), 0);
  EXPECT_TRUE(f.is_ready());
  f.grant("de-binnenvest", "jgt-leiden");
  EXPECT_EQ(f.operate({"check"}).code, 0);
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).out.find("eigen woord"), std::string::npos);
  ASSERT_EQ(f.stop(), 0);
  f.serve();
  EXPECT_TRUE(f.is_ready()) << "and the mark is there again";
}

TEST_F(ForkSafety, ACopyThatIsOlderThanWhatAWitnessSawIsNeverServed) {
  copy();
  f.grant("de-binnenvest", "jgt-leiden");
  for (const char* org : {"go-voor-jeugd", "jgt-leiden"}) ASSERT_EQ(cosigns(org), 0);
  put_back();
  EXPECT_NE(cosigns("go-voor-jeugd"), 0);
  EXPECT_FALSE(f.is_ready());
  EXPECT_EQ(f.metric("veerpont_frozen"), 1) << "somebody saw more";
  EXPECT_NE(f.operate({"confirm-log", "--reason", "toch verder"}).code, 0);
}

TEST_F(ForkSafety, PuttingBackThatIsCutShortIsDoneAgainAndAsksAllTheSame) {
  for (const char* org : {"go-voor-jeugd", "jgt-leiden"}) ASSERT_EQ(cosigns(org), 0);
  copy();
  ASSERT_EQ(f.stop(), 0);
  fs::remove(f.broker_home() + "/high-water");
  const std::string there = contents(f.broker_home() + "/broker.db");
  for (const char* point :
       {"restore-copied", "restore-examined", "restore-set-aside", "restore-renamed"}) {
    SCOPED_TRACE(point);
    EXPECT_NE(
        f.operate_killed(point, {"restore", "--from", f.folder() + "/copy.db", "--ask-witnesses"})
            .code,
        0);
  }
  ASSERT_EQ(restore({"--ask-witnesses"}).code, 0);
  EXPECT_EQ(contents(f.broker_home() + "/broker.db.before-restore-1"), there)
      << "it could have been the newer one";
  f.serve({}, "/livez");
  EXPECT_FALSE(f.is_ready());
  for (const char* org : {"go-voor-jeugd", "jgt-leiden"}) ASSERT_EQ(cosigns(org), 0);
  EXPECT_TRUE(f.is_ready());
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(ForkSafety, TheOperatorMayGoOnAloneAndEveryoneReadsWhy) {
  f.as("de-binnenvest", {"audit", "sync"});
  copy();
  EXPECT_NE(f.operate({"confirm-log", "--reason", "voor niets"}).code, 0) << "nothing waits";
  put_back();
  EXPECT_NE(f.operate({"confirm-log", "--reason", ""}).code, 0);
  ASSERT_EQ(f.operate({"confirm-log", "--reason", "de getuigen zijn weg"}).code, 0);
  EXPECT_TRUE(f.is_ready());
  const Ran doctor = f.as("de-binnenvest", {"doctor", "--json"});
  EXPECT_NE(doctor.out.find("de getuigen zijn weg"), std::string::npos) << doctor.out;
  EXPECT_EQ(f.events("de-binnenvest", "log-restored").size(), 1u);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
