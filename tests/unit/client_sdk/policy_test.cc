#include "client_sdk/home/policy.h"

#include <gtest/gtest.h>

namespace veerpont::sdk {
namespace {

std::string refused(const std::string& toml) {
  const auto policy = Policy::parse(toml);
  return policy ? "" : describe(policy.refusal());
}

TEST(OrganisationPolicy, BeginsWithTheDefaultsAndComments) {
  const auto policy = Policy::parse(Policy::defaults());
  ASSERT_TRUE(policy) << describe(policy.refusal());
  const rules::ConsentPolicy plain;
  EXPECT_EQ(policy->consent.longest_months, plain.longest_months);
  EXPECT_EQ(policy->consent.reported_agrees_counts, plain.reported_agrees_counts);
  EXPECT_EQ(policy->consent.statement_suffices, plain.statement_suffices);
  EXPECT_EQ(policy->authority_check_days, 5);
  EXPECT_EQ(policy->countersign_hours, 24);
  EXPECT_FALSE(policy->first_referral_when_involved);
  EXPECT_EQ(policy->sha256, crypto::sha256(Policy::defaults()));
}

TEST(OrganisationPolicy, TakesWhatItSaysAndRefusesWhatItDoesNotKnow) {
  const auto strict = Policy::parse("[consent]\nstatement_suffices = false\nlongest_months = 3\n");
  ASSERT_TRUE(strict);
  EXPECT_FALSE(strict->consent.statement_suffices);
  EXPECT_EQ(strict->consent.longest_months, 3);
  EXPECT_TRUE(strict->consent.reported_agrees_counts);
  EXPECT_NE(refused("[consent]\nstatment_suffices = false\n")
                .find("consent.statment_suffices: no such key"),
            std::string::npos);
  EXPECT_NE(refused("[consent]\nlongest_months = 13\n")
                .find("consent.longest_months: wrong type or out of range"),
            std::string::npos);
  EXPECT_NE(refused("[consent]\nlongest_months = \"6\"\n").find("wrong type"), std::string::npos);
  EXPECT_NE(refused("longest_months = 6\n").find("no such key"), std::string::npos);
  for (const char* broken :
       {"[consent\n", "[= 6", "a = [[}", "\xca\xbf = 1", "a = [1]", "a.b = 1", "\xff"})
    EXPECT_NE(refused(broken).find("not valid TOML"), std::string::npos) << broken;
  EXPECT_TRUE(Policy::parse("\xef\xbb\xbf# één\r\n[ consent ]  # twee\r\n\tlongest_months=3\r\n"))
      << "as editors write it";
}

TEST(PolicyTest, OneRuleIsChangedAndEverythingElseStandsAsItStood) {
  const auto month = Policy::with(Policy::defaults(), "consent.longest_months", 4);
  ASSERT_TRUE(month);
  EXPECT_EQ(Policy::parse(*month)->consent.longest_months, 4);
  std::string expected = Policy::defaults();
  expected.replace(expected.find("longest_months = 6"), 18, "longest_months = 4");
  EXPECT_EQ(*month, expected);
  const auto kind = Policy::with(*month, "retention.child_voice", 6);
  ASSERT_TRUE(kind);
  EXPECT_EQ(Policy::parse(*kind)->retention_of(Category::child_voice), 6);
  EXPECT_EQ(Policy::parse(*kind)->retention_of(Category::school), 24);
  const auto yes = Policy::with("", "consent.statement_suffices", 0);
  ASSERT_TRUE(yes);
  EXPECT_EQ(*yes, "\n[consent]\nstatement_suffices = false\n");
  const auto tight =
      Policy::with("[ rhythm ] # x\r\n\tchild_days=3\r\n[grounds]\n", "rhythm.child_days", 5);
  ASSERT_TRUE(tight);
  EXPECT_EQ(Policy::parse(*tight)->child_days, 5);
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, int>>{{"consent.longest_months", 13},
                                                {"consent.longest_months", 0},
                                                {"consent", 1},
                                                {"consent.statement_suffices", 2},
                                                {"no.such", 1},
                                                {"retention.child-voice", 1}})
    EXPECT_FALSE(Policy::with(Policy::defaults(), key, value)) << key;
  EXPECT_EQ(Policy::parse(*kind)->rules().size(), 10u + CategorySet::all().list().size());
}

}  // namespace
}  // namespace veerpont::sdk
