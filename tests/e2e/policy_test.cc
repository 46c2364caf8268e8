// What an organisation decides for itself is changed by whoever looks after it, and it is known who
// changed it when.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

TEST(OwnPolicy, IsChangedOneRuleAtATimeAndEachVersionIsKept) {
  Federation f;
  f.two_organisations();
  const auto shown = f.as("de-binnenvest", {"policy", "show", "--json"}).json();
  ASSERT_EQ(shown.at("versions").as_array().size(), 1u);
  const Ran set = f.as("de-binnenvest", {"policy", "set", "consent.longest_months", "3", "--worker",
                                         "Kees", "--json"});
  ASSERT_EQ(set.code, 0) << set.err;
  const auto versions = set.json().at("versions").as_array();
  ASSERT_EQ(versions.size(), 2u);
  EXPECT_EQ(versions.at(0).at("person").as_string(), "Kees");
  EXPECT_EQ(versions.at(0).at("changed").as_string(), "consent.longest_months: 6 → 3");
  EXPECT_EQ(versions.at(0).at("text").as_string(),
            contents(f.home("de-binnenvest") + "/policy.toml"));
  EXPECT_EQ(versions.at(1).at("sha256"), shown.at("versions").at(0).at("sha256"));
  EXPECT_NE(contents(f.home("de-binnenvest") + "/policy.toml").find("# Zo lang duurt"),
            std::string::npos)
      << "what stood beside it stays";
  const auto log = f.as("de-binnenvest", {"audit", "accesses", "--json"}).json();
  EXPECT_EQ(log.as_array().back().at("list").as_string(), "policy consent.longest_months: 6 → 3");
  // What the rules say follows at once.
  EXPECT_EQ(f.as("de-binnenvest", {"policy", "set", "consent.longest_months", "13"}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"policy", "set", "consent.no_such_rule", "1"}).code, 2);
  EXPECT_EQ(f.as("de-binnenvest", {"policy", "set", "consent.statement_suffices", "nee"}).code, 0);
  // What somebody writes with an editor is a version from the moment that it is seen.
  std::ofstream(f.home("de-binnenvest") + "/policy.toml", std::ios::app) << "# van ons\n";
  const auto seen = f.as("de-binnenvest", {"policy", "show", "--json"}).json();
  EXPECT_EQ(seen.at("versions").as_array().size(), 4u);
  EXPECT_FALSE(seen.at("versions").at(0).as_object().contains("person"));
}

TEST(OwnPolicy, SecretWordsAreReplacedAsAWholeAndNeverRepeatedInARefusal) {
  Federation f;
  f.two_organisations();
  const Ran set = f.as("de-binnenvest", {"secret-words", "set", "De Zilvermeeuw", "Breestraat 12"});
  ASSERT_EQ(set.code, 0) << set.err;
  EXPECT_EQ(set.out, "De Zilvermeeuw\nBreestraat 12\n");
  const Ran odd = f.as("de-binnenvest", {"secret-words", "set", "#Zilvermeeuw"});
  EXPECT_EQ(odd.code, 2);
  EXPECT_EQ(odd.err.find("Zilvermeeuw"), std::string::npos) << odd.err;
  EXPECT_EQ(f.as("de-binnenvest", {"secret-words", "show"}).out, set.out);
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
  const Ran held =
      f.as("de-binnenvest",
           {"refer", f.write("d.json", R"({"safety":{"conclusion":"ophalen bij de zilvermeeuw"}})"),
            "--grant", grant, "--json"});
  EXPECT_EQ(held.code, 2);
  EXPECT_NE(held.out.find("secret-word"), std::string::npos) << held.out;
}

}  // namespace
}  // namespace veerpont::e2e
