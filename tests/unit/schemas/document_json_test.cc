#include "schemas/document_json.h"

#include <gtest/gtest.h>

#include "schemas/categories.h"
#include "schemas/wire.h"

namespace veerpont {
namespace {

std::string refusal_of(std::string_view json) {
  v1::Referral document;
  auto read = read_json(json, document);
  return read ? "accepted" : read.refusal().detail;
}

TEST(DocumentJson, ReadsEitherSpellingOfAFieldAndEnumsByName) {
  v1::Referral document;
  ASSERT_TRUE(read_json(
      R"({"care_need":{"childOutcomes":["CHILD_OUTCOME_TRAUMA_PROCESSING"],"tried":"niets"},"routing":{"urgency":"URGENCY_SPOED"}})",
      document));
  EXPECT_EQ(document.care_need().child_outcomes(0), v1::CHILD_OUTCOME_TRAUMA_PROCESSING);
  EXPECT_EQ(document.routing().urgency(), v1::URGENCY_SPOED);
}

TEST(DocumentJson, NamesThePathOfWhatIsWrong) {
  EXPECT_EQ(refusal_of(R"({"careNeed":{"signals":[{"fact":"a"},{"fact":1}]}})"),
            "careNeed.signals[1].fact: must be a text");
  EXPECT_EQ(refusal_of(R"({"routing":{"theme":"THEME_NONSENSE"}})"),
            "routing.theme: no such Theme");
  EXPECT_EQ(refusal_of(R"({"routing":{"theme":3}})"),
            "routing.theme: must be one of the names of Theme");
  EXPECT_EQ(refusal_of(R"({"routing":{"secretAddress":"yes"}})"),
            "routing.secretAddress: must be true or false");
  EXPECT_EQ(refusal_of(R"({"careNeed":{"signals":{}}})"), "careNeed.signals: must be a list");
  EXPECT_EQ(refusal_of(R"({"careNeed":{},"care_need":{}})"), "careNeed: given twice");
  EXPECT_EQ(refusal_of(R"({"identity":{"givenNames":"a"},"identity":{"givenNames":"b"}})"),
            "document: a field is given twice in one object");
  EXPECT_EQ(
      refusal_of(
          R"({"update":{"outcomes":[{"child":"CHILD_OUTCOME_TRAUMA_PROCESSING","parent":"PARENT_OUTCOME_PARENTING_SKILLS"}]}})"),
      "update.outcomes[0].parent: only one of these may be given");
}

TEST(DocumentJson, RefusesWhatProtobufForgives) {
  for (const char* text :
       {R"({"routing":{"urgency":"URGENCY_SPOED",}})", R"({"routing":{}} x)", R"({'routing':{}})",
        "", "[]", "null", "{", R"({"routing":null})", R"({"grantRecord":{"ageAtSigning":"12"}})",
        R"({"grantRecord":{"ageAtSigning":-1}})", R"({"grantRecord":{"ageAtSigning":1.5}})"})
    EXPECT_NE(refusal_of(text), "accepted") << text;
}

TEST(DocumentJson, NeverEchoesContent) {
  for (const char* text : {R"({"geheim adres":"x"})", R"({"routing":{"theme":"geheim adres"}})",
                           R"({"identity":{"givenNames":geheim adres}})",
                           R"({"identity":{"birthDate":["geheim adres"]}})"})
    EXPECT_EQ(refusal_of(text).find("geheim"), std::string::npos) << text;
}

TEST(Categories, SplitAndMergeAreEachOthersInverse) {
  v1::Referral document;
  document.mutable_care_need()->set_tried("gesprek");
  document.mutable_routing()->set_secret_address(true);
  document.mutable_safety()->set_conclusion("veilig genoeg");
  const auto sections = split(document);
  ASSERT_EQ(sections.size(), 3u);
  EXPECT_EQ(sections[0].category, Category::routing);
  EXPECT_EQ(sections[1].category, Category::care_need);
  EXPECT_EQ(sections[0].bytes.find("gesprek"), std::string::npos);
  EXPECT_EQ(wire::serialise(*merge(sections)), wire::serialise(document));
}

TEST(Categories, ASectionWithAFieldOfAnotherCategoryIsRefused) {
  v1::Referral document;
  document.mutable_safety()->set_conclusion("x");
  document.mutable_health()->set_needed("y");
  auto sections = split(document);
  sections[0].category = Category::school;
  EXPECT_EQ(merge(sections).refusal().detail, "school");
  EXPECT_FALSE(merge({{Category::safety, wire::serialise(document)}}));
  EXPECT_FALSE(merge({{Category::safety, ""}}));
  sections = split(document);
  EXPECT_FALSE(merge({sections[0], sections[0]}));
}

TEST(Categories, SensitiveOnesAskToConsultTheSenderUnlessTheWriterSaidOtherwise) {
  v1::Referral document;
  document.mutable_child_voice();
  document.mutable_safety()->mutable_release_risk()->set_advice(v1::ReleaseRisk::ADVICE_NONE);
  document.mutable_school();
  apply_default_release_risk(document);
  EXPECT_EQ(document.child_voice().release_risk().advice(), v1::ReleaseRisk::ADVICE_CONSULT_SENDER);
  EXPECT_EQ(document.safety().release_risk().advice(), v1::ReleaseRisk::ADVICE_NONE);
  EXPECT_FALSE(document.school().has_release_risk());
}

}  // namespace
}  // namespace veerpont
