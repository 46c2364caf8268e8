// What somebody took out of the queue is never sent, however often the broker goes and comes.
// `./dev interleavings` cancels thousands; here it is some.
#include <gtest/gtest.h>
#include <poll.h>

#include <random>
#include <set>
#include <thread>

#include "tests/e2e/federation.h"
#include "tests/fakes/draft.h"
#include "veerpont/veerpont.h"

namespace veerpont::e2e {
namespace {

// Cases while the broker goes and comes once.
constexpr int kInOnePhase = 10;

int phases() {
  const char* asked = std::getenv("VEERPONT_INTERLEAVINGS");
  return asked == nullptr ? 4 : std::stoi(asked) / 10;
}

std::string id_in(const Refusal& refusal) { return refusal.detail.substr(0, 32); }

class Cancelled : public testing::Test {
 protected:
  Cancelled() { f.two_organisations(); }
  Client client(const std::string& org) {
    auto unlock = Unlock::credential_file(f.folder() + "/" + org + ".credential");
    auto home = Home::open(f.home(org), *unlock);
    if (!home) throw std::runtime_error(describe(home.refusal()));
    return Client(std::move(*home));
  }
  // A grant, whether the broker is there or not.
  GrantId grant(Client& shelter) {
    const auto made = shelter.register_grant(draft);
    return made ? made->grant : *GrantId::parse(id_in(made.refusal()));
  }
  // `goes`: it is left in the queue when it comes there.
  void refer_and_perhaps_cancel(Client& shelter, bool goes) {
    const auto document =
        Referral::from_json(R"({"routing":{"secretAddress":true},"safety":{"conclusion":"nummer )" +
                            std::to_string(++number) + R"("}})");
    const auto said = shelter.refer(*document, grant(shelter));
    if (said) {
      sent.insert(said->message.hex());
      return;
    }
    ASSERT_EQ(exit_code_of(said.refusal().code), 5) << describe(said.refusal());
    const auto message = MessageId::parse(id_in(said.refusal()));
    ASSERT_TRUE(message) << describe(said.refusal());
    ++waited;
    if (goes) return;
    const auto out = shelter.cancel(*message);
    if (out && !out->perhaps_sent)
      cancelled.insert(message->hex());
    else  // it was faster, or had left: then the screen says so
      EXPECT_TRUE(out || out.refusal().code == RefusalCode::invalid_input);
  }

  Federation f;
  std::set<std::string> cancelled, sent;
  int number = 0, waited = 0;
  std::string draft = fakes::consent_draft("jgt-leiden", "routing,safety", f.today());
};

TEST_F(Cancelled, IsNeverSentHoweverOftenTheBrokerGoesAndComes) {
  std::mt19937 random(20261129U +
                      static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed()));
  Client shelter = client("de-binnenvest");
  shelter.start();  // what waits goes by itself
  for (int phase = 0; phase < phases(); ++phase) {
    f.kill();
    const int away = static_cast<int>(random() % 400);  // milliseconds
    // The broker is this thread's child, and ends with it.
    std::thread works([&] {
      for (int i = 0; i < kInOnePhase; ++i) refer_and_perhaps_cancel(shelter, i % 3 == 2);
    });
    ::poll(nullptr, 0, away);  // it comes in the middle of what they do
    f.serve();
    works.join();
    ASSERT_GT(f.pid(), 0) << f.log();
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  Status synced = shelter.sync();
  while (!shelter.outbox().empty() && std::chrono::steady_clock::now() < until)
    synced = shelter.sync();
  EXPECT_TRUE(shelter.outbox().empty());
  ASSERT_TRUE(synced) << describe(synced.refusal());
  ASSERT_TRUE(shelter.audit_sync());
  std::set<std::string> in_log;
  const auto events = shelter.audit_list();
  for (const EventRow& event : *events)
    if (event.kind == "submitted" && event.message) in_log.insert(event.message->hex());
  for (const std::string& message : cancelled) EXPECT_FALSE(in_log.contains(message)) << message;
  for (const std::string& message : sent) EXPECT_TRUE(in_log.contains(message)) << message;
  EXPECT_GT(cancelled.size(), 0u);
  EXPECT_GT(waited, 0);
  RecordProperty("cancelled", static_cast<int>(cancelled.size()));
}

}  // namespace
}  // namespace veerpont::e2e
