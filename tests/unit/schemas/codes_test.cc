#include "schemas/codes.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "base/refusal.h"
#include "veerpont/v1/codes.pb.h"
#include "veerpont/v1/documents.pb.h"
#include "veerpont/v1/labels.pb.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

// CATEGORY_CARE_NEED is "care-need".
std::string expected_id(const google::protobuf::EnumValueDescriptor* value) {
  const std::string zero = value->type()->FindValueByNumber(0)->name();
  std::string id = value->name().substr(zero.size() - std::string("UNSPECIFIED").size());
  for (char& c : id) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return id;
}

TEST(Codes, MirrorsEverySchemaValueByNameAndNumber) {
  int compared = 0;
  for (int number = 1; number <= kCategoryCount; ++number, ++compared) {
    const auto* value = v1::Category_descriptor()->FindValueByNumber(number);
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(id_of(static_cast<Category>(number)), expected_id(value));
    EXPECT_EQ(category_from_id(expected_id(value)), static_cast<Category>(number));
  }
  EXPECT_EQ(v1::Category_descriptor()->value_count(), kCategoryCount + 1);
  EXPECT_EQ(v1::ReferralState_descriptor()->value_count(), kReferralStateCount + 1);
  EXPECT_EQ(compared, 13);
  EXPECT_EQ(static_cast<int>(Category::update), v1::CATEGORY_UPDATE);
  EXPECT_EQ(kStepCount, v1::STEP_ACCESS_ANSWERED);
  EXPECT_EQ(static_cast<int>(ReferralState::expired), v1::REFERRAL_STATE_EXPIRED);
  EXPECT_EQ(static_cast<int>(Ground::statutory), v1::GROUND_STATUTORY);
  EXPECT_EQ(static_cast<int>(Ground::not_personal), v1::GROUND_NOT_PERSONAL);
  EXPECT_EQ(static_cast<int>(ExchangeKind::information_request),
            v1::EXCHANGE_KIND_INFORMATION_REQUEST);
  EXPECT_EQ(id_of(ConsentGap::birth_date), "birth-date");
  EXPECT_EQ(id_of(ConsentGap::authority_type), "authority-type");
  EXPECT_EQ(static_cast<int>(ConsentGap::birth_date_to_come) + 1,
            v1::ConsentGap_descriptor()->value_count());
  EXPECT_EQ(static_cast<int>(LeakKind::sibling) + 1, v1::LeakKind_descriptor()->value_count());
  EXPECT_EQ(id_of(LeakKind::school_name), "school-name");
  EXPECT_EQ(static_cast<int>(RoutingBasis::mother_at_birth) + 1,
            v1::RoutingBasis_descriptor()->value_count());
  EXPECT_EQ(static_cast<int>(DueReason::end_of_sharing) + 1,
            v1::DueReason_descriptor()->value_count());
  EXPECT_EQ(static_cast<int>(TalkWith::child) + 1, v1::TalkWith_descriptor()->value_count());
  EXPECT_EQ(static_cast<int>(ActorRole::system) + 1, v1::ActorRole_descriptor()->value_count());
  EXPECT_EQ(static_cast<int>(SampleReason::outside_own_work) + 1,
            v1::SampleReason_descriptor()->value_count());
  EXPECT_EQ(static_cast<int>(AccessKind::changed) + 1, v1::AccessKind_descriptor()->value_count());
  EXPECT_EQ(id_of(AccessKind::read_again), "read-again");
  EXPECT_EQ(id_of(ActorRole::privacy_officer), "privacy-officer");
  EXPECT_EQ(id_of(DueReason::end_of_term), "end-of-term");
  EXPECT_EQ(id_of(ConsentRoute::conflict_of_duties), "conflict-of-duties");
  EXPECT_EQ(static_cast<int>(OrgKind::oversight), v1::ORG_KIND_OVERSIGHT);
  EXPECT_FALSE(category_from_id("unspecified"));
  EXPECT_FALSE(category_from_id("nonsense"));
}

TEST(Codes, EveryRefusalOfTheSchemaHasIdSentenceAndExitCode) {
  const auto* codes = v1::RefusalCode_descriptor();
  std::set<std::string_view> ids;
  for (int i = 0; i < codes->value_count(); ++i) {
    if (codes->value(i)->number() == 0) continue;
    const auto code = refusal_from_number(codes->value(i)->number());
    ASSERT_TRUE(code) << codes->value(i)->name();
    EXPECT_EQ(id_of(*code), expected_id(codes->value(i)));
    EXPECT_TRUE(ids.insert(id_of(*code)).second);
    EXPECT_TRUE(sentence_of(*code).ends_with('.'));
    EXPECT_GE(exit_code_of(*code), 1);
    EXPECT_LE(exit_code_of(*code), 5);
  }
  EXPECT_EQ(ids.size(), 53u);
  EXPECT_FALSE(refusal_from_number(0));
  EXPECT_FALSE(refusal_from_number(999));
}

void expect_labels(const google::protobuf::Descriptor* type, int& fields) {
  for (int i = 0; i < type->field_count(); ++i, ++fields) {
    const auto& options = type->field(i)->options();
    EXPECT_FALSE(options.GetExtension(v1::nl).empty()) << type->field(i)->full_name();
    EXPECT_FALSE(options.GetExtension(v1::en).empty()) << type->field(i)->full_name();
    if (type->field(i)->message_type() != nullptr)
      expect_labels(type->field(i)->message_type(), fields);
  }
}

TEST(Schema, EveryFieldOfADocumentHasADutchAndAnEnglishLabel) {
  int fields = 0;
  expect_labels(v1::Referral::descriptor(), fields);
  EXPECT_GT(fields, 100);
}

TEST(Schema, EveryTopLevelFieldOfAReferralHasItsOwnCategory) {
  CategorySet seen;
  for (int i = 0; i < v1::Referral::descriptor()->field_count(); ++i)
    seen.add(static_cast<Category>(
        v1::Referral::descriptor()->field(i)->options().GetExtension(v1::category)));
  EXPECT_EQ(seen, CategorySet::all());
  EXPECT_EQ(seen.list().size(),
            static_cast<std::size_t>(v1::Referral::descriptor()->field_count()));
}

TEST(Codes, SpeakDutchAndFhir) {
  EXPECT_EQ(label_of(ReferralState::delivered), "Aangekomen, nog niet gelezen");
  EXPECT_EQ(label_of(Category::care_need), "hulpvraag");
  EXPECT_EQ(fhir_task_status(ReferralState::waitlisted), "on-hold");
  EXPECT_EQ(fhir_task_status(ReferralState::expired), "failed");
  EXPECT_EQ(fhir_task_status(ReferralState::sent), "requested");
}

}  // namespace
}  // namespace veerpont
