// An honest broker is never accused: the real SDK of two members before the real broker, through
// random histories of grants, referrals, answers, openings and withdrawals, in which the broker
// starts again, a member is away for long, and states fall where they fall.
// VEERPONT_HISTORIES=10000 plays as many.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <list>
#include <random>
#include <stdexcept>

#include "client_sdk/home/log_verdict.h"
#include "client_sdk/log/verify_log.h"
#include "client_sdk/operations/grants.h"
#include "client_sdk/operations/inbox.h"
#include "client_sdk/operations/open.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/refer.h"
#include "client_sdk/operations/reply.h"
#include "client_sdk/operations/withdraw.h"
#include "tests/fakes/draft.h"
#include "tests/fakes/memory_link.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont {
namespace {

using namespace fakes;

class HonestHistory {
 public:
  HonestHistory() {
    memory_.broker->start();
    shelter_.confirm(team_);
    team_.confirm(shelter_);
    for (Inhabitant* side : {&shelter_, &team_})
      must(static_cast<bool>(side->home->people().add_worker(
               "test", *crypto::Pin::from(crypto::SecretBytes::copy("314159")), now())),
           "a worker");
  }
  ~HonestHistory() {
    contexts_.clear();
    memory_.broker->drain();
    memory_.broker->finish();
    std::filesystem::remove_all(folder_);
  }

  void take(int what, std::size_t which) {
    switch (what % 9) {
      case 0:
        return grant();
      case 1:
        return refer(which);
      case 2:
        return withdraw(which, {});
      case 3:
        return withdraw(which, {Category::routing});
      case 4:
        return open(which);
      case 5:
        return decline(which);
      case 6:
        return restart();
      case 7:
        return hear(team_);
      default:
        return hear(shelter_);
    }
  }
  void end() {
    for (Inhabitant* side : {&shelter_, &team_}) {
      hear(*side);
      holds(sdk::verify_log(*side->home, true), "verified again from the beginning");
      must(!sdk::log_verdict(*side->home), "a verdict");
    }
    const std::string fault = fault_in(*memory_.store->state());
    must(fault.empty(), fault);
  }

  std::uint64_t size() const { return memory_.store->state()->head.size.value; }

 private:
  static void must(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error(what);
  }
  static Time now() { return SystemClock().now(); }
  // As a command does.
  sdk::Context& context(Inhabitant& side) {
    contexts_.clear();
    contexts_.emplace_back(side.home, side.connect());
    return contexts_.back();
  }
  template <class T>
  void holds(const Result<T>& done, const char* what) {
    if (!done && done.refusal().code == RefusalCode::tampered)
      must(false, std::string(what) + ": " + done.refusal().detail);
  }
  void hear(Inhabitant& side) { holds(sdk::pull(context(side)), "heard"); }

  void grant() {
    auto registered = sdk::register_grant(
        context(shelter_),
        consent_draft(team_.member.org.str(), "routing,safety", str(amsterdam_date(now()))));
    holds(registered, "registered");
    if (registered) grants_.push_back(registered->grant);
  }
  void refer(std::size_t which) {
    if (grants_.empty()) return;
    v1::Referral document;
    document.mutable_routing()->set_secret_address(true);
    document.mutable_safety()->set_conclusion("goed genoeg");
    auto sent = sdk::refer(context(shelter_), document, grants_[which % grants_.size()]);
    holds(sent, "referred");
    if (sent) sent_.push_back(*sent);
  }
  void withdraw(std::size_t which, CategorySet categories) {
    if (grants_.empty()) return;
    holds(sdk::withdraw_grant(context(shelter_), grants_[which % grants_.size()], categories),
          "withdrawn");
  }
  void open(std::size_t which) {
    hear(team_);
    if (sent_.empty()) return;
    holds(sdk::open(context(team_), sent_[which % sent_.size()].message, {}, {"test"}), "opened");
  }
  void decline(std::size_t which) {
    hear(team_);
    if (sent_.empty()) return;
    v1::Referral document;
    document.mutable_update()->set_decline_reason(v1::DECLINE_REASON_OUT_OF_SCOPE);
    holds(sdk::reply(context(team_), sent_[which % sent_.size()].referral, Step::decline, document,
                     {}),
          "declined");
  }
  void restart() {
    contexts_.clear();
    memory_.broker->drain();
    memory_.broker->finish();
    memory_.restart();
    memory_.broker->start();
  }

  std::string folder_ = testing::TempDir() + "honest-" + std::to_string(::getpid()) + "-" +
                        crypto::to_hex(crypto::random_bytes(6));
  MemoryBroker memory_{now(), folder_};
  Inhabitant shelter_{memory_, "de-binnenvest", OrgKind::shelter, folder_ + "/shelter"};
  Inhabitant team_{memory_, "jgt-leiden", OrgKind::youth_team, folder_ + "/team"};
  std::list<sdk::Context> contexts_;
  std::vector<GrantId> grants_;
  std::vector<Sent> sent_;
};

// A history by its number: the same one again for the same number.
void play(unsigned number) {
  std::mt19937 random(number);
  HonestHistory history;
  for (auto steps = random() % 24 + 1; steps > 0; --steps)
    history.take(static_cast<int>(random() % 9), random() % 12);
  history.end();
}

TEST(HonestHistories, AccuseNobody) {
  const char* wanted = std::getenv("VEERPONT_HISTORIES");
  const unsigned count = wanted == nullptr ? 10 : static_cast<unsigned>(std::atoi(wanted));
  for (unsigned number = 0; number < count; ++number)
    ASSERT_NO_THROW(play(number)) << "history " << number;
}

// Past a fixed place, with every kind of step on the way.
TEST(HonestHistories, OfManyLeavesAccuseNobody) {
  HonestHistory history;
  for (std::size_t i = 0; i < 30; ++i)
    for (const int what : {0, 1, 7, 4, 0, 1, 2, 8, 3, 5})
      ASSERT_NO_THROW(history.take(what, i * 2 + 1)) << i << " " << what;
  EXPECT_GT(history.size(), 256u);
  ASSERT_NO_THROW(history.end());
}

}  // namespace
}  // namespace veerpont
