// What a long log costs the broker, counted in steps of the database's machine and not in time: to
// start, to append, to answer a member that knows almost all of it.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "broker/sessions/broker.h"
#include "crypto/random.h"

namespace veerpont::broker {
namespace {

std::atomic<std::uint64_t> steps = 0;  // in hundreds

int count_steps(void*) {
  ++steps;
  return 0;
}
int count_in(sqlite3* database, const char**, const sqlite3_api_routines*) {
  sqlite3_progress_handler(database, 100, count_steps, nullptr);
  return SQLITE_OK;
}

template <class Work>
std::uint64_t steps_of(Work work) {
  const std::uint64_t before = steps;
  work();
  return steps - before;
}

class Scale : public testing::Test {
 protected:
  Scale() {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(count_in));
    folder = testing::TempDir() + "scale-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder);
    const InitOptions options{folder, "log.example", *Endpoint::parse("127.0.0.1:1"),
                              *Endpoint::parse("127.0.0.1:2"), false};
    EXPECT_TRUE(Broker::init(options, std::nullopt));
  }
  ~Scale() override {
    sqlite3_reset_auto_extension();
    std::filesystem::remove_all(folder);
  }
  std::unique_ptr<Broker> open() {
    auto broker = Broker::open(folder, std::nullopt);
    EXPECT_TRUE(broker) << describe(broker.refusal());
    return std::move(*broker);
  }
  void log_reads(Broker& broker, std::size_t count) {
    broker.start();
    std::atomic<std::size_t> done = 0;
    for (std::size_t i = 0; i < count; ++i)
      broker.committer().submit(LogReadRequest{*OrgId::parse("toezicht")},
                                [&](const auto&) { ++done; });
    broker.drain();
    EXPECT_EQ(done, count);
  }
  struct Cost {
    std::uint64_t size, start, append, answer;
  };
  Cost cost() {
    std::unique_ptr<Broker> broker;
    Cost all{};
    all.start = steps_of([&] { broker = open(); });
    all.append = steps_of([&] {
      for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(broker->decide(LogReadRequest{*OrgId::parse("toezicht")}));
    });
    all.answer = steps_of([&] {
      const OrgId other = *OrgId::parse("jgt-leiden");
      for (int i = 0; i < 50; ++i) {
        Prover prover = broker->prover();
        (void)prover.snapshot().events_for(other, false, LogIndex{prover.size() - 100}, 512);
        (void)prover.checkpoint(prover.size() - 100);
        (void)prover.fixed_state();
        (void)prover.snapshot().said_by_operator(v1::EVENT_KIND_WITNESSES_NAMED,
                                                 LogIndex{prover.size()});
      }
    });
    all.size = broker->committer().published()->checkpoint.size();
    return all;
  }
  std::string folder;
};

TEST_F(Scale, StartAppendAndAnswerDoNotFollowTheLog) {
  log_reads(*open(), 1'000);
  const Cost young = cost();
  ASSERT_GT(young.append, 0u) << "what is counted is counted";
  log_reads(*open(), 100'000);
  const Cost old = cost();
  ASSERT_GT(old.size, 100'000u);
  // A page of the database's trees more on the way down is all that may be added.
  const auto at_most = [](std::uint64_t steps_before) {
    return steps_before + steps_before / 4 + 50;
  };
  EXPECT_LE(old.start, at_most(young.start));
  EXPECT_LE(old.append, at_most(young.append));
  EXPECT_LE(old.answer, at_most(young.answer));
}

}  // namespace
}  // namespace veerpont::broker
