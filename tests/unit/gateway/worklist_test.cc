// Every open referral stands in the list once, with something that may be done now; what hurts most
// comes first.
#include "gateway/worklist/worklist.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "crypto/random.h"
#include "rules/referral_states.h"

namespace veerpont::gateway {
namespace {

using std::chrono::hours;

const Time kNow = *parse_rfc3339("2026-11-30T09:00:00Z");  // a Monday

rules::Calendar office() { return {rules::Holidays::dutch()}; }

ReferralRow row_in(ReferralState state, const char* role) {
  ReferralRow row{crypto::random_id<ReferralId>(), "jgt-leiden", role, "", state, std::nullopt,
                  crypto::random_id<GrantId>()};
  row.kind = id_of(ExchangeKind::referral);
  return row;
}

InboxRow mail_in(const ReferralRow& row, Step step, Time created) {
  InboxRow message{crypto::random_id<MessageId>(), row.referral, row.with, id_of(step), created,
                   CategorySet{Category::routing}};
  return message;
}

WorkItem only(const WorkFacts& facts) {
  const auto items = worklist(facts, office());
  EXPECT_EQ(items.size(), 1u);
  return items.empty() ? WorkItem{WorkKind::wait, WorkGroup::waiting} : items.front();
}

TEST(Worklist, SaysWhatEachSideDoesInEachState) {
  using enum ReferralState;
  const std::map<ReferralState, std::pair<WorkKind, WorkKind>> wanted{
      {sent, {WorkKind::wait, WorkKind::wait}},
      {delivered, {WorkKind::wait, WorkKind::wait}},
      {in_review, {WorkKind::wait, WorkKind::decide}},
      {info_requested, {WorkKind::give_info, WorkKind::wait}},
      {accepted, {WorkKind::wait, WorkKind::first_contact}},
      {waitlisted, {WorkKind::wait, WorkKind::waiting_word}},
      {handover_planned, {WorkKind::handover, WorkKind::handover}},
      {started, {WorkKind::wait, WorkKind::progress}},
      {paused, {WorkKind::wait, WorkKind::resume}}};
  for (const auto& [state, kinds] : wanted) {
    WorkFacts facts;
    facts.now = kNow;
    facts.referrals = {row_in(state, "referrer")};
    EXPECT_EQ(only(facts).kind, kinds.first) << id_of(state);
    facts.referrals = {row_in(state, "provider")};
    EXPECT_EQ(only(facts).kind, kinds.second) << id_of(state);
  }
}

TEST(Worklist, ReadingComesBeforeEverythingElseOfAReferral) {
  WorkFacts facts;
  facts.now = kNow;
  facts.referrals = {row_in(ReferralState::delivered, "provider")};
  facts.unread = {mail_in(facts.referrals[0], Step::refer, kNow)};
  EXPECT_EQ(only(facts).kind, WorkKind::read_referral);
  facts.referrals[0].kind = id_of(ExchangeKind::anonymous_consult);
  EXPECT_EQ(only(facts).kind, WorkKind::read_consult);
  facts.referrals[0].kind = id_of(ExchangeKind::information_request);
  EXPECT_EQ(only(facts).kind, WorkKind::read_request);
  facts.referrals = {row_in(ReferralState::accepted, "referrer")};
  facts.unread = {mail_in(facts.referrals[0], Step::accept, kNow)};
  const WorkItem item = only(facts);
  EXPECT_EQ(item.kind, WorkKind::read_message);
  ASSERT_TRUE(item.due);
  EXPECT_EQ(rfc3339(*item.due), "2026-12-02T16:00:00Z") << "two working days, at closing time";
}

TEST(Worklist, ACrisisIsKnownByItsHeaderAloneAndComesFirst) {
  WorkFacts facts;
  facts.now = kNow;
  for (const int left : {2, 30}) {
    ReferralRow row = row_in(ReferralState::delivered, "provider");
    row.respond_by = kNow + hours(left);
    facts.unread.push_back(mail_in(row, Step::refer, kNow));
    facts.referred[row.referral] = kNow;
    facts.referrals.insert(facts.referrals.begin(), row);
  }
  for (const bool opened : {false, true}) {
    if (opened) {
      facts.unread.clear();
      for (ReferralRow& row : facts.referrals) row.state = ReferralState::in_review;
    }
    const auto items = worklist(facts, office());
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(items[0].group, WorkGroup::crisis) << "opened too, until it is decided on";
    EXPECT_EQ(items[0].row->referral, facts.referrals[1].referral);
    EXPECT_EQ(items[1].group, WorkGroup::week);
  }
}

TEST(Worklist, WhatWeHaveToDoAnywayIsNotLaterForAMessage) {
  WorkFacts facts;
  facts.now = kNow;
  facts.referrals = {row_in(ReferralState::in_review, "provider")};
  facts.referrals[0].respond_by = kNow - hours(1);
  facts.unread = {mail_in(facts.referrals[0], Step::update, kNow)};
  EXPECT_EQ(only(facts).group, WorkGroup::late);
  EXPECT_EQ(only(facts).kind, WorkKind::read_message);
  facts.unread[0].stopped = {{kNow, {}}};
  EXPECT_EQ(only(facts).kind, WorkKind::decide) << "nobody can open it any more";
}

TEST(Worklist, HowAReferralEndedIsToBeRead) {
  WorkFacts facts;
  facts.now = kNow;
  facts.referrals = {row_in(ReferralState::declined, "referrer")};
  facts.unread = {mail_in(facts.referrals[0], Step::decline, kNow)};
  EXPECT_EQ(only(facts).kind, WorkKind::read_message);
  EXPECT_EQ(only(facts).group, WorkGroup::week);
}

TEST(Worklist, WhatNobodyOpenedInTimeIsNotLost) {
  WorkFacts facts;
  facts.now = kNow;
  facts.referrals = {row_in(ReferralState::expired, "referrer")};
  EXPECT_EQ(only(facts).kind, WorkKind::call_unread);
  EXPECT_EQ(only(facts).group, WorkGroup::late);
}

TEST(Worklist, ARequestForAccessIsAskedWhateverWasSaidAfterIt) {
  WorkFacts facts;
  facts.now = kNow;
  facts.referrals = {row_in(ReferralState::started, "referrer")};
  facts.referrals[0].step = id_of(Step::update);
  facts.referrals[0].respond_by = kNow + hours(24 * 60);
  facts.referrals[0].access_by = kNow + hours(3);
  EXPECT_EQ(only(facts).kind, WorkKind::access_asked);
  EXPECT_EQ(only(facts).group, WorkGroup::today);
}

TEST(Worklist, SaysWhatWaitsWhatMayHaveGoneAndWhatWasRefused) {
  WorkFacts facts;
  facts.now = kNow;
  const std::string id = crypto::random_id<MessageId>().hex();
  facts.queued = {{id, "refer", "queued", std::nullopt, std::nullopt},
                  {id, "accept", "perhaps-sent", std::nullopt, std::nullopt},
                  {id, "refer", "refused", std::nullopt, std::nullopt},
                  {id, "grant", "queued", std::nullopt, std::nullopt}};
  const auto items = worklist(facts, office());
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[0].kind, WorkKind::not_sent);
  EXPECT_EQ(items[0].group, WorkGroup::late);
  EXPECT_EQ(items[1].kind, WorkKind::queued);
  EXPECT_TRUE(items[1].message);
  EXPECT_EQ(items[2].kind, WorkKind::perhaps_sent);
  EXPECT_EQ(items[3].what, "grant");
  EXPECT_FALSE(items[3].message) << "a grant is cancelled elsewhere";
  const std::string grant = crypto::random_id<GrantId>().hex();
  facts.queued = {{grant, "withdrawal", "queued", std::nullopt, std::nullopt},
                  {grant, "grant", "queued", std::nullopt, std::nullopt}};
  const auto stopped = worklist(facts, office());
  ASSERT_EQ(stopped.size(), 1u) << "it is to be stopped as soon as it is registered";
  EXPECT_EQ(stopped[0].what, "withdrawal");
}

TEST(Worklist, GroupsByAmsterdamsDayAndSaysWhatIsLate) {
  WorkFacts facts;
  facts.now = kNow;
  const std::map<int, WorkGroup> wanted{{-1, WorkGroup::late},
                                        {5, WorkGroup::today},
                                        {24, WorkGroup::week},
                                        {24 * 8, WorkGroup::later}};
  for (const auto& [ahead, group] : wanted) {
    ReferralRow row = row_in(ReferralState::in_review, "provider");
    row.respond_by = kNow + hours(ahead);
    facts.referrals = {row};
    EXPECT_EQ(only(facts).group, group) << ahead;
  }
  facts.referrals.clear();
  facts.talks = {{"verblijf 1", TalkWith::child, std::nullopt, *parse_date("2026-11-29")}};
  EXPECT_EQ(only(facts).group, WorkGroup::late);
}

TEST(Worklist, WhoRegisteredAnExceptionIsNotAskedToConfirmIt) {
  WorkFacts facts;
  facts.now = kNow;
  ExceptionRow row{crypto::random_id<GrantId>(),
                   "jgt-leiden",
                   "vital-interest",
                   kNow,
                   kNow + hours(24),
                   std::nullopt,
                   std::nullopt};
  row.registrar = "Noor";
  facts.exceptions = {row};
  facts.viewer = "Noor";
  EXPECT_TRUE(worklist(facts, office()).empty());
  facts.viewer = "Amir";
  EXPECT_EQ(only(facts).kind, WorkKind::confirm_exception);
  facts.exceptions[0].second = "Bram";
  EXPECT_TRUE(worklist(facts, office()).empty()) << "the record names somebody else";
  facts.viewer = "Bram";
  EXPECT_EQ(only(facts).kind, WorkKind::confirm_exception);
}

// The steps of which an item asks for one; empty: it asks for none.
std::vector<Step> steps_of(WorkKind kind) {
  using enum WorkKind;
  switch (kind) {
    case decide:
      return {Step::accept, Step::decline, Step::complete};
    case first_contact:
    case waiting_word:
    case handover:
      return {Step::start, Step::update};
    case progress:
    case ask_status:
    case call_unread:
    case read_message:
      return {Step::update};
    case resume:
      return {Step::resume};
    case give_info:
      return {Step::provide_info};
    case access_asked:
      return {Step::access_answered};
    default:
      return {};
  }
}

std::optional<ExchangeKind> kind_called(const std::string& id) {
  for (const auto kind :
       {ExchangeKind::referral, ExchangeKind::anonymous_consult, ExchangeKind::information_request})
    if (id_of(kind) == id) return kind;
  return std::nullopt;
}

RC_GTEST_PROP(Worklist, EveryOpenReferralIsInItOnceWithAStepThatIsAllowed, ()) {
  WorkFacts facts;
  facts.now = kNow;
  const auto count = *rc::gen::inRange(0, 30);
  for (int i = 0; i < count; ++i) {
    const auto state = static_cast<ReferralState>(*rc::gen::inRange(1, 10));
    ReferralRow row = row_in(state, *rc::gen::arbitrary<bool>() ? "referrer" : "provider");
    if (state < ReferralState::accepted)
      row.kind = id_of(*rc::gen::element(ExchangeKind::referral, ExchangeKind::anonymous_consult,
                                         ExchangeKind::information_request));
    if (*rc::gen::arbitrary<bool>()) row.respond_by = kNow + hours(*rc::gen::inRange(-50, 500));
    row.overdue = row.respond_by && *row.respond_by <= kNow;
    if (*rc::gen::inRange(0, 4) == 0)
      facts.unread.push_back(mail_in(
          row,
          row.role == "provider" && state == ReferralState::delivered ? Step::refer : Step::update,
          kNow));
    facts.referrals.push_back(std::move(row));
  }
  const auto items = worklist(facts, office());
  RC_ASSERT(items.size() == facts.referrals.size());
  for (const ReferralRow& row : facts.referrals) {
    const auto mine = [&](const WorkItem& item) { return item.row == &row; };
    RC_ASSERT(std::ranges::count_if(items, mine) == 1);
    const WorkItem& item = *std::ranges::find_if(items, mine);
    const auto role = row.role == "referrer" ? rules::Role::referrer : rules::Role::provider;
    const auto steps = steps_of(item.kind);
    RC_ASSERT(steps.empty() || std::ranges::any_of(steps, [&](Step step) {
                return rules::after_step(row.state, role, step, *kind_called(row.kind)).has_value();
              }));
    const auto next = rules::next_actor(row.state);
    if (next == role && row.state != ReferralState::delivered)
      RC_ASSERT(item.group != WorkGroup::waiting);
  }
  RC_ASSERT(std::ranges::is_sorted(items, {}, &WorkItem::group));
}

}  // namespace
}  // namespace veerpont::gateway
