// Witnesses: members that read the log and cosign it, a policy that everybody reads in the log, and
// what a member believes of them.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <csignal>

#include "audit/checkpoint.h"
#include "audit/witness_policy.h"
#include "tests/e2e/lying_proxy.h"
#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

namespace json = boost::json;

class Witnesses : public testing::Test {
 protected:
  // Three members, of which the last two cosign; whoever asks confirmed both.
  void three() {
    f.two_organisations();
    f.join("go-voor-jeugd", "Go! voor jeugd", "youth-team", "GM0484");
  }
  Ran name(std::vector<std::string> more) {
    std::vector<std::string> command{"witnesses", "name"};
    command.insert(command.end(), more.begin(), more.end());
    return f.operate(command);
  }
  Ran cosign(const std::string& org) { return f.as(org, {"serve-witness", "--once"}); }
  json::value known(const std::string& org) {
    const Ran told = f.as(org, {"audit", "witnesses", "--json"});
    EXPECT_EQ(told.code, 0) << told.err;
    return json::parse(told.out);
  }
  void confirm_all(const std::string& org) {
    const json::value all = known(org);
    for (const auto& one : all.at("witnesses").as_array()) {
      const Ran done =
          f.as(org, {"audit", "confirm-witness", std::string(one.at("verifierKey").as_string())});
      EXPECT_EQ(done.code, 0) << done.err;
    }
  }
  bool fresh(const std::string& org) {
    const auto told = known(org);
    const auto* said = told.as_object().if_contains("fresh");
    return said != nullptr && said->as_bool();
  }
  std::string check(const std::string& org) {
    const auto checks = json::parse(f.as(org, {"doctor", "--json"}).out);
    for (const auto& one : checks.at("checks").as_array())
      if (one.at("check").as_string().find("cosign") != std::string::npos)
        return one.at("ok").as_bool() ? "ok" : std::string(one.at("cause").as_string());
    return "none";
  }
  Federation f;
};

TEST_F(Witnesses, CosignWhatEveryoneIsShownAndAMemberBelievesThoseThatAPersonConfirmed) {
  three();
  EXPECT_EQ(check("de-binnenvest"), "none") << "a log without witnesses is no fault";
  EXPECT_EQ(cosign("jgt-leiden").code, 3) << "nobody named it";
  EXPECT_EQ(name({"--member", "jgt-leiden", "--member", "go-voor-jeugd", "--quorum", "1"}).code, 2)
      << "one of two is no quorum";
  ASSERT_EQ(name({"--member", "jgt-leiden", "--member", "go-voor-jeugd", "--quorum", "2"}).code, 0);
  EXPECT_NE(check("de-binnenvest").find("confirmed"), std::string::npos) << check("de-binnenvest");

  for (const char* org : {"jgt-leiden", "go-voor-jeugd"}) {
    const Ran signed_once = cosign(org);
    ASSERT_EQ(signed_once.code, 0) << signed_once.err;
  }
  EXPECT_FALSE(fresh("de-binnenvest")) << "the broker's word for who they are is not enough";
  confirm_all("de-binnenvest");
  for (const char* org : {"jgt-leiden", "go-voor-jeugd"}) ASSERT_EQ(cosign(org).code, 0);
  EXPECT_TRUE(fresh("de-binnenvest"));
  EXPECT_EQ(check("de-binnenvest"), "ok");
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0);

  // Everybody can read the note, and it carries both.
  const auto note = audit::Note::parse(f.get("/log/cosigned"));
  ASSERT_TRUE(note);
  EXPECT_EQ(note->signatures.size(), 3u);
  const auto rows = known("de-binnenvest").at("witnesses").as_array();
  ASSERT_EQ(rows.size(), 2u);
  for (const auto& row : rows) {
    const auto key = audit::VerifierKey::parse(std::string(row.at("verifierKey").as_string()),
                                               audit::SignatureType::cosignature);
    ASSERT_TRUE(key);
    EXPECT_TRUE(audit::cosigned_at(*note, *key)) << key->name();
  }
  const auto told = json::parse(f.operate({"witnesses", "show", "--json"}).out);
  EXPECT_EQ(told.at("quorum").as_int64(), 2);
  EXPECT_TRUE(told.as_object().contains("cosigned"));
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(Witnesses, AreNeverHiddenAndNeverStrangers) {
  three();
  EXPECT_EQ(f.operate({"invite", "roos", "--kind", "shelter", "--hidden", "--out",
                       f.folder() + "/roos.invitation"})
                .code,
            0);
  EXPECT_EQ(name({"--member", "roos", "--quorum", "1"}).code, 3) << "it never joined";
  EXPECT_EQ(name({"--member", "nobody-here", "--quorum", "1"}).code, 3);
  EXPECT_EQ(name({"--other", "no-key", "--quorum", "1"}).code, 2);
  EXPECT_EQ(name({"--member", "jgt-leiden", "--member", "jgt-leiden", "--quorum", "2"}).code, 2);
  EXPECT_EQ(name({"--member", "jgt-leiden", "--quorum", "1", "--at-once"}).code, 2)
      << "everyone reads why";
  const std::string nobodys =
      "witness.example+7b86b8a6+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "confirm-witness", nobodys}).code, 2);
}

