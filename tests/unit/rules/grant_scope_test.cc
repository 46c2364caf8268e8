#include "rules/grant_scope.h"

#include <gtest/gtest.h>

namespace veerpont::rules {
namespace {

using enum RefusalCode;

class GrantScopeTest : public testing::Test {
 protected:
  OrgId shelter = *OrgId::parse("de-binnenvest");
  OrgId team = *OrgId::parse("jgt-leiden");
  OrgId stranger = *OrgId::parse("stranger");
  Time now = time_from_ms(1'800'000'000'000);
  GrantScope grant{shelter,
                   team,
                   Ground::consent,
                   {Category::routing, Category::care_need},
                   {Category::practical},
                   now - std::chrono::hours(1),
                   now + std::chrono::hours(1)};
  std::optional<RefusalCode> send(const OrgId& from, const OrgId& to, CategorySet categories) {
    return refuses(grant, from, to, categories, now);
  }
};

TEST_F(GrantScopeTest, LetsTheListedAndTheImplicitCategoriesThroughInTheirDirection) {
  EXPECT_EQ(send(shelter, team, {Category::grant_record, Category::routing, Category::care_need}),
            std::nullopt);
  EXPECT_EQ(send(team, shelter, {Category::update, Category::practical}), std::nullopt);
  EXPECT_EQ(send(shelter, team, {}), std::nullopt);
}

TEST_F(GrantScopeTest, RefusesWhatIsOutsideIt) {
  EXPECT_EQ(send(shelter, team, {Category::health}), category_not_granted);
  EXPECT_EQ(send(shelter, team, {Category::practical}), wrong_direction);
  EXPECT_EQ(send(shelter, team, {Category::update}), wrong_direction);  // implicit inbound only
  EXPECT_EQ(send(team, shelter, {Category::care_need}), wrong_direction);
  EXPECT_EQ(send(team, shelter, {Category::grant_record}), wrong_direction);
  EXPECT_EQ(send(shelter, stranger, {Category::routing}), wrong_direction);
  EXPECT_EQ(send(stranger, team, {Category::routing}), wrong_direction);
}

TEST_F(GrantScopeTest, HoldsFromItsBeginningUpToItsEnd) {
  EXPECT_EQ(refuses(grant, shelter, team, {},
                    grant.not_before - std::chrono::minutes(5) - std::chrono::milliseconds(1)),
            grant_not_yet_valid);
  EXPECT_EQ(refuses(grant, shelter, team, {}, grant.not_before - std::chrono::minutes(5)),
            std::nullopt)
      << "two clocks never agree";
  EXPECT_EQ(refuses(grant, shelter, team, {}, grant.not_before), std::nullopt);
  EXPECT_EQ(refuses(grant, shelter, team, {}, grant.expires - std::chrono::milliseconds(1)),
            std::nullopt);
  EXPECT_EQ(refuses(grant, shelter, team, {}, grant.expires), grant_expired);
}

TEST_F(GrantScopeTest, StopsWholeOrByCategoryWhenWithdrawn) {
  grant.withdrawn_categories = {Category::care_need};
  EXPECT_EQ(send(shelter, team, {Category::routing, Category::care_need}), grant_withdrawn);
  EXPECT_EQ(send(shelter, team, {Category::routing}), std::nullopt);
  grant.withdrawn = true;
  EXPECT_EQ(send(shelter, team, {Category::routing}), grant_withdrawn);
}

TEST_F(GrantScopeTest, NeverGoesPastTheCapOfItsGround) {
  grant.outbound = CategorySet::all().minus({Category::grant_record});
  const struct {
    Ground ground;
    CategorySet forbidden;
  } caps[] = {
      {Ground::consent, {}},
      {Ground::directly_involved,
       {Category::child_voice, Category::instrument_result, Category::school, Category::health,
        Category::network}},
      {Ground::ots_information, {Category::child_voice}},
      {Ground::child_protection_board, {}},
      {Ground::vital_interest,
       {Category::care_need, Category::child_voice, Category::instrument_result, Category::school,
        Category::health, Category::network}},
      {Ground::conflict_of_duties,
       {Category::care_need, Category::child_voice, Category::instrument_result, Category::school,
        Category::health, Category::network}},
      {Ground::court_substitute, {}},
      {Ground::statutory, {}},
  };
  int checked = 0;
  for (const auto& cap : caps)
    for (const Category category : CategorySet::all().list()) {
      grant.ground = cap.ground;
      const auto wanted =
          cap.forbidden.has(category) ? std::optional(ground_forbids_category) : std::nullopt;
      EXPECT_EQ(send(shelter, team, {category}), wanted)
          << id_of(cap.ground) << ' ' << id_of(category);
      ++checked;
    }
  EXPECT_EQ(checked, 8 * 13);
}

}  // namespace
}  // namespace veerpont::rules
