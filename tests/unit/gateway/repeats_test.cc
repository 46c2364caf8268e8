// The same Idempotency-Key again: done once, answered the same, whatever happens in between.
#include "gateway/once/repeats.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "crypto/random.h"

namespace veerpont::gateway {
namespace {

class RepeatsTest : public testing::Test {
 protected:
  std::string path = testing::TempDir() + "answers-" + std::to_string(::getpid()) + ".db";
  const crypto::Key32 key = crypto::Key32::from(std::string(32, 'k'));
  const Time now = time_from_ms(1'800'000'000'000);
  std::atomic<int> done = 0;
  RepeatsTest() { std::filesystem::remove(path); }
  ~RepeatsTest() override { std::filesystem::remove(path); }

  net::HttpAnswer act(int status = 200) {
    net::HttpAnswer answer;
    answer.status = status;
    answer.type = status == 200 ? "application/json" : "application/problem+json";
    answer.body = "{\"n\":" + std::to_string(++done) + "}";
    return answer;
  }
  Result<net::HttpAnswer> ask(Repeats& repeats, const std::string& with,
                              const std::string& request = "{}", int status = 200,
                              const std::string& who = "noor", Time when = Time()) {
    return repeats.answer({who, with, "referrals.create", request, false},
                          when == Time() ? now : when, [&] { return act(status); });
  }
};

TEST_F(RepeatsTest, IsDoneOnceAndAnsweredTheSameAlsoAfterANewStart) {
  {
    Repeats repeats(path, key);
    EXPECT_EQ(ask(repeats, "a")->body, "{\"n\":1}");
    EXPECT_EQ(ask(repeats, "a")->body, "{\"n\":1}");
  }
  Repeats repeats(path, key);
  const auto again = ask(repeats, "a");
  EXPECT_EQ(again->body, "{\"n\":1}");
  EXPECT_EQ(again->type, "application/json");
  EXPECT_EQ(ask(repeats, "a", R"({"other":1})").refusal().code, RefusalCode::key_reused);
  EXPECT_EQ(ask(repeats, "a", "{}", 200, "bram")->body, "{\"n\":2}") << "keys are each one's own";
  EXPECT_EQ(ask(repeats, "b", "{}", 202)->status, 202);
  EXPECT_EQ(ask(repeats, "b", "{}", 202)->status, 202) << "what waits is asked once too";
  EXPECT_EQ(done, 3);
}

TEST_F(RepeatsTest, WhatIsRefusedMayBeTriedAgainUnderTheSameKey) {
  Repeats repeats(path, key);
  EXPECT_EQ(ask(repeats, "a", "{}", 409)->status, 409);
  EXPECT_EQ(ask(repeats, "a", R"({"mended":1})")->status, 200);
  for (const std::string bad : {"", "a b", "ë", "a\n"})
    EXPECT_EQ(ask(repeats, bad).refusal().code, RefusalCode::invalid_input) << bad;
  EXPECT_EQ(ask(repeats, std::string(65, 'a')).refusal().code, RefusalCode::invalid_input);
}

TEST_F(RepeatsTest, AHundredAtOnceAreDoneOnce) {
  Repeats repeats(path, key);
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  for (int i = 0; i < 100; ++i)
    threads.emplace_back([&] { same += ask(repeats, "a")->body == "{\"n\":1}"; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(same, 100);
}

TEST_F(RepeatsTest, WhatACrashInterruptedIsUnknownUnlessDoingItAgainChangesNothing) {
  Repeats repeats(path, key);
  const Repeats::Once asked{"noor", "a", "referrals.reply", "{}", false};
  EXPECT_THROW(
      {
        auto lost = repeats.answer(asked, now,
                                   []() -> net::HttpAnswer { throw std::runtime_error("disk"); });
      },
      std::runtime_error);
  EXPECT_EQ(repeats.answer(asked, now, [&] { return act(); }).refusal().code,
            RefusalCode::perhaps_sent);
  EXPECT_EQ(done, 0);
  Repeats::Once harmless = asked;
  harmless.may_run_again = true;
  EXPECT_EQ(repeats.answer(harmless, now, [&] { return act(); })->status, 200);
}

TEST_F(RepeatsTest, IsKeptForAWeek) {
  Repeats repeats(path, key);
  (void)ask(repeats, "a");
  EXPECT_EQ(ask(repeats, "a", "{}", 200, "noor", now + std::chrono::days(6))->body, "{\"n\":1}");
  (void)ask(repeats, "b", "{}", 200, "noor", now + std::chrono::days(8));
  EXPECT_EQ(ask(repeats, "a", "{}", 200, "noor", now + std::chrono::days(8))->body, "{\"n\":3}");
}

TEST_F(RepeatsTest, TheOldestAnswersMakeRoom) {
  Repeats repeats(path, key, 3);
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(
        ask(repeats, "k" + std::to_string(i), "{}", 200, "noor", now + std::chrono::seconds(i)));
  EXPECT_EQ(ask(repeats, "k3")->body, "{\"n\":4}") << "kept";
  EXPECT_EQ(ask(repeats, "k0")->body, "{\"n\":5}") << "done again: its answer had made room";
}

}  // namespace
}  // namespace veerpont::gateway
