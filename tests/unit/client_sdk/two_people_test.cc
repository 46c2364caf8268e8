#include "client_sdk/home/two_people.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "client_sdk/dossier/dossier.h"
#include "crypto/random.h"

namespace veerpont::sdk {
namespace {

crypto::Pin pin(const std::string& digits) {
  auto made = crypto::Pin::from(crypto::SecretBytes::copy(digits));
  if (!made) throw std::logic_error("a PIN");
  return std::move(*made);
}

class TwoPeopleTest : public testing::Test {
 protected:
  std::string path = testing::TempDir() + "two-people-" + std::to_string(::getpid()) + ".db";
  crypto::Key32 key = crypto::random_key();
  Time now = SystemClock().now();
  TwoPeopleTest() {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    EXPECT_TRUE(open_two_people(path, key)->add_worker("Achterwacht", pin("246813"), now));
  }
};

TEST(Pin, IsSixToThirtyTwoDigits) {
  for (const char* bad :
       {"", "12345", "12345a", "123 456", "-123456", "123456789012345678901234567890123"})
    EXPECT_FALSE(crypto::Pin::from(crypto::SecretBytes::copy(bad))) << bad;
  const auto verifier = pin("246813").verifier();
  ASSERT_TRUE(verifier);
  EXPECT_EQ(verifier->rfind("$argon2id$v=19$m=65536,t=3,", 0), 0u) << "at the keystore's cost";
  EXPECT_TRUE(pin("246813").fits(*verifier));
  EXPECT_FALSE(pin("246814").fits(*verifier));
  EXPECT_FALSE(pin("246813").fits("")) << "a damaged one opens nothing";
}

TEST_F(TwoPeopleTest, ARegistrationAfterARefusalBeginsAnew) {
  std::make_unique<Dossier>(path, key);
  const auto people = open_two_people(path, key);
  const auto grant = crypto::random_id<GrantId>();
  people->put_exception(grant, now, "anna");
  people->countersign(grant, "bea", false, now);
  people->put_exception(grant, now + std::chrono::seconds(1),
                        "bea");  // the grant of the first was refused, and is not there
  ASSERT_EQ(people->exceptions().size(), 1u);
  EXPECT_EQ(people->exceptions().front().registrar, "bea");
  EXPECT_FALSE(people->exceptions().front().countersigned)
      << "what somebody confirmed was another one";
}

TEST_F(TwoPeopleTest, TriesAtOnceAreNoWayAroundTheLock) {
  std::atomic<int> looked_at{0};
  std::vector<std::thread> tries;
  for (int i = 0; i < 12; ++i)
    tries.emplace_back([&] {
      const auto confirmed = open_two_people(path, key)->confirm("achterwacht", pin("000000"), now);
      ASSERT_FALSE(confirmed);
      if (confirmed.refusal().code == RefusalCode::pin_wrong) ++looked_at;
    });
  for (std::thread& one : tries) one.join();
  EXPECT_EQ(looked_at, 5);
}

TEST_F(TwoPeopleTest, TheLockEndsAfterAQuarterAndARightPinClearsTheCount) {
  const auto people = open_two_people(path, key);
  const auto tries = [&](const char* digits, Time when) {
    const auto confirmed = people->confirm("achterwacht", pin(digits), when);
    return confirmed ? std::string("right") : std::string(id_of(confirmed.refusal().code));
  };
  for (int i = 0; i < 4; ++i) EXPECT_EQ(tries("000000", now), "pin-wrong");
  EXPECT_EQ(tries("246813", now), "right") << "the fifth";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(tries("000000", now), "pin-wrong") << i;
  EXPECT_EQ(tries("246813", now + std::chrono::minutes(14)), "pin-locked");
  EXPECT_EQ(tries("246813", now - std::chrono::hours(24 * 365)), "pin-locked")
      << "a clock set back opens nothing";
  EXPECT_EQ(tries("246813", now + std::chrono::minutes(16)), "right");
  EXPECT_EQ(people->confirm("iemand", pin("246813"), now).refusal().code, RefusalCode::not_found);
}

}  // namespace
}  // namespace veerpont::sdk
