// Who must consent before data about a child may cross: the table of docs/domain.md, "Who must
// consent", as data plus code. Pure: ages, authority and answers in; allowed, or exactly what is
// missing and which routes remain, out. Not promised: that the answers are true. They are the
// recorder's word. And this is no legal advice.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"
#include "schemas/codes.h"

namespace veerpont::rules {

// Numbers are those of veerpont.v1 in documents.proto.
enum class Authority {
  single = 1,
  joint,
  joint_nonparent,
  guardian,
  temporarily_none,
  undetermined
};
enum class Answer { none = 0, agrees, reported_agrees, unreachable, unsafe_to_ask, refuses };

struct ConsentPolicy {
  bool reported_agrees_counts = true;  // of joint holders who are not separated
  bool statement_suffices = true;      // a parent's own word on who holds authority
  int longest_months = 6;              // of a grant
};

struct ConsentCase {
  int age = 0;  // in whole years at the date of signing
  std::optional<int>
      also_age;  // judged by this age too: its birthday is later in the month of signing
  Authority authority = Authority::undetermined;
  bool supervision_order = false;  // parents keep their authority: changes nothing
  bool incapable = false;          // noted, from 12 on: judged as 0 to 11
  Answer child = Answer::none;
  std::vector<Answer> holders = {};  // of those with authority, each for himself or herself
  bool holders_separated = false;
  bool child_heard_or_why_not = false;
  bool capacity_note = false;
  std::size_t professionals = 0;
  bool authority_from_register = false;  // else by a parent's statement
};

struct Missing {
  ConsentGap gap;
  std::optional<std::size_t> holder = {};  // which of the holders, where it is about one
  friend bool operator==(const Missing&, const Missing&) = default;
};

struct ConsentResult {
  bool allowed = false;
  bool child_chooses = false;             // allowed, but nothing beyond what the child chooses
  std::vector<Missing> missing = {};      // empty when allowed
  std::vector<ConsentRoute> routes = {};  // in this order; empty when asking is all there is to do
};

ConsentResult who_must_consent(const ConsentCase& question, const ConsentPolicy& policy);

// Whole years on `day`. Somebody born on 29 February has a birthday on 1 March in other years.
int age_on(const Date& birth, const Date& day);
// The age that is reached later in the month of `signed_on` when other rules hold from then on (12,
// 16, 18).
std::optional<int> age_reached_this_month(const Date& birth, const Date& signed_on);
// The last day, always the first of a month, on which a grant signed on this day may end: at most
// `months` ahead, and not after the month of the next 12th, 16th or 18th birthday begins. Always
// later than `signed_on`.
Date latest_end(const std::optional<Date>& birth, const Date& signed_on, int months);

}  // namespace veerpont::rules
