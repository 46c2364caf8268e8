// What people and programs read on the command line: a document on every exit, the language asked
// for, names that are found, partners that are suspended, lists that filter.
#include <gtest/gtest.h>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

class Sentences : public testing::Test {
 protected:
  Sentences() { f.two_organisations(); }
  std::size_t listed(std::vector<std::string> filter) {
    filter.insert(filter.begin(), {"referrals", "--json"});
    const Ran ran = f.as("de-binnenvest", filter);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.json().as_array().size();
  }
  static std::string code_of(const Ran& ran) {
    const auto answer = ran.json();
    return answer.is_object() && answer.as_object().contains("refusal")
               ? std::string(answer.at("refusal").at("code").as_string())
               : ran.out;
  }
  Federation f;
};

TEST_F(Sentences, ADocumentComesOnEveryExit) {
  const Ran usage = f.as("de-binnenvest", {"refer", "--json"});
  EXPECT_EQ(usage.code, 2);
  EXPECT_EQ(code_of(usage), "invalid-input");
  const Ran unknown = f.as("de-binnenvest", {"referral", std::string(32, 'a'), "--json"});
  EXPECT_EQ(unknown.code, 3);
  EXPECT_EQ(code_of(unknown), "unknown-referral");
  EXPECT_NE(unknown.err.find("zie: veerpont referrals"), std::string::npos) << unknown.err;
  f.kill();
  const Ran away = f.as("de-binnenvest", {"referrals", "--fresh", "--json"});
  EXPECT_EQ(away.code, 5);
  EXPECT_EQ(code_of(away), "broker-unreachable");
}

TEST_F(Sentences, AreInTheLanguageAskedFor) {
  const auto said = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command{"grant", "show", std::string(32, 'a')};
    command.insert(command.end(), more.begin(), more.end());
    return f.as("de-binnenvest", command).err;
  };
  EXPECT_NE(said({}).find("geweigerd: unknown-grant: Deze toestemming"), std::string::npos);
  EXPECT_NE(said({"--lang", "en"}).find("refused: unknown-grant: No such grant"),
            std::string::npos);
}

TEST_F(Sentences, AMunicipalityIsFoundByItsNameOrWhatIsLikeIt) {
  const Ran found = f.as("de-binnenvest", {"directory", "--municipality", "leiden", "--json"});
  ASSERT_EQ(found.code, 0) << found.err;
  ASSERT_EQ(found.json().as_array().size(), 1u);
  EXPECT_EQ(found.json().at(0).at("org").as_string(), "jgt-leiden");
  const Ran like = f.as("de-binnenvest", {"directory", "--municipality", "Leidn"});
  EXPECT_EQ(like.code, 2);
  EXPECT_NE(like.err.find("misschien bedoelt u Leiden (GM0546)"), std::string::npos) << like.err;
  EXPECT_EQ(f.as("de-binnenvest", {"directory", "--municipality", "GM9999"}).code, 2);
}

TEST_F(Sentences, APartnerThatIsSuspendedIsMarkedWhereverItIsNamed) {
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"referrals", "--fresh"}, {"grant", "list"}, {"grant", "due", "--days", "400"}}) {
    const Ran ran = f.as("de-binnenvest", command);
    EXPECT_NE(ran.out.find("JGT Leiden (jgt-leiden) [geschorst]"), std::string::npos) << ran.out;
  }
}

TEST_F(Sentences, AListFilters) {
  const std::string first = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  ASSERT_EQ(f.as("de-binnenvest", {"reply", first, "withdraw"}).code, 0);
  EXPECT_EQ(listed({}), 2u);
  EXPECT_EQ(listed({"--open"}), 1u);
  EXPECT_EQ(listed({"--state", "withdrawn"}), 1u);
  EXPECT_EQ(listed({"--state", "withdrawn", "--state", "sent"}), 2u);
  EXPECT_EQ(listed({"--with", "jgt-leiden"}), 2u);
  EXPECT_EQ(listed({"--with", "go-voor-jeugd"}), 0u);
  EXPECT_EQ(listed({"--overdue"}), 0u);
  EXPECT_EQ(listed({"--own-number", "bestaat-niet"}), 0u);
}

}  // namespace
}  // namespace veerpont::e2e
