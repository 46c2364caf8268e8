#include "rules/consent_rules.h"

#include <algorithm>
#include <array>

namespace veerpont::rules {
namespace {

using std::chrono::day;
using std::chrono::months;
using enum ConsentGap;
using enum ConsentRoute;

enum class Child { heard, agrees };
enum class Holders { none, one, both };

// One row of the table: from which age, under which authority, whose agreement is needed.
struct Row {
  int from;
  int to;
  std::array<Authority, 3> authority;  // repeated where there are fewer
  bool capable;                        // false: whether or not capable
  Child child;
  Holders holders;
  bool child_may_persist;  // against a holder who refuses: then only what the child chooses
};

constexpr std::array kSole{Authority::single, Authority::guardian, Authority::guardian};
constexpr std::array kJoint{Authority::joint, Authority::joint_nonparent,
                            Authority::joint_nonparent};
constexpr int kAdult = 150;
constexpr std::array kRows{
    Row{0, 11, kSole, false, Child::heard, Holders::one, false},
    Row{0, 11, kJoint, false, Child::heard, Holders::both, false},
    Row{12, 15, kSole, true, Child::agrees, Holders::one, true},
    Row{12, 15, kJoint, true, Child::agrees, Holders::both, true},
};
// From 16 on a capable youth decides alone, whoever holds authority.
constexpr Row kAlone{16, kAdult, kSole, true, Child::agrees, Holders::none, false};

// Somebody noted as incapable is judged as a child of 0 to 11.
const Row* row_for(int age, Authority authority, bool capable) {
  if (age >= kAlone.from && capable) return &kAlone;
  const int judged_as = age >= 12 && !capable ? 11 : age;
  for (const Row& row : kRows)
    if (judged_as >= row.from && judged_as <= row.to &&
        std::ranges::find(row.authority, authority) != row.authority.end())
      return &row;
  return nullptr;
}

void add(std::vector<Missing>& missing, ConsentGap gap, std::optional<std::size_t> holder = {}) {
  const Missing found{gap, holder};
  if (std::ranges::find(missing, found) == missing.end()) missing.push_back(found);
}

struct Judge {
  const ConsentCase& question;
  const ConsentPolicy& policy;
  ConsentResult& result;

  bool incapable_at(int age) const { return question.incapable && age >= 12; }

  void one(int age) const {
    const bool capable = !incapable_at(age);
    if (!capable && !question.capacity_note) add(result.missing, capacity_note);
    const Row* row = row_for(age, question.authority, capable);
    if (row == nullptr) {
      add(result.missing, question.authority == Authority::temporarily_none
                              ? authority_temporarily_none
                              : authority_undetermined);
      return;
    }
    child(*row);
    if (row->holders != Holders::none) holders(*row);
  }

  void child(const Row& row) const {
    if (row.child == Child::heard) {
      if (!question.child_heard_or_why_not) add(result.missing, child_not_heard);
    } else if (question.child == Answer::refuses) {
      add(result.missing, child_refuses);
    } else if (question.child != Answer::agrees) {
      add(result.missing, child_not_asked);  // nobody else can report a child's consent
    }
  }

  // What stands in the way at this holder; nothing when he or she agrees.
  // That somebody is said to agree counts only beside a holder who said so in person.
  std::optional<ConsentGap> obstacle(Answer answer, bool joint) const {
    switch (answer) {
      case Answer::agrees:
        return std::nullopt;
      case Answer::reported_agrees:
        return joint && policy.reported_agrees_counts && !question.holders_separated &&
                       std::ranges::count(question.holders, Answer::agrees) > 0
                   ? std::nullopt
                   : std::optional(holder_only_reported);
      case Answer::unreachable:
        return holder_unreachable;
      case Answer::unsafe_to_ask:
        return holder_unsafe_to_ask;
      case Answer::refuses:
        return holder_refuses;
      case Answer::none:
        break;
    }
    return holder_not_asked;
  }

