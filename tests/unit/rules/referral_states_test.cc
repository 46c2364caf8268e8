#include "rules/referral_states.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace veerpont::rules {
namespace {

using State = ReferralState;
using enum ReferralState;

// The table of docs/protocol.md, "Referral states", column "steps out": written as it stands there,
// the other way round from the code's list of moves.
const std::map<State, std::map<Step, State>> kProviderSteps{
    {sent, {}},
    {delivered, {{Step::decline, declined}, {Step::redirect, redirected}}},
    {in_review,
     {{Step::request_info, info_requested},
      {Step::accept, accepted},
      {Step::decline, declined},
      {Step::redirect, redirected}}},
    {info_requested, {{Step::accept, accepted}, {Step::decline, declined}}},
    {accepted,
     {{Step::waitlist, waitlisted},
      {Step::plan_handover, handover_planned},
      {Step::start, started},
      {Step::redirect, redirected},
      {Step::not_started, not_started}}},
    {waitlisted,
     {{Step::plan_handover, handover_planned},
      {Step::start, started},
      {Step::redirect, redirected},
      {Step::not_started, not_started}}},
    {handover_planned, {{Step::start, started}, {Step::not_started, not_started}}},
    {started, {{Step::pause, paused}, {Step::redirect, redirected}, {Step::complete, completed}}},
    {paused, {{Step::resume, started}, {Step::redirect, redirected}, {Step::complete, completed}}},
};
const std::map<State, std::map<Step, State>> kReferrerSteps{
    {sent, {{Step::refer, sent}}},
    {delivered, {{Step::refer, delivered}}},
    {info_requested, {{Step::provide_info, in_review}}}};
const std::set<State> kClosed{declined,           redirected, withdrawn,
                              State::not_started, completed,  expired};

std::optional<State> expected(State state, Role role, Step step) {
  const bool open = !kClosed.contains(state);
  if (step == Step::update) return open ? std::optional(state) : std::nullopt;
  if (step == Step::access_requested)
    return role == Role::provider && state != sent && state != expired ? std::optional(state)
                                                                       : std::nullopt;
  if (step == Step::access_answered)
    return role == Role::referrer ? std::optional(state) : std::nullopt;
  if (role == Role::referrer && open && step == Step::withdraw) return withdrawn;
  if (role == Role::referrer && open && (step == Step::renew || step == Step::stay_ended))
    return state;
  const auto& table = role == Role::provider ? kProviderSteps : kReferrerSteps;
  const auto row = table.find(state);
  if (row == table.end()) return std::nullopt;
  const auto move = row->second.find(step);
  return move == row->second.end() ? std::nullopt : std::optional(move->second);
}

TEST(ReferralStates, EveryCellIsTheTables) {
  int cells = 0;
  for (int s = 1; s <= kReferralStateCount; ++s)
    for (int t = 1; t <= kStepCount; ++t)
      for (const Role role : {Role::referrer, Role::provider}) {
        const auto state = static_cast<State>(s);
        const auto step = static_cast<Step>(t);
        EXPECT_EQ(after_step(state, role, step), expected(state, role, step))
            << id_of(state) << ' ' << id_of(step) << ' ' << static_cast<int>(role);
        ++cells;
      }
  EXPECT_EQ(cells, 15 * kStepCount * 2);
}

TEST(ReferralStates, OnlyTheReferrersReferBeginsOne) {
  for (int t = 1; t <= kStepCount; ++t)
    for (const Role role : {Role::referrer, Role::provider}) {
      const auto begun = after_step(std::nullopt, role, static_cast<Step>(t));
      EXPECT_EQ(begun.has_value(), role == Role::referrer && t == static_cast<int>(Step::refer));
    }
}

TEST(ReferralStates, EveryOpenStateButSentHasANextActorAndEveryClosedOneHasNone) {
  for (int s = 1; s <= kReferralStateCount; ++s) {
    const auto state = static_cast<State>(s);
    EXPECT_EQ(is_open(state), !kClosed.contains(state));
    EXPECT_EQ(next_actor(state).has_value(), is_open(state) && state != sent) << id_of(state);
  }
  EXPECT_EQ(next_actor(info_requested), Role::referrer);
}

TEST(ReferralStates, WithdrawalOfTheGrantEndsOnlyWhatIsNotAcceptedYet) {
  for (int s = 1; s <= kReferralStateCount; ++s) {
    const auto state = static_cast<State>(s);
    const bool before =
        state == sent || state == delivered || state == in_review || state == info_requested;
    EXPECT_EQ(after_occurrence(state, Occurrence::grant_withdrawn),
              before ? std::optional(withdrawn) : std::nullopt)
        << id_of(state);
    EXPECT_EQ(after_occurrence(state, Occurrence::received),
              state == sent ? std::optional(delivered) : std::nullopt);
    EXPECT_EQ(after_occurrence(state, Occurrence::first_release),
              state == delivered ? std::optional(in_review) : std::nullopt);
    EXPECT_EQ(after_occurrence(state, Occurrence::message_expired),
              state == sent ? std::optional(expired) : std::nullopt);
  }
}

TEST(ReferralStates, WhatIsTakenBackBeforeItWasAcceptedStopsAndWhatIsTurnedDownStopsUnread) {
  for (int s = 1; s <= kReferralStateCount; ++s) {
    const auto state = static_cast<State>(s);
    const bool before =
        state == sent || state == delivered || state == in_review || state == info_requested;
    for (int t = 1; t <= kStepCount; ++t) {
      const auto step = static_cast<Step>(t);
      const bool turns_down =
          step == Step::decline || step == Step::redirect || step == Step::not_started;
      const Stopped wanted = step == Step::withdraw && before ? Stopped::all
                             : turns_down                     ? Stopped::unread
                                                              : Stopped::nothing;
      EXPECT_EQ(stopped_by(step, state), wanted) << id_of(step) << ' ' << id_of(state);
      EXPECT_EQ(may_stop(step), turns_down || step == Step::withdraw);
    }
  }
}

TEST(ReferralStates, AStepIntoAnotherOpenStateNeedsATimeToAnswerBy) {
  for (const auto& row : kProviderSteps)
    for (const auto& [step, to] : row.second)
      EXPECT_EQ(needs_respond_by(step), is_open(to)) << id_of(step);
  EXPECT_TRUE(needs_respond_by(Step::refer));
  EXPECT_TRUE(needs_respond_by(Step::provide_info));
  EXPECT_FALSE(needs_respond_by(Step::update));
}

}  // namespace
}  // namespace veerpont::rules
