// kill -9 at any point between two commands loses nothing that was acknowledged; lost answers are
// repeated; two commands of one organisation do not harm each other.
#include <gtest/gtest.h>

#include <set>

#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

TEST(Kill, BetweenAnyTwoCommandsLosesNothingAcknowledged) {
  Federation f;
  f.two_organisations();
  const auto crash = [&] {
    f.kill();
    f.serve();
    ASSERT_GT(f.pid(), 0) << f.log();
  };
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  crash();
  const std::string referral = f.refer(grant);
  crash();
  const std::string message = f.received("jgt-leiden");
  ASSERT_NE(message, "");
  crash();
  ASSERT_EQ(f.as("jgt-leiden", {"open", message}).code, 0);
  crash();
  for (const char* step : {"accept", "start", "complete"}) {
    ASSERT_EQ(f.replies("jgt-leiden", referral, step).code, 0) << step;
    crash();
    EXPECT_EQ(f.operate({"check"}).code, 0);
  }
  EXPECT_EQ(f.state("de-binnenvest", referral), "completed");
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "verify"}).code, 0);
}

TEST(Kill, WhileManySendLeavesEveryAcknowledgedReferralAndAHomeThatChecks) {
  Federation f;
  f.two_organisations();
  RawClient shelter(f, "de-binnenvest");
  std::vector<std::string> grants;
  for (int i = 0; i < 6; ++i) grants.push_back(f.grant("de-binnenvest", "jgt-leiden"));
  std::vector<Federation::Running> running;
  const std::string document = f.referral_document();
  for (const auto& grant : grants)
    running.push_back(f.begin("de-binnenvest", {"refer", document, "--grant", grant, "--json"}));
  std::set<std::string> acknowledged;
  const auto note = [&](const Ran& ran) {
    if (ran.code == 0) acknowledged.insert(std::string(ran.json().at("messageId").as_string()));
    return ran.code;
  };
  note(Federation::finish(running[0]));
  f.kill();  // with the others somewhere in between
  for (std::size_t i = 1; i < running.size(); ++i) {
    const int code = note(Federation::finish(running[i]));
    EXPECT_TRUE(code == 0 || code == 5) << code;
  }
  f.serve();
  ASSERT_GT(f.pid(), 0) << f.log();
  EXPECT_EQ(f.operate({"check"}).code, 0);
  // The same command again: the lost answer is fetched, the unsent is sent, nothing becomes two.
  for (const auto& grant : grants) {
    const Ran again = f.as("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
    EXPECT_EQ(note(again), 0) << again.err;
  }
  EXPECT_EQ(acknowledged.size(), grants.size());
  std::set<std::string> arrived;
  const auto rows = f.as("jgt-leiden", {"inbox", "--json"}).json();
  for (const auto& row : rows.as_array())
    EXPECT_TRUE(arrived.insert(std::string(row.at("messageId").as_string())).second);
  EXPECT_EQ(arrived, acknowledged);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
}

TEST(TwoAtOnce, TheSameReferTwiceIsOneReferral) {
  Federation f;
  f.two_organisations();
  for (int round = 0; round < 3; ++round) {
    const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
    const std::string document = f.referral_document();
    const auto first = f.begin("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
    const auto second = f.begin("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
    const Ran one = Federation::finish(first);
    const Ran two = Federation::finish(second);
    ASSERT_EQ(one.code, 0) << one.err;
    ASSERT_EQ(two.code, 0) << two.err;
    EXPECT_EQ(one.json().at("messageId"), two.json().at("messageId"));
  }
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 3u);
}

TEST(TwoAtOnce, InboxesListEveryMessageOnce) {
  Federation f;
  f.two_organisations();
  for (int i = 0; i < 4; ++i) f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  std::vector<Federation::Running> running;
  for (int i = 0; i < 4; ++i) running.push_back(f.begin("jgt-leiden", {"inbox", "--json"}));
  for (const auto& command : running) {
    const Ran ran = Federation::finish(command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::set<std::string> seen;
    const auto rows = ran.json();
    for (const auto& row : rows.as_array())
      EXPECT_TRUE(seen.insert(std::string(row.at("messageId").as_string())).second);
  }
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 4u);
  EXPECT_EQ(f.events("jgt-leiden", "received").size() >= 1, true);
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "verify"}).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
