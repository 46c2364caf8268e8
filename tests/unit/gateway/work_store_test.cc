#include "gateway/worklist/work_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "crypto/random.h"

namespace veerpont::gateway {
namespace {

class Work : public testing::Test {
 protected:
  std::string path = testing::TempDir() + "work-" + std::to_string(::getpid()) + ".db";
  crypto::Key32 key = crypto::random_key();
  Time now = *parse_rfc3339("2026-11-30T09:00:00Z");
  Work() { remove(); }
  ~Work() override { remove(); }
  void remove() const {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  }
};

TEST_F(Work, ANumberIsShortOfItsReferralAloneAndStays) {
  std::set<std::string> numbers;
  const auto referral = crypto::random_id<ReferralId>();
  std::string first;
  {
    WorkStore store(path, key);
    first = store.number_of(referral);
    for (int i = 0; i < 500; ++i) {
      const std::string number = store.number_of(crypto::random_id<ReferralId>());
      EXPECT_TRUE(std::regex_match(number, std::regex("V-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{2}")))
          << number;
      EXPECT_TRUE(numbers.insert(number).second) << number;
    }
  }
  WorkStore again(path, key);
  EXPECT_EQ(again.number_of(referral), first);
  EXPECT_EQ(again.referral_of(first), referral);
  EXPECT_FALSE(again.referral_of("V-2222-22"));
}

TEST_F(Work, OnlyOneHasAReferralInHandUnlessSomebodyTakesItOver) {
  WorkStore store(path, key);
  const auto referral = crypto::random_id<ReferralId>();
  EXPECT_TRUE(store.assign(referral, "noor", false, now));
  EXPECT_TRUE(store.assign(referral, "noor", false, now)) << "again is nothing new";
  EXPECT_EQ(store.assign(referral, "amir", false, now).refusal().code, RefusalCode::taken);
  EXPECT_EQ(store.assignment(referral)->login, "noor");
  EXPECT_TRUE(store.assign(referral, "amir", true, now));
  EXPECT_EQ(store.assignment(referral)->login, "amir");
  store.release(referral, "noor");
  EXPECT_TRUE(store.assignment(referral)) << "it is not hers any more";
  store.release(referral, "amir");
  EXPECT_FALSE(store.assignment(referral));
}

TEST_F(Work, ADraftIsItsWritersAndALateSaveIsToldSo) {
  WorkStore store(path, key);
  const auto begun = store.begin_draft("noor", R"({"a":1})", now);
  ASSERT_TRUE(begun);
  EXPECT_EQ(store.draft("amir", begun->id).refusal().code, RefusalCode::not_found);
  EXPECT_EQ(store.save_draft("amir", begun->id, 1, "x", now).refusal().code,
            RefusalCode::not_found);
  EXPECT_EQ(store.remove_draft("amir", begun->id).refusal().code, RefusalCode::not_found);
  EXPECT_EQ(store.save_draft("noor", begun->id, 1, R"({"a":2})", now)->version, 2u);
  EXPECT_EQ(store.save_draft("noor", begun->id, 1, R"({"a":3})", now).refusal().code,
            RefusalCode::stale);
  EXPECT_EQ(store.draft("noor", begun->id)->body.reveal(), R"({"a":2})");
  EXPECT_EQ(store.draft("noor", "no id").refusal().code, RefusalCode::not_found);
  EXPECT_TRUE(store.remove_draft("noor", begun->id));
  EXPECT_TRUE(store.drafts_of("noor").empty());
}

TEST_F(Work, DraftsHaveBounds) {
  WorkStore store(path, key);
  EXPECT_EQ(store.begin_draft("noor", std::string(kMostDraft + 1, 'x'), now).refusal().code,
            RefusalCode::too_large);
  for (std::size_t i = 0; i < kMostDrafts; ++i) ASSERT_TRUE(store.begin_draft("noor", "x", now));
  EXPECT_EQ(store.begin_draft("noor", "x", now).refusal().code, RefusalCode::invalid_input);
  EXPECT_TRUE(store.begin_draft("amir", "x", now)) << "of one person";
  EXPECT_EQ(store.drafts_of("noor").size(), kMostDrafts);
}

TEST_F(Work, TheFileSaysNothingOfPeopleOrContent) {
  {
    WorkStore store(path, key);
    ASSERT_TRUE(store.begin_draft("noor-marker", "content-marker", now));
    ASSERT_TRUE(store.assign(crypto::random_id<ReferralId>(), "noor-marker", false, now));
  }
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  EXPECT_EQ(bytes.str().find("marker"), std::string::npos);
  EXPECT_GT(bytes.str().size(), 1000u);
  WorkStore other(path, crypto::random_key());
  EXPECT_TRUE(other.drafts_of("noor-marker").empty()) << "another key finds nobody's";
}

}  // namespace
}  // namespace veerpont::gateway
