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

}  // namespace
}  // namespace veerpont::sdk
