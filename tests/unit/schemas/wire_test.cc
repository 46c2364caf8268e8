#include "schemas/wire.h"

#include <gtest/gtest.h>

#include "veerpont/v1/documents.pb.h"
#include "veerpont/v1/envelope.pb.h"

namespace veerpont {
namespace {

TEST(StrictParsing, TakesExactlyTheCanonicalBytes) {
  v1::Referral document;
  document.mutable_routing()->set_urgency(v1::URGENCY_CRISIS);
  const std::string bytes = wire::serialise(document);
  EXPECT_TRUE(wire::parse<v1::Referral>(bytes));
  EXPECT_EQ(wire::parse<v1::Referral>(bytes, bytes.size() - 1).refusal().code,
            RefusalCode::too_large);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    EXPECT_FALSE(wire::parse<v1::Referral>(bytes.substr(0, cut))) << cut;
}

TEST(StrictParsing, RefusesUnknownFieldsAtAnyDepth) {
  EXPECT_FALSE(wire::parse<v1::Referral>(std::string("\xf8\x07\x01", 3)));  // field 127 at the top
  EXPECT_FALSE(
      wire::parse<v1::Referral>(std::string("\x12\x03\xf8\x07\x01", 5)));  // inside routing
  EXPECT_FALSE(wire::parse<v1::Referral>(
      std::string("\x2a\x05\x0a\x03\xf8\x07\x01", 7)));  // inside careNeed.signals[0]
}

TEST(StrictParsing, RefusesUndefinedEnumValues) {
  EXPECT_TRUE(
      wire::parse<v1::Referral>(std::string("\x12\x02\x20\x03", 4)));  // routing.urgency = 3
  EXPECT_FALSE(
      wire::parse<v1::Referral>(std::string("\x12\x02\x20\x63", 4)));  // routing.urgency = 99
  EXPECT_FALSE(wire::parse<v1::Referral>(
      std::string("\x2a\x03\x12\x01\x63", 5)));  // careNeed.childOutcomes[0] = 99
}

TEST(StrictParsing, RefusesRepeatedSingularFieldsAndOverlongVarints) {
  EXPECT_FALSE(wire::parse<v1::Referral>(
      std::string("\x12\x02\x20\x03\x12\x02\x20\x03", 8)));  // routing twice
  EXPECT_FALSE(
      wire::parse<v1::Referral>(std::string("\x12\x03\x20\x83\x00", 5)));  // 3 in two bytes
  EXPECT_FALSE(wire::parse<v1::Header>(std::string("\x08\x00", 2)));       // a default written out
  EXPECT_FALSE(
      wire::parse<v1::Header>(std::string("\x22\x01x\x08\x01", 5)));  // fields out of order
}

}  // namespace
}  // namespace veerpont