  void holders(const Row& row) const {
    const std::size_t needed = row.holders == Holders::both ? 2 : 1;
    if (question.holders.size() > needed) return add(result.missing, too_many_holders);
    std::vector<Missing> gaps;
    bool all_answered = question.holders.size() == needed;
    bool refused = false;
    for (std::size_t i = 0; i < question.holders.size(); ++i) {
      const auto gap = obstacle(question.holders[i], row.holders == Holders::both);
      if (!gap) continue;
      add(gaps, *gap, i);
      refused = refused || *gap == holder_refuses;
      all_answered = all_answered && *gap == holder_refuses;
    }
    // Two who were never written down are two persons to ask.
    for (std::size_t i = question.holders.size(); i < needed; ++i) add(gaps, holder_not_asked, i);
    if (!policy.statement_suffices && !question.authority_from_register)
      add(result.missing, authority_not_in_register);
    const bool persists =
        row.child_may_persist && refused && all_answered && question.child == Answer::agrees;
    if (!persists) {
      for (const Missing& gap : gaps) add(result.missing, gap.gap, gap.holder);
      return;
    }
    result.child_chooses = true;
    if (!question.capacity_note) add(result.missing, capacity_note);
    if (question.professionals < 2) add(result.missing, second_professional);
  }
};

bool lacks(const ConsentResult& result, std::initializer_list<ConsentGap> gaps) {
  return std::ranges::any_of(result.missing, [&](const Missing& m) {
    return std::ranges::find(gaps, m.gap) != gaps.end();
  });
}

// What a worker can still do when asking (again) is no way out.
std::vector<ConsentRoute> routes_of(const ConsentCase& question, const ConsentResult& result) {
  const bool by_holder = lacks(result, {holder_refuses, holder_unreachable, holder_unsafe_to_ask});
  const bool by_authority = lacks(result, {authority_undetermined, authority_temporarily_none});
  if (!by_holder && !by_authority && !lacks(result, {child_refuses})) return {};
  std::vector<ConsentRoute> routes{anonymous_consult};
  if (!lacks(result, {child_refuses})) {
    const auto agrees =
        std::ranges::find(question.holders, Answer::agrees) != question.holders.end();
    if (agrees) routes.push_back(parents_own_application);
    routes.push_back(court_substitute);
  }
  routes.push_back(conflict_of_duties);
  return routes;
}

constexpr std::array kTurningAges{12, 16, 18};

Date first_of(const Date& day_of_month) {
  return {day_of_month.year(), day_of_month.month(), day(1)};
}
bool is_later_in_year(const Date& birth, const Date& when) {
  return when.month() < birth.month() ||
         (when.month() == birth.month() && when.day() < birth.day());
}

}  // namespace

ConsentResult who_must_consent(const ConsentCase& question, const ConsentPolicy& policy) {
  ConsentResult result;
  const Judge judge{question, policy, result};
  judge.one(question.age);
  if (question.also_age) judge.one(*question.also_age);
  result.allowed = result.missing.empty();
  result.child_chooses = result.child_chooses && result.allowed;
  if (!result.allowed) result.routes = routes_of(question, result);
  return result;
}

int age_on(const Date& birth, const Date& when) {
  const int years = int(when.year()) - int(birth.year());
  return is_later_in_year(birth, when) ? years - 1 : years;
}

std::optional<int> age_reached_this_month(const Date& birth, const Date& signed_on) {
  if (birth.month() != signed_on.month() || !is_later_in_year(birth, signed_on))
    return std::nullopt;
  const int next = age_on(birth, signed_on) + 1;
  return std::ranges::find(kTurningAges, next) == kTurningAges.end() ? std::nullopt
                                                                     : std::optional(next);
}

Date latest_end(const std::optional<Date>& birth, const Date& signed_on, int longest) {
  Date end = first_of(first_of(signed_on) + months(std::max(longest, 1)));
  if (!birth) return end;
  for (const int age : kTurningAges) {
    const Date turning = Date(birth->year() + std::chrono::years(age), birth->month(), day(1));
    if (turning > signed_on) end = std::min(end, turning);
  }
  return end;
}

}  // namespace veerpont::rules
