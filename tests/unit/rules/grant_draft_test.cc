#include "rules/grant_draft.h"

#include <gtest/gtest.h>

#include "schemas/document_json.h"
#include "tests/fakes/draft.h"

namespace veerpont {
namespace {

// "pointer id" of each finding, in order.
using Lines = std::vector<std::string>;

class GrantDraft : public testing::Test {
 protected:
  DraftContext context{OrgKind::shelter, OrgKind::youth_team, *parse_date("2026-11-24")};

  static v1::GrantDraft read(const std::string& json) {
    v1::GrantDraft draft;
    const auto done = read_json(json, draft);
    EXPECT_TRUE(done) << describe(done.refusal());
    return draft;
  }
  // A child of 13 and one holder, both agree.
  v1::GrantDraft usual() const {
    return read(fakes::consent_draft("jgt-leiden", "routing,care-need", "2026-11-24"));
  }
  Lines findings(const v1::GrantDraft& draft) const {
    Lines lines;
    for (const Finding& f : judge(draft, context).findings) {
      lines.push_back(f.pointer + " " + f.id);
      EXPECT_TRUE(f.dutch.ends_with('.') && f.english.ends_with('.')) << f.id;
    }
    return lines;
  }
};

TEST_F(GrantDraft, IsFilledInFromTheBirthDateWhichStays) {
  const auto judged = judge(usual(), context);
  EXPECT_TRUE(judged.allowed());
  EXPECT_EQ(judged.draft.record().age_at_signing(), 14u);
  EXPECT_EQ(judged.draft.record().signed_on(), "2026-11-24");
  EXPECT_EQ(judged.draft.record().authority_check_due(), "2026-12-01") << "five working days";
  EXPECT_EQ(judged.draft.expires(), "2027-05-01");
  EXPECT_EQ(judged.draft.kind(), v1::EXCHANGE_KIND_REFERRAL);
  EXPECT_EQ(judged.draft.record().SerializeAsString().find("2012"), std::string::npos)
      << "no birth date in the record";
}

TEST_F(GrantDraft, NamesEverythingThatIsMissingWithItsPlace) {
  v1::GrantDraft draft = usual();
  draft.mutable_record()->set_authority_type(v1::AUTHORITY_TYPE_JOINT);
  draft.mutable_record()->mutable_answers(0)->set_method(v1::GrantRecord::METHOD_UNSPECIFIED);
  draft.mutable_record()->mutable_answers(1)->set_date("2026-11-25");
  auto* father = draft.mutable_record()->add_answers();
  father->set_role(v1::GrantRecord::ROLE_PARENT);
  father->set_answer(v1::GrantRecord::ANSWER_UNSAFE_TO_ASK);
  EXPECT_EQ(findings(draft),
            (Lines{"/record/answers/0/method method", "/record/answers/1/date date",
                   "/record/answers/2/reason reason", "/record/answers/2 holder-unsafe-to-ask"}));
  EXPECT_EQ(judge(draft, context).routes.size(), 4u);
  draft.mutable_record()->mutable_answers(2)->set_answer(v1::GrantRecord::ANSWER_UNREACHABLE);
  EXPECT_EQ(findings(draft).at(2), "/record/answers/2/attempts attempts");
  draft.mutable_record()->clear_authority_type();
  EXPECT_EQ(findings(draft).back(), "/record/authorityType authority-type");
}

TEST_F(GrantDraft, AsksWhoeverHoldsSuchAuthority) {
  using Record = v1::GrantRecord;
  const auto with = [&](v1::AuthorityType authority, std::initializer_list<Record::Role> roles) {
    v1::GrantDraft draft = usual();
    Record& record = *draft.mutable_record();
    record.set_authority_type(authority);
    Record::PersonAnswer agrees;
    for (const auto& one : record.answers())
      if (one.role() != Record::ROLE_CHILD) agrees = one;
    for (int i = record.answers_size(); i-- > 0;)
      if (record.answers(i).role() != Record::ROLE_CHILD)
        record.mutable_answers()->DeleteSubrange(i, 1);
    for (const Record::Role role : roles) {
      agrees.set_role(role);
      *record.add_answers() = agrees;
    }
    return judge(draft, context).allowed();
  };
  EXPECT_TRUE(with(v1::AUTHORITY_TYPE_SINGLE, {Record::ROLE_PARENT}));
  EXPECT_FALSE(with(v1::AUTHORITY_TYPE_SINGLE, {Record::ROLE_GUARDIAN}));
  EXPECT_TRUE(with(v1::AUTHORITY_TYPE_GUARDIAN, {Record::ROLE_GUARDIAN}));
  EXPECT_FALSE(with(v1::AUTHORITY_TYPE_GUARDIAN, {Record::ROLE_PARENT}));
  EXPECT_TRUE(with(v1::AUTHORITY_TYPE_JOINT, {Record::ROLE_PARENT, Record::ROLE_PARENT}));
  EXPECT_FALSE(with(v1::AUTHORITY_TYPE_JOINT, {Record::ROLE_PARENT, Record::ROLE_OTHER_HOLDER}));
  EXPECT_TRUE(
      with(v1::AUTHORITY_TYPE_JOINT_NONPARENT, {Record::ROLE_PARENT, Record::ROLE_OTHER_HOLDER}));
  EXPECT_FALSE(with(v1::AUTHORITY_TYPE_JOINT_NONPARENT,
                    {Record::ROLE_OTHER_HOLDER, Record::ROLE_OTHER_HOLDER}));
}

TEST_F(GrantDraft, TwoProfessionalsAreTwoPeopleAndABlankSaysNothing) {
  v1::GrantDraft draft = usual();
  draft.set_ground(v1::GROUND_VITAL_INTEREST);
  draft.mutable_outbound()->Clear();
  draft.add_outbound(v1::CATEGORY_SAFETY);
  auto& record = *draft.mutable_record();
  record.mutable_exception()->set_reason("direct gevaar");
  for (const char* second : {"Jan", " jan ", "J an", " ", ""}) {
    record.clear_professionals();
    record.add_professionals("Jan");
    record.add_professionals(second);
    EXPECT_EQ(findings(draft), Lines{"/record/professionals second-professional"}) << second;
  }
  record.set_professionals(1, "Piet");
  EXPECT_EQ(findings(draft), Lines{});
  record.mutable_exception()->set_reason(" ");
  EXPECT_EQ(findings(draft), Lines{"/record/exception/reason reason"});
}

TEST_F(GrantDraft, AnIncapableYouthsAuthorityIsLookedUpTooAndNobodyAnswersBeforeABirth) {
  v1::GrantDraft draft = usual();
  draft.set_birth_date("2009-03-01");
  draft.mutable_record()->set_capacity(v1::GrantRecord::CAPACITY_INCAPABLE);
  draft.mutable_record()->set_capacity_note("vastgesteld door de arts");
  EXPECT_EQ(judge(draft, context).draft.record().authority_check_due(), "2026-12-01");
  draft = usual();
  draft.mutable_record()->mutable_answers(0)->set_date("1990-01-01");
  EXPECT_EQ(findings(draft), Lines{"/record/answers/0/date date"});
}

TEST_F(GrantDraft, NeedsABirthDateAndAgreesWithIt) {
  v1::GrantDraft draft = usual();
  draft.clear_birth_date();
  EXPECT_EQ(findings(draft), Lines{"/birthDate birth-date"});
  draft = usual();
  draft.mutable_record()->set_age_at_signing(12);
  EXPECT_EQ(findings(draft), Lines{"/record/ageAtSigning age-differs"});
  draft = usual();
  draft.mutable_record()->set_signed_on("2026-11-25");
  EXPECT_EQ(findings(draft), Lines{"/record/signedOn date"}) << "tomorrow";
}

TEST_F(GrantDraft, EndsBeforeTheRulesChange) {
  v1::GrantDraft draft = usual();
  draft.set_expires("2027-06-01");
  EXPECT_EQ(findings(draft), Lines{"/expires ends-too-late"});
  draft.set_expires("2026-11-01");
  EXPECT_EQ(findings(draft), Lines{"/expires ends-before-it-begins"});
  draft.clear_expires();
  draft.set_birth_date("2011-02-20");
  EXPECT_EQ(judge(draft, context).draft.expires(), "2027-02-01") << "16 in February";
  draft.set_not_before("2027-02-01");
  EXPECT_EQ(findings(draft), Lines{"/notBefore ends-before-it-begins"});
}

TEST_F(GrantDraft, InTheMonthOfThe12thBirthdayAsksTheChildToo) {
  v1::GrantDraft draft = usual();
  draft.set_birth_date("2014-11-28");
  draft.mutable_record()->mutable_answers(0)->set_answer(v1::GrantRecord::ANSWER_UNSPECIFIED);
  EXPECT_EQ(findings(draft), Lines{"/record/answers/0 child-not-asked"});
  draft = usual();
  draft.set_birth_date("2014-11-28");
  EXPECT_EQ(judge(draft, context).draft.record().age_at_signing(), 11u);
  EXPECT_EQ(judge(draft, context).draft.record().turning_age(), 12u);
  EXPECT_EQ(judge(draft, context).draft.expires(), "2027-05-01");
}

TEST_F(GrantDraft, AYoungChildIsHeardWhenItAnsweredAndNotWhenItIsOnlyNamed) {
  v1::GrantDraft draft = usual();
  draft.set_birth_date("2017-03-01");
  EXPECT_EQ(findings(draft), Lines{});
  draft.mutable_record()->mutable_answers(0)->set_answer(v1::GrantRecord::ANSWER_UNREACHABLE);
  draft.mutable_record()->mutable_answers(0)->add_attempts("twee keer gebeld");
  EXPECT_EQ(findings(draft), Lines{"/record/childHeard child-not-heard"});
  draft.mutable_record()->set_child_not_heard_reason("het sliep");
  EXPECT_EQ(findings(draft), Lines{});
}

TEST_F(GrantDraft, OfTwoAnswersOfTheChildARefusalCounts) {
  for (const int refusal : {0, 2}) {
    v1::GrantDraft draft = usual();
    *draft.mutable_record()->add_answers() = draft.record().answers(0);
    draft.mutable_record()->mutable_answers(refusal)->set_answer(v1::GrantRecord::ANSWER_REFUSES);
    EXPECT_EQ(findings(draft),
              Lines{"/record/answers/" + std::to_string(refusal) + " child-refuses"});
  }
}

TEST_F(GrantDraft, LetsAPersistingChildSendOnlyWhatItChose) {
  v1::GrantDraft draft = usual();
  auto& record = *draft.mutable_record();
  record.mutable_answers(1)->set_answer(v1::GrantRecord::ANSWER_REFUSES);
  record.set_capacity_note("begrijpt wat dit betekent");
  record.add_professionals("kindbegeleider");
  record.add_professionals("gedragswetenschapper");
  record.add_child_chose(v1::CATEGORY_ROUTING);
  EXPECT_EQ(findings(draft), Lines{"/record/childChose outside-childs-choice"});
  record.add_child_chose(v1::CATEGORY_CARE_NEED);
  EXPECT_EQ(findings(draft), Lines{});
}

TEST_F(GrantDraft, OnAnotherGroundBringsWhatThatGroundNeeds) {
  v1::GrantDraft draft = read(
      R"({"recipient":"jgt-leiden","ground":"conflict-of-duties","purpose":"protect",
    "outbound":["safety"],"record":{"recorder":"kindbegeleider"}})");
  EXPECT_EQ(
      findings(draft),
      (Lines{"/record/professionals second-professional", "/record/exception/reason reason",
             "/record/exception/seriousHarm serious-harm", "/record/exception/tried what-was-tried",
             "/record/exception/consulted colleague-consulted"}));
  draft.set_ground(v1::GROUND_VITAL_INTEREST);
  draft.mutable_record()->mutable_exception()->set_reason("direct gevaar");
  draft.mutable_record()->add_professionals("a");
  draft.mutable_record()->add_professionals("b");
  EXPECT_EQ(findings(draft), Lines{});
  EXPECT_EQ(judge(draft, context).draft.expires(), "2026-12-25") << "the 31st day";
  draft.set_expires("2026-12-08");
  EXPECT_EQ(findings(draft), Lines{}) << "the 14th day";
  draft.set_expires("2026-12-07");
  EXPECT_EQ(findings(draft), Lines{"/expires ends-too-soon"});
  draft.set_expires("2026-12-26");
  EXPECT_EQ(findings(draft), Lines{"/expires ends-too-late"});
  draft.clear_expires();
  draft.add_outbound(v1::CATEGORY_SCHOOL);
  EXPECT_EQ(findings(draft), Lines{"/outbound/1 category"});
  draft = read(
      R"({"recipient":"jgt-leiden","ground":"ots-information","purpose":"protect","outbound":["safety"],"record":{}})");
  EXPECT_EQ(findings(draft),
            (Lines{"/recipient recipient-kind", "/record/groundNote order-or-request"}));
  context.recipient = OrgKind::certified_agency;
  draft.mutable_record()->set_ground_note("beschikking van 3 november");
  EXPECT_EQ(findings(draft), Lines{});
  draft.set_ground(v1::GROUND_DIRECTLY_INVOLVED);
  EXPECT_EQ(findings(draft), Lines{"/ground not-a-first-referral"});
  context.linked = true;
  EXPECT_EQ(findings(draft), Lines{});
}

TEST_F(GrantDraft, AnAnonymousConsultHasItsOwnGround) {
  v1::GrantDraft draft = read(
      R"({"recipient":"jgt-leiden","ground":"not-personal","purpose":"consult","kind":"anonymous-consult",
    "outbound":["routing","care-need"],"record":{}})");
  EXPECT_EQ(findings(draft), Lines{});
  draft.add_outbound(v1::CATEGORY_IDENTITY);
  EXPECT_EQ(findings(draft), Lines{"/outbound/2 category"});
  draft.mutable_outbound()->RemoveLast();
  draft.set_ground(v1::GROUND_CONSENT);
  EXPECT_EQ(findings(draft).front(), "/birthDate birth-date");
  EXPECT_EQ(findings(draft).back(), "/kind kind-and-ground");
}

TEST_F(GrantDraft, IsJudgedAgainAtTheRecipientWhoOnlyWarns) {
  const auto record = judge(usual(), context).draft.record();
  rules::GrantScope scope{*OrgId::parse("de-binnenvest"),
                          *OrgId::parse("jgt-leiden"),
                          Ground::consent,
                          {Category::routing},
                          {},
                          {},
                          {}};
  EXPECT_TRUE(judge_received(record, scope, {}).empty());
  v1::GrantRecord forged = record;
  forged.mutable_answers(1)->set_answer(v1::GrantRecord::ANSWER_REFUSES);
  const auto warnings = judge_received(forged, scope, {});
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_EQ(warnings[0].pointer + warnings[0].id, "/grantRecord/capacityNotecapacity-note");
  EXPECT_FALSE(warnings[0].blocks || warnings[1].blocks);
  EXPECT_EQ(judge_received(record, scope, {.statement_suffices = false}).at(0).id,
            "authority-not-in-register")
      << "a stricter recipient";
}

}  // namespace
}  // namespace veerpont
