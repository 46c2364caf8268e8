// A draft that a program began: what it becomes is the file that the pages' own test reads
// (gateway/web/tests/written.mjs).
#include "gateway/worklist/prefill.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/private_file.h"

namespace veerpont::gateway {
namespace {

TEST(Prefill, IsADraftOfThePagesFormWithoutWhatOnlyPeopleWrite) {
  v1::PrefillRequest known;
  known.set_external_id("DB-2026-0201");
  known.set_birth_date("2013-03-14");
  known.set_municipality("Leiden");
  known.mutable_referral()->mutable_identity()->set_given_names("Voorbeeldje");
  known.mutable_referral()->mutable_care_need()->set_tried("gesprekken");
  known.mutable_referral()->mutable_safety()->set_conclusion("veilig genoeg");
  const auto made = prefilled(known);
  ASSERT_TRUE(made);
  const auto file = read_file(VECTORS "/prefilled-draft.json", 64u << 10);
  ASSERT_TRUE(file);
  EXPECT_EQ(boost::json::parse(*made), boost::json::parse(*file)) << *made;
  const auto refused = [](auto change) {
    v1::PrefillRequest asked;
    change(*asked.mutable_referral());
    const auto answer = prefilled(asked);
    return !answer && answer.refusal().code == RefusalCode::invalid_input;
  };
  EXPECT_TRUE(refused([](auto& referral) { referral.mutable_grant_record(); }));
  EXPECT_TRUE(refused([](auto& referral) { referral.mutable_child_voice(); }));
  EXPECT_TRUE(refused([](auto& referral) { referral.mutable_update(); }));
}

}  // namespace
}  // namespace veerpont::gateway