TEST_F(Witnesses, ThatChangeCountWhenThoseBeforeSignedOrWhenEveryoneIsTold) {
  three();
  ASSERT_EQ(name({"--member", "jgt-leiden", "--quorum", "1"}).code, 0);
  ASSERT_EQ(cosign("jgt-leiden").code, 0);
  confirm_all("de-binnenvest");
  ASSERT_EQ(cosign("jgt-leiden").code, 0);
  ASSERT_TRUE(fresh("de-binnenvest"));

  ASSERT_EQ(name({"--member", "go-voor-jeugd", "--quorum", "1"}).code, 0);
  ASSERT_EQ(cosign("go-voor-jeugd").code, 0);
  EXPECT_EQ(known("de-binnenvest").at("witnesses").as_array().size(), 2u);
  EXPECT_EQ(known("de-binnenvest").at("witnesses").at(0).at("org").as_string(), "jgt-leiden")
      << "the one before still counts";
  ASSERT_EQ(cosign("jgt-leiden").code, 0) << "it signs the tree in which it is replaced";
  const auto now = known("de-binnenvest").at("witnesses").as_array();
  ASSERT_EQ(now.size(), 1u);
  EXPECT_EQ(now.front().at("org").as_string(), "go-voor-jeugd");
  EXPECT_FALSE(fresh("de-binnenvest")) << "a person has yet to compare its key";
  confirm_all("de-binnenvest");
  ASSERT_EQ(cosign("go-voor-jeugd").code, 0);
  EXPECT_TRUE(fresh("de-binnenvest"));

  ASSERT_EQ(name({"--member", "jgt-leiden", "--quorum", "1", "--at-once", "--reason",
                  "de getuige is weg"})
                .code,
            0);
  EXPECT_NE(check("de-binnenvest").find("de getuige is weg"), std::string::npos);
  EXPECT_TRUE(known("de-binnenvest").at("atOnce").as_bool());
  confirm_all("de-binnenvest");
  ASSERT_EQ(cosign("jgt-leiden").code, 0);
  EXPECT_EQ(check("de-binnenvest"), "ok");
}

// The program that runs all day: it follows the log by itself, and a member sees it.
TEST_F(Witnesses, FollowTheLogUntilTheyAreStopped) {
  three();
  ASSERT_EQ(name({"--member", "jgt-leiden", "--quorum", "1"}).code, 0);
  known("de-binnenvest");
  confirm_all("de-binnenvest");
  const auto witness = f.begin("jgt-leiden", {"serve-witness", "--every", "1"});
  const std::string grant = f.grant("de-binnenvest", "go-voor-jeugd");
  const auto size = [&] {
    const auto told = json::parse(f.operate({"witnesses", "show", "--json"}).out);
    const auto* cosigned = told.as_object().if_contains("cosigned");
    return cosigned == nullptr ? 0 : cosigned->as_int64() - told.at("size").as_int64() + 1;
  };
  EXPECT_TRUE(comes_true([&] { return size() == 1; })) << "the newest checkpoint is cosigned";
  EXPECT_TRUE(fresh("de-binnenvest"));
  f.kill();
  f.serve();
  EXPECT_TRUE(comes_true([&] { return size() == 1; })) << "after the broker came back";
  ::kill(witness.pid, SIGTERM);
  EXPECT_EQ(Federation::finish(witness).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
