// What must hold for every child, whatever the ages, authority, answers and dates.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/consent_rules.h"

namespace veerpont::rules {
namespace {

Answer any_answer() { return static_cast<Answer>(*rc::gen::inRange(0, 6)); }

ConsentCase any_case() {
  ConsentCase c;
  c.age = *rc::gen::inRange(0, 23);
  if (*rc::gen::arbitrary<bool>()) c.also_age = c.age + 1;
  c.authority = static_cast<Authority>(*rc::gen::inRange(1, 7));
  c.supervision_order = *rc::gen::arbitrary<bool>();
  c.incapable = *rc::gen::arbitrary<bool>();
  c.child = any_answer();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) c.holders.push_back(any_answer());
  c.holders_separated = *rc::gen::arbitrary<bool>();
  c.child_heard_or_why_not = *rc::gen::arbitrary<bool>();
  c.capacity_note = *rc::gen::arbitrary<bool>();
  c.professionals = *rc::gen::inRange<std::size_t>(0, 4);
  c.authority_from_register = *rc::gen::arbitrary<bool>();
  return c;
}

ConsentPolicy any_policy() {
  return {*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>(), *rc::gen::inRange(1, 12)};
}

Date any_date(int first_year, int last_year) {
  const auto year = std::chrono::year(*rc::gen::inRange(first_year, last_year + 1));
  const auto month = std::chrono::month(*rc::gen::inRange(1u, 13u));
  const auto last =
      std::chrono::year_month_day_last(year, std::chrono::month_day_last(month)).day();
  return {year, month, std::chrono::day(*rc::gen::inRange(1u, unsigned(last) + 1))};
}

RC_GTEST_PROP(Consent, NoRowAllowsWithoutARequiredPerson, ()) {
  const ConsentCase c = any_case();
  const auto result = who_must_consent(c, any_policy());
  if (!result.allowed) return;
  const int oldest = c.also_age.value_or(c.age);
  if (oldest >= 12 && !c.incapable) RC_ASSERT(c.child == Answer::agrees);
  if (c.age < 16 || c.incapable) {
    RC_ASSERT(
        c.holders.size() ==
        ((c.authority == Authority::joint || c.authority == Authority::joint_nonparent) ? 2u : 1u));
    for (const Answer answer : c.holders)
      RC_ASSERT(answer == Answer::agrees || answer == Answer::reported_agrees ||
                (answer == Answer::refuses && result.child_chooses));
  }
}

RC_GTEST_PROP(Consent, ACapable16YearOldIsNeverOverruled, ()) {
  ConsentCase c = any_case();
  c.age = *rc::gen::inRange(16, 23);
  c.also_age.reset();
  c.incapable = false;
  RC_ASSERT(who_must_consent(c, any_policy()).allowed == (c.child == Answer::agrees));
}

RC_GTEST_PROP(Consent, UndeterminedAuthorityNeverYieldsConsentBelow16, ()) {
  ConsentCase c = any_case();
  c.age = *rc::gen::inRange(0, 16);
  c.authority = *rc::gen::element(Authority::undetermined, Authority::temporarily_none);
  RC_ASSERT(!who_must_consent(c, any_policy()).allowed);
}

RC_GTEST_PROP(Consent, WhatIsMissingIsNamedAndMendingItAllowsOrLeavesRoutes, ()) {
  const ConsentCase c = any_case();
  const auto result = who_must_consent(c, any_policy());
  RC_ASSERT(result.allowed == result.missing.empty());
  if (!result.routes.empty()) {
    RC_ASSERT(!result.allowed);
    RC_ASSERT(result.routes.front() == ConsentRoute::anonymous_consult);
    RC_ASSERT(result.routes.back() == ConsentRoute::conflict_of_duties);
    RC_ASSERT(std::is_sorted(result.routes.begin(), result.routes.end()));
  }
  for (const Missing& missing : result.missing)
    if (missing.holder) RC_ASSERT(*missing.holder < 2u);
}

RC_GTEST_PROP(Consent, AStricterPolicyNeverAllowsMore, ()) {
  const ConsentCase c = any_case();
  if (who_must_consent(c, {false, false, 1}).allowed)
    RC_ASSERT(who_must_consent(c, {true, true, 6}).allowed);
}

RC_GTEST_PROP(Consent, MoreAgreementNeverTakesConsentAway, ()) {
  ConsentCase c = any_case();
  const auto before = who_must_consent(c, {});
  if (!before.allowed || c.holders.empty()) return;
  c.holders[*rc::gen::inRange<std::size_t>(0, c.holders.size())] = Answer::agrees;
  RC_ASSERT(who_must_consent(c, {}).allowed);
}

RC_GTEST_PROP(Consent, AGrantNeverEndsBeforeItBeginsWhateverTheBirthday, ()) {
  const Date birth = any_date(2000, 2026);
  const Date signed_on = any_date(2026, 2032);
  const int months = *rc::gen::inRange(0, 13);
  const Date end = latest_end(birth, signed_on, months);
  RC_ASSERT(end > signed_on);
  RC_ASSERT(end.day() == std::chrono::day(1));
  RC_ASSERT(end <= latest_end({}, signed_on, months));
  // Nobody's rules change on a day that the grant covers, but in the month of signing, where both
  // ages were asked for.
  for (const int age : {12, 16, 18}) {
    const auto birthday_month = birth.year() / birth.month() + std::chrono::years(age);
    if (birthday_month > signed_on.year() / signed_on.month())
      RC_ASSERT(end <= Date(birthday_month / std::chrono::day(1)));
    if (birthday_month == signed_on.year() / signed_on.month() && age_on(birth, signed_on) < age)
      RC_ASSERT(age_reached_this_month(birth, signed_on) == age);
  }
}

}  // namespace
}  // namespace veerpont::rules
