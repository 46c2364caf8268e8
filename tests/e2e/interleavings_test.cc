// Withdrawing against reading, at once: whichever the broker decides first, both sides and the log
// tell the same afterwards.
// `./dev interleavings` runs a thousand, in twenty federations; here it is some of each kind.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "tests/e2e/federation.h"
#include "tests/fakes/draft.h"
#include "veerpont/veerpont.h"

namespace veerpont::e2e {
namespace {

int how_many() {
  const char* asked = std::getenv("VEERPONT_INTERLEAVINGS");
  return asked == nullptr ? 30 : std::stoi(asked);
}

enum class How { grant, category, take_back };

// By this much later than the other, so that every order comes about.
void hold_back(std::chrono::microseconds lead) {
  const auto until = std::chrono::steady_clock::now() + lead;
  while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
}

class Interleavings : public testing::Test {
 protected:
  void SetUp() override {
    f.two_organisations();
    draft = fakes::consent_draft("jgt-leiden", "routing,safety", f.today());
  }
  Client client(const std::string& org) {
    auto unlock = Unlock::credential_file(f.folder() + "/" + org + ".credential");
    auto home = Home::open(f.home(org), *unlock);
    if (!home) throw std::runtime_error(describe(home.refusal()));
    return Client(std::move(*home));
  }
  // Again until the broker is there; a minute at most.
  template <class Call>
  auto patiently(Call call) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
      auto done = call();
      if (done || exit_code_of(done.refusal().code) != 5 ||
          std::chrono::steady_clock::now() >= until)
        return done;
    }
  }

  struct Case {
    GrantId grant;
    ReferralId referral;
    MessageId message;
  };
  Case begin(Client& shelter, Client& team) {
    const auto grant = shelter.register_grant(draft);
    EXPECT_TRUE(grant) << describe(grant.refusal());
    const auto document = Referral::from_json(
        R"({"routing":{"secretAddress":true},"safety":{"conclusion":"MERKTEKEN"}})");
    const auto sent = shelter.refer(*document, grant->grant);
    EXPECT_TRUE(sent) << describe(sent.refusal());
    EXPECT_TRUE(team.sync());
    return {grant->grant, sent->referral, sent->message};
  }
  Status stop(Client& shelter, const Case& one, How how) {
    const auto told = [](const auto& done) {
      return done ? Status(Done{}) : Status(done.refusal());
    };
    if (how == How::grant) return told(shelter.withdraw_grant(one.grant));
    if (how == How::category) return told(shelter.withdraw_grant(one.grant, {Category::safety}));
    const auto taken_back = shelter.reply(one.referral, Step::withdraw);
    return taken_back || exit_code_of(taken_back.refusal().code) == 5
               ? Status(Done{})
               : told(taken_back);  // held: it goes when the broker is back
  }
  // Where an event of that kind about the message or the grant stands in what an organisation has
  // of the log.
  static std::optional<std::uint64_t> place(Client& of, const ReferralId& referral,
                                            const std::string& kind, const std::string& step = {}) {
    const auto events = of.timeline(referral);
    if (!events) return std::nullopt;
    for (const EventRow& event : *events)
      if (event.kind == kind && (step.empty() || event.step == step)) return event.index.value;
    return std::nullopt;
  }

  Federation f;
  std::string draft;
};

TEST_F(Interleavings, OfWithdrawingAndReadingEndInOneOfTwoStates) {
  // Another order in every repetition: the seed is 0, or counts with --gtest_shuffle.
  std::mt19937 random(20261127U +
                      static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed()));
  f.know_worker("jgt-leiden", Federation::kWorker);
  std::optional<Client> shelter(client("de-binnenvest")), team(client("jgt-leiden"));
  int read = 0, unread = 0;
  for (int i = 0; i < how_many(); ++i) {
    const auto how = static_cast<How>(i % 3);
    const bool away = i % 10 == 9;  // the broker dies between, and comes back
    const Case one = begin(*shelter, *team);
    const auto lead = std::chrono::microseconds(static_cast<long>(random() % 40'000));
    const bool reader_first = random() % 2 == 0;
    Result<Opened> opened = Refusal{RefusalCode::busy};
    const auto read_it = [&] {
      opened = team->open(one.message, {Category::safety}, {Federation::kWorker});
    };
    const auto stop_it = [&] {
      const Status stopped = stop(*shelter, one, how);
      EXPECT_TRUE(stopped) << describe(stopped.refusal());
    };
    if (i % 6 == 0) {  // one wholly before the other, too
      stop_it();
      read_it();
    } else if (i % 6 == 1) {
      read_it();
      stop_it();
    } else {
      std::thread reading([&] {
        if (!reader_first) hold_back(lead);
        read_it();
      });
      std::thread stopping([&] {
        if (reader_first) hold_back(lead);
        stop_it();
      });
      if (away) f.kill();
      reading.join();
      stopping.join();
      if (away) f.serve();
      ASSERT_GT(f.pid(), 0) << f.log();
    }
    // Everybody hears of everything.
    for (Client* side : {&*shelter, &*team}) {
      const auto heard = patiently([&] { return side->audit_sync(); });
      ASSERT_TRUE(heard) << i << ": " << describe(heard.refusal());
    }
    const auto again = patiently(
        [&] { return team->open(one.message, {Category::safety}, {Federation::kWorker}); });
    const auto released = place(*shelter, one.referral, "released");
    EXPECT_EQ(released, place(*team, one.referral, "released")) << i;
    if (opened) {
      EXPECT_TRUE(again) << i << ": what was read was read";
    }
    if (again) {
      ++read;
      EXPECT_TRUE(released) << i << ": content without an event";
      EXPECT_NE(again->json.find("MERKTEKEN"), std::string::npos);
      EXPECT_FALSE(again->stopped.empty()) << i << ": and it is said that sharing stopped since";
    } else {
      ++unread;
      EXPECT_EQ(exit_code_of(again.refusal().code), 3) << i << ": " << describe(again.refusal());
      EXPECT_TRUE(!released || away) << i << ": an event, and nobody has what it released";
    }
    if (how != How::take_back) {
      const auto said = shelter->withdraw_grant(
          one.grant, how == How::category ? CategorySet{Category::safety} : CategorySet{});
      ASSERT_TRUE(said) << i << ": " << describe(said.refusal());
      EXPECT_TRUE(said->passed_on);
      for (const CategoryFate& fate : said->categories) {
        if (fate.category != Category::safety) continue;
        EXPECT_EQ(fate.opened.has_value(), released.has_value())
            << i << ": the sentence is what the log says";
      }
    }
  }
  EXPECT_EQ(read + unread, how_many());
  EXPECT_GT(read, 0) << "no interleaving in which somebody read";
  EXPECT_GT(unread, 0) << "no interleaving in which nobody could read any more";
  for (Client* side : {&*shelter, &*team}) EXPECT_TRUE(side->audit_verify());
  EXPECT_EQ(f.operate({"check"}).code, 0);
  std::cout << "read " << read << ", never read " << unread << '\n';
}

}  // namespace
}  // namespace veerpont::e2e
