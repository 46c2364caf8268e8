#include "schemas/document_json.h"

#include <gtest/gtest.h>

#include "schemas/categories.h"
#include "schemas/starting_document.h"
#include "schemas/wire.h"

namespace veerpont {
namespace {

std::string refusal_of(std::string_view json) {
  v1::Referral document;
  auto read = read_json(json, document);
  return read ? "accepted" : read.refusal().detail;
}

TEST(DocumentJson, ReadsFieldsInCamelCaseAndCodesByTheirShortId) {
  v1::Referral document;
  ASSERT_TRUE(read_json(
      R"({"careNeed":{"childOutcomes":["trauma-processing"],"tried":"niets"},"routing":{"urgency":"spoed"}})",
      document));
  EXPECT_EQ(document.care_need().child_outcomes(0), v1::CHILD_OUTCOME_TRAUMA_PROCESSING);
  EXPECT_EQ(document.routing().urgency(), v1::URGENCY_SPOED);
  for (const char* other : {R"({"care_need":{}})", R"({"routing":{"urgency":"URGENCY_SPOED"}})",
                            R"({"routing":{"urgency":2}})"})
    EXPECT_NE(refusal_of(other), "accepted") << other;
}

TEST(DocumentJson, NamesThePathAndThePlaceOfWhatIsWrong) {
  EXPECT_EQ(
      refusal_of("{\"careNeed\": {\n  \"signals\": [{\"fact\": \"a\"},\n    {\"fact\": 1}]}}"),
      "careNeed.signals[1].fact: must be a text, and is a number (line 3, column 14)");
  EXPECT_EQ(
      refusal_of(R"({"routing":{"urgency":"nonsense"}})"),
      "routing.urgency: no such Urgency; one of: crisis, spoed, regulier (line 1, column 23)");
  EXPECT_EQ(refusal_of(R"({"routing":{"urgency":3}})"),
            "routing.urgency: must be one of: crisis, spoed, regulier, and is a number (line 1, "
            "column 23)");
  EXPECT_EQ(refusal_of(R"({"routing":{"secretAddress":"yes"}})"),
            "routing.secretAddress: must be true or false, and is a text (line 1, column 29)");
  EXPECT_EQ(refusal_of(R"({"careNeed":{"signals":{}}})"),
            "careNeed.signals: must be a list, and is an object (line 1, column 24)");
  EXPECT_EQ(refusal_of(R"({"routing":null})"),
            "routing: must be an object, and is null; leave it out (line 1, column 12)");
  EXPECT_EQ(refusal_of(R"({"identity":{"givenNames":"é"},"identity":{}})"),
            "identity: given twice (line 1, column 32)")
      << "columns count characters";
  EXPECT_EQ(refusal_of(R"({"routing":{},"careneed":{}})"),
            "document: unknown field, number 2 of Referral (line 1, column 15)");
  EXPECT_EQ(refusal_of("{\"routing\":{\n\"urgency\" \"spoed\"}}"),
            "routing: is not valid JSON (line 2, column 11)");
  EXPECT_EQ(
      refusal_of(
          R"({"update":{"outcomes":[{"child":"trauma-processing","parent":"parenting-skills"}]}})"),
      "update.outcomes[0].parent: only one of these may be given (line 1, column 53)");
}

TEST(DocumentJson, NamesAnotherEncodingAsWhatItIs) {
  EXPECT_EQ(refusal_of("\xef\xbb\xbf{}"),
            "document: begins with a byte-order mark; save it as UTF-8 without one (line 1, column "
            "1)");
  EXPECT_EQ(refusal_of(std::string_view("{\0\"\0", 4)),
            "document: is UTF-16; save it as UTF-8 (line 1, column 1)");
  EXPECT_EQ(refusal_of("\xff\xfe{"), "document: is UTF-16; save it as UTF-8 (line 1, column 1)");
  EXPECT_EQ(refusal_of("{\"careNeed\":\n{\"tried\":\"caf\xe9\"}}"),
            "document: is not UTF-8, perhaps Windows-1252; save it as UTF-8 (line 2, column 14)");
}

TEST(DocumentJson, SkipsHintsAndDemandsWhatIsRequired) {
  v1::Referral document;
  ASSERT_TRUE(read_json(
      R"({"$hint":"x","routing":{"$hint urgency":["a",{"b":[1.5e3,null]}],"secretAddress":true}})",
      document));
  EXPECT_TRUE(document.routing().secret_address());
  v1::GrantDraft draft;
  EXPECT_EQ(read_json("{\"recipient\":\"jgt-leiden\"\n}", draft).refusal().detail,
            "ground: is missing (line 2, column 2)");
  v1::GrantDraft other;
  EXPECT_EQ(read_json(R"({"recipient":"JGT Leiden"})", other).refusal().detail,
            "recipient: must look like [a-z0-9-]{2,40} (line 1, column 14)");
}

TEST(DocumentJson, AStartingDocumentIsReadAsNothing) {
  for (const Language language : {Language::dutch, Language::english}) {
    v1::Referral referral;
    const std::string text = starting_document(v1::Referral::descriptor(), language);
    const Status read = read_json(text, referral);
    EXPECT_TRUE(read) << describe(read.refusal());
    EXPECT_EQ(referral.ByteSizeLong(), 0u);
    EXPECT_NE(text.find("$hint urgency"), text.npos);
    EXPECT_NE(text.find("crisis, spoed, regulier"), text.npos);
  }
}

TEST(DocumentJson, EscapesAreReadAndWrittenBack) {
  v1::Referral document;
  ASSERT_TRUE(read_json(R"({"careNeed":{"tried":"a\"b\\c\/d\n\u00e9\ud83d\ude00"}})", document));
  EXPECT_EQ(document.care_need().tried(), "a\"b\\c/d\né😀");
  v1::Referral again;
  ASSERT_TRUE(read_json(write_json(document), again));
  EXPECT_EQ(wire::serialise(again), wire::serialise(document));
  for (const char* broken : {R"("\ud83d")", R"("\ude00")", R"("\x41")", R"("\u12g4")", "\"a\nb\""})
    EXPECT_NE(refusal_of(std::string(R"({"careNeed":{"tried":)") + broken + "}}"), "accepted")
        << broken;
}

TEST(DocumentJson, RefusesWhatProtobufForgives) {
  for (const char* text :
       {R"({"routing":{"urgency":"spoed",}})", R"({"routing":{}} x)", R"({'routing':{}})", "", "[]",
        "null", "{", R"({"routing":null})", R"({"grantRecord":{"ageAtSigning":"12"}})",
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
