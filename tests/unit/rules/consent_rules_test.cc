#include "rules/consent_rules.h"

#include <gtest/gtest.h>

#include "veerpont/v1/documents.pb.h"

namespace veerpont::rules {
namespace {

using enum ConsentGap;
using enum ConsentRoute;
using Gaps = std::vector<Missing>;
using Routes = std::vector<ConsentRoute>;

constexpr Date on(int y, unsigned m, unsigned d) {
  return Date(std::chrono::year(y), std::chrono::month(m), std::chrono::day(d));
}
Missing of(ConsentGap gap, std::size_t holder) { return {gap, holder}; }
Missing of(ConsentGap gap) { return {gap, {}}; }

ConsentCase child_of(int age, Authority authority, std::vector<Answer> holders,
                     Answer child = Answer::none) {
  ConsentCase c;
  c.age = age;
  c.authority = authority;
  c.holders = std::move(holders);
  c.child = child;
  c.child_heard_or_why_not = true;
  return c;
}
ConsentResult judged(const ConsentCase& c, const ConsentPolicy& policy = {}) {
  return who_must_consent(c, policy);
}

TEST(ConsentRules, YoungChildOfASingleHolderNeedsThatHolderAndIsHeard) {
  for (const Authority authority : {Authority::single, Authority::guardian}) {
    EXPECT_TRUE(judged(child_of(8, authority, {Answer::agrees})).allowed);
    EXPECT_EQ(judged(child_of(8, authority, {})).missing, Gaps{of(holder_not_asked, 0)});
    EXPECT_EQ(judged(child_of(8, authority, {Answer::reported_agrees})).missing,
              Gaps{of(holder_only_reported, 0)});
    ConsentCase unheard = child_of(8, authority, {Answer::agrees});
    unheard.child_heard_or_why_not = false;
    EXPECT_EQ(judged(unheard).missing, Gaps{of(child_not_heard)});
  }
}

TEST(ConsentRules, YoungChildOfJointHoldersNeedsBoth) {
  for (const Authority authority : {Authority::joint, Authority::joint_nonparent}) {
    EXPECT_TRUE(judged(child_of(11, authority, {Answer::agrees, Answer::agrees})).allowed);
    EXPECT_TRUE(judged(child_of(0, authority, {Answer::agrees, Answer::reported_agrees})).allowed);
    EXPECT_EQ(judged(child_of(8, authority, {Answer::agrees})).missing,
              Gaps{of(holder_not_asked, 1)});
    EXPECT_TRUE(judged(child_of(8, authority, {Answer::agrees})).routes.empty())
        << "asking is the way";
  }
  ConsentCase separated = child_of(8, Authority::joint, {Answer::agrees, Answer::reported_agrees});
  separated.holders_separated = true;
  EXPECT_EQ(judged(separated).missing, Gaps{of(holder_only_reported, 1)});
  EXPECT_EQ(judged(child_of(8, Authority::joint, {Answer::agrees, Answer::reported_agrees}),
                   {.reported_agrees_counts = false})
                .missing,
            Gaps{of(holder_only_reported, 1)});
}

TEST(ConsentRules, AHolderWhoRefusesIsUnreachableOrUnsafeToAskLeavesRoutesInOrder) {
  for (const auto& [answer, gap] : {std::pair(Answer::refuses, holder_refuses),
                                    {Answer::unreachable, holder_unreachable},
                                    {Answer::unsafe_to_ask, holder_unsafe_to_ask}}) {
    const auto result = judged(child_of(8, Authority::joint, {Answer::agrees, answer}));
    EXPECT_FALSE(result.allowed);
    EXPECT_EQ(result.missing, Gaps{of(gap, 1)});
    EXPECT_EQ(result.routes, (Routes{anonymous_consult, parents_own_application, court_substitute,
                                     conflict_of_duties}));
  }
  EXPECT_EQ(judged(child_of(8, Authority::single, {Answer::refuses})).routes,
            (Routes{anonymous_consult, court_substitute, conflict_of_duties}));
}

TEST(ConsentRules, From12To15ChildAndHoldersAgree) {
  EXPECT_TRUE(judged(child_of(13, Authority::single, {Answer::agrees}, Answer::agrees)).allowed);
  EXPECT_TRUE(judged(child_of(15, Authority::guardian, {Answer::agrees}, Answer::agrees)).allowed);
  EXPECT_TRUE(
      judged(child_of(12, Authority::joint, {Answer::agrees, Answer::agrees}, Answer::agrees))
          .allowed);
  EXPECT_EQ(judged(child_of(13, Authority::single, {Answer::agrees})).missing,
            Gaps{of(child_not_asked)});
  EXPECT_EQ(judged(child_of(13, Authority::single, {}, Answer::agrees)).missing,
            Gaps{of(holder_not_asked, 0)});
  EXPECT_EQ(
      judged(child_of(13, Authority::single, {Answer::agrees}, Answer::reported_agrees)).missing,
      Gaps{of(child_not_asked)})
      << "nobody reports a child's consent";
}

TEST(ConsentRules, AChildWhoPersistsAgainstARefusalChoosesWhatCrosses) {
  for (const auto& holders :
       {std::vector{Answer::agrees, Answer::refuses}, {Answer::refuses, Answer::refuses}}) {
    ConsentCase girl = child_of(14, Authority::joint, holders, Answer::agrees);
    EXPECT_EQ(judged(girl).missing, (Gaps{of(capacity_note), of(second_professional)}));
    girl.capacity_note = true;
    girl.professionals = 2;
    EXPECT_TRUE(judged(girl).allowed);
    EXPECT_TRUE(judged(girl).child_chooses);
  }
  ConsentCase unasked = child_of(14, Authority::joint, {Answer::refuses}, Answer::agrees);
  unasked.capacity_note = true;
  unasked.professionals = 2;
  EXPECT_FALSE(judged(unasked).allowed) << "the other holder was not asked";
  ConsentCase unsafe =
      child_of(14, Authority::joint, {Answer::agrees, Answer::unsafe_to_ask}, Answer::agrees);
  unsafe.capacity_note = true;
  unsafe.professionals = 2;
  EXPECT_FALSE(judged(unsafe).allowed) << "only a refusal can be persisted against";
}

TEST(ConsentRules, ACapableChildWhoRefusesMakesConsentUnavailable) {
  const auto result = judged(child_of(13, Authority::single, {Answer::agrees}, Answer::refuses));
  EXPECT_EQ(result.missing, Gaps{of(child_refuses)});
  EXPECT_EQ(result.routes, (Routes{anonymous_consult, conflict_of_duties}));
}

TEST(ConsentRules, AnIncapableYouthIsJudgedAsAYoungChild) {
  for (const int age : {12, 15, 16, 17}) {
    ConsentCase youth =
        child_of(age, Authority::joint, {Answer::agrees, Answer::agrees}, Answer::refuses);
    youth.incapable = true;
    EXPECT_EQ(judged(youth).missing, Gaps{of(capacity_note)});
    youth.capacity_note = true;
    EXPECT_TRUE(judged(youth).allowed);
  }
  ConsentCase young = child_of(8, Authority::single, {Answer::agrees});
  young.incapable = true;
  EXPECT_TRUE(judged(young).allowed) << "capacity is noted from 12 on";
}

TEST(ConsentRules, From16OnACapableYouthDecidesAlone) {
  for (const Authority authority :
       {Authority::single, Authority::joint, Authority::undetermined, Authority::temporarily_none})
    for (const int age : {16, 17, 18, 22}) {
      EXPECT_TRUE(
          judged(child_of(age, authority, {Answer::refuses, Answer::refuses}, Answer::agrees))
              .allowed);
      EXPECT_EQ(judged(child_of(age, authority, {Answer::agrees, Answer::agrees}, Answer::refuses))
                    .missing,
                Gaps{of(child_refuses)});
    }
}

TEST(ConsentRules, WithoutKnownAuthorityThereIsNoConsentBelow16) {
  for (const auto& [authority, gap] : {std::pair(Authority::undetermined, authority_undetermined),
                                       {Authority::temporarily_none, authority_temporarily_none}}) {
    const auto result = judged(child_of(14, authority, {Answer::agrees}, Answer::agrees));
    EXPECT_EQ(result.missing, Gaps{of(gap)});
    EXPECT_EQ(result.routes, (Routes{anonymous_consult, parents_own_application, court_substitute,
                                     conflict_of_duties}));
    ConsentCase incapable = child_of(17, authority, {Answer::agrees}, Answer::agrees);
    incapable.incapable = incapable.capacity_note = true;
    EXPECT_FALSE(judged(incapable).allowed);
  }
}

TEST(ConsentRules, InTheMonthOfTheBirthdayBothAgesMustHold) {
  ConsentCase c = child_of(11, Authority::single, {Answer::agrees});
  EXPECT_TRUE(judged(c).allowed);
  c.also_age = 12;
  EXPECT_EQ(judged(c).missing, Gaps{of(child_not_asked)});
  c.child = Answer::agrees;
  EXPECT_TRUE(judged(c).allowed);
  c.child_heard_or_why_not = false;
  EXPECT_EQ(judged(c).missing, Gaps{of(child_not_heard)});
  ConsentCase sixteen = child_of(15, Authority::joint, {Answer::agrees}, Answer::agrees);
  sixteen.also_age = 16;
  EXPECT_EQ(judged(sixteen).missing, Gaps{of(holder_not_asked, 1)});
}

TEST(ConsentRules, ASupervisionOrderChangesNothing) {
  ConsentCase c = child_of(9, Authority::joint, {Answer::agrees});
  const auto without = judged(c);
  c.supervision_order = true;
  EXPECT_EQ(judged(c).missing, without.missing);
}

TEST(ConsentRules, AStricterOrganisationAsksForTheRegister) {
  ConsentCase c = child_of(9, Authority::single, {Answer::agrees});
  EXPECT_EQ(judged(c, {.statement_suffices = false}).missing, Gaps{of(authority_not_in_register)});
  c.authority_from_register = true;
  EXPECT_TRUE(judged(c, {.statement_suffices = false}).allowed);
}

// Everything there is, beside the sentences of the table written out one by one.
bool allowed_by_the_book(const ConsentCase& c, int age) {
  const auto fine = [&](Answer a, bool joint) {
    return a == Answer::agrees || (a == Answer::reported_agrees && joint && !c.holders_separated &&
                                   std::ranges::count(c.holders, Answer::agrees) > 0);
  };
  if (age >= 16 && !c.incapable) return c.child == Answer::agrees;
  if (c.authority == Authority::temporarily_none || c.authority == Authority::undetermined)
    return false;
  const bool joint = c.authority == Authority::joint || c.authority == Authority::joint_nonparent;
  if (c.holders.size() != (joint ? 2u : 1u)) return false;
  bool all = true;
  bool all_or_refuse = true;
  for (const Answer a : c.holders) {
    all = all && fine(a, joint);
    all_or_refuse = all_or_refuse && (fine(a, joint) || a == Answer::refuses);
  }
  if (age < 12) return all && c.child_heard_or_why_not;
  if (c.incapable) return all && c.child_heard_or_why_not && c.capacity_note;
  if (c.child != Answer::agrees) return false;
  return all || (all_or_refuse && c.capacity_note && c.professionals >= 2);
}

TEST(ConsentRules, AgreeWithTheBookOnEveryCase) {
  std::vector<std::vector<Answer>> holders{{}};
  for (int a = 0; a <= 5; ++a) {
    holders.push_back({Answer(a)});
    for (int b = 0; b <= 5; ++b) {
      holders.push_back({Answer(a), Answer(b)});
      holders.push_back({Answer(a), Answer(b), Answer::agrees});
    }
  }
  long cases = 0;
  long allowed = 0;
  for (int age = 0; age <= 19; ++age)
    for (int authority = 1; authority <= 6; ++authority)
      for (const auto& answers : holders)
        for (int child = 0; child <= 5; ++child)
          for (int bits = 0; bits < 16; ++bits)
            for (const std::size_t professionals : {1u, 2u}) {
              ConsentCase c = child_of(age, Authority(authority), answers, Answer(child));
              c.incapable = bits & 1;
              c.holders_separated = bits & 2;
              c.capacity_note = bits & 4;
              c.child_heard_or_why_not = bits & 8;
              c.professionals = professionals;
              const auto result = judged(c);
              ++cases;
              allowed += result.allowed;
              ASSERT_EQ(result.allowed, allowed_by_the_book(c, age))
                  << age << " " << authority << " " << child << " " << bits << " "
                  << answers.size();
              ASSERT_EQ(result.allowed, result.missing.empty());
              ASSERT_TRUE(!result.allowed || result.routes.empty());
            }
  EXPECT_EQ(cases, 20 * 6 * 79 * 6 * 16 * 2);
  EXPECT_GT(allowed, 1000);
}

TEST(ConsentRules, NumbersAreThoseOfTheSchema) {
  EXPECT_EQ(int(Authority::single), v1::AUTHORITY_TYPE_SINGLE);
  EXPECT_EQ(int(Authority::undetermined), v1::AUTHORITY_TYPE_UNDETERMINED);
  EXPECT_EQ(int(Answer::agrees), v1::GrantRecord::ANSWER_AGREES);
  EXPECT_EQ(int(Answer::reported_agrees), v1::GrantRecord::ANSWER_REPORTED_AGREES);
  EXPECT_EQ(int(Answer::unreachable), v1::GrantRecord::ANSWER_UNREACHABLE);
  EXPECT_EQ(int(Answer::unsafe_to_ask), v1::GrantRecord::ANSWER_UNSAFE_TO_ASK);
  EXPECT_EQ(int(Answer::refuses), v1::GrantRecord::ANSWER_REFUSES);
}

TEST(Ages, CountBirthdays) {
  EXPECT_EQ(age_on(on(2013, 5, 17), on(2026, 5, 16)), 12);
  EXPECT_EQ(age_on(on(2013, 5, 17), on(2026, 5, 17)), 13);
  EXPECT_EQ(age_on(on(2012, 2, 29), on(2027, 2, 28)), 14);
  EXPECT_EQ(age_on(on(2012, 2, 29), on(2027, 3, 1)), 15);
  EXPECT_EQ(age_on(on(2012, 2, 29), on(2028, 2, 29)), 16);
  EXPECT_EQ(age_reached_this_month(on(2014, 11, 28), on(2026, 11, 24)), 12);
  EXPECT_EQ(age_reached_this_month(on(2014, 11, 24), on(2026, 11, 24)), std::nullopt);
  EXPECT_EQ(age_reached_this_month(on(2013, 11, 28), on(2026, 11, 24)), std::nullopt)
      << "13 changes nothing";
  EXPECT_EQ(age_reached_this_month(on(2012, 2, 29), on(2028, 2, 1)), 16);
}

TEST(GrantEnds, OnTheFirstOfAMonthBeforeTheRulesChange) {
  EXPECT_EQ(latest_end({}, on(2026, 11, 24), 6), on(2027, 5, 1));
  EXPECT_EQ(latest_end({}, on(2026, 11, 24), 1), on(2026, 12, 1));
  EXPECT_EQ(latest_end({}, on(2026, 11, 24), 0), on(2026, 12, 1));
  EXPECT_EQ(latest_end(on(2015, 3, 20), on(2026, 11, 24), 6), on(2027, 3, 1))
      << "turns 12 on 20 March";
  EXPECT_EQ(latest_end(on(2014, 11, 28), on(2026, 11, 24), 6), on(2027, 5, 1))
      << "in the birthday's month the next one counts";
  EXPECT_EQ(latest_end(on(2014, 12, 1), on(2026, 11, 30), 6), on(2026, 12, 1));
  EXPECT_EQ(latest_end(on(2011, 1, 31), on(2026, 11, 24), 6), on(2027, 1, 1));
  EXPECT_EQ(latest_end(on(2009, 1, 31), on(2026, 11, 24), 6), on(2027, 1, 1)) << "turns 18";
}

}  // namespace
}  // namespace veerpont::rules
