// Random histories of requests against the real gate and committer, beside the obvious model:
// grants, referrals, shares and the length of the log. A history that once failed lies in
// tests/regressions/histories and is played again.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>

#include "rules/referral_states.h"
#include "tests/fakes/memory_parts.h"

namespace veerpont::broker {
namespace {

using namespace fakes;

constexpr CategorySet kGranted{Category::grant_record, Category::routing, Category::safety};
const Time kNow = time_from_ms(1'795'000'000'000);

// What is below plays as it always did, so that old histories keep their meaning.
constexpr int kRenewals = 24;

struct Step3 {
  int what, first, second;
};

class Play {
 public:
  void take(const Step3& step) {
    const std::uint64_t before = log_size();
    switch (step.what < kRenewals ? step.what % 8 : 8) {
      case 0:
        register_grant();
        break;
      case 1:
        refer(step.first, step.second);
        break;
      case 2:
        withdraw(step.first, step.second);
        break;
      case 3:
        release(step.first, step.second);
        break;
      case 4:
        receive(step.first);
        break;
      case 5:
        repeat(step.first);
        break;
      case 6:
        memory_.store->fail_next(MemoryStore::Fault::full);
        full_ = true;
        return;
      case 8:
        renew(step.first, step.second);
        break;
      default: {  // writes only to see whether there is room again
        const bool tries = memory_.broker->committer().storage_full();
        RC_ASSERT(static_cast<bool>(memory_.broker->decide(BarrierRequest{})) != (tries && full_));
        full_ = full_ && !tries;
        grew_ = 0;
      }
    }
    RC_ASSERT(log_size() == before + grew_);
    check();
  }

 private:
  struct Grant {
    bool withdrawn = false;
    CategorySet gone;
    std::optional<ReferralId> referral;
  };
  struct Message {
    v1::ClientFrame frame;
    std::size_t grant;
    bool received = false;
    CategorySet live;
    CategorySet sealed = kGranted;
  };

  std::uint64_t log_size() const { return memory_.store->state()->leaves.size(); }
  // The answer is the model's, and the log grows by as much as the model says; a full disk
  // overrides both.
  bool expect(const std::string& answer, const std::string& wanted, std::uint64_t events) {
    const bool met_full = std::exchange(full_, false);
    if (met_full && answer == "storage-full") {
      grew_ = 0;
      return false;
    }
    RC_ASSERT(answer == wanted);
    grew_ = events;
    return wanted.empty();
  }

  void register_grant() {
    const auto id = fresh<GrantId>();
    const auto frame = grant_frame(shelter_.signer(),
                                   {team_.member.org,
                                    {Category::routing, Category::safety},
                                    {},
                                    kNow,
                                    *amsterdam_midnight("2027-01-01"),
                                    id},
                                   kNow);
    if (!expect(shelter_.ask(frame), "", 1)) return;
    ids_.push_back(id);
    grants_.push_back({});
  }

  void refer(int which, int referral) {
    if (grants_.empty()) return idle();
    const std::size_t at = static_cast<std::size_t>(which) % grants_.size();
    Grant& grant = grants_[at];
    const bool again = grant.referral && referral % 2 == 0;
    const ReferralId id = again ? *grant.referral : fresh<ReferralId>();
    const auto frame = submit_frame(
        shelter_.signer(), team_.statement(),
        {ids_[at], id, Step::refer, kGranted, kNow, std::chrono::hours(24), fresh<MessageId>()});
    const bool may_repeat =
        !again || state_of(id) == ReferralState::sent || state_of(id) == ReferralState::delivered;
    const bool replaced = again && current_.at(id) != at;
    const std::string wanted = (grant.referral && !again) || replaced   ? "grant-mismatch"
                               : grant.withdrawn || !grant.gone.empty() ? "grant-withdrawn"
                               : !may_repeat                            ? "step-not-allowed"
                                                                        : "";
    if (!expect(shelter_.ask(frame), wanted, 1)) return;
    grant.referral = id;
    current_[id] = at;
    messages_.push_back({frame, at, false, kGranted});
  }

  // Another grant for the referral of `which`: one that carries nothing yet, while the referral is
  // open.
  void renew(int which, int with) {
    if (grants_.empty()) return idle();
    const auto referral = grants_[static_cast<std::size_t>(which) % grants_.size()].referral;
    if (!referral) return idle();
    const std::size_t at = static_cast<std::size_t>(with) % grants_.size();
    Grant& fresh_grant = grants_[at];
    const CategorySet record{Category::grant_record};
    const auto frame = submit_frame(shelter_.signer(), team_.statement(),
                                    {ids_[at], *referral, Step::renew, record, kNow,
                                     std::chrono::hours(24), fresh<MessageId>()});
    const std::string wanted = fresh_grant.referral                   ? "grant-mismatch"
                               : fresh_grant.withdrawn                ? "grant-withdrawn"
                               : !rules::is_open(state_of(*referral)) ? "step-not-allowed"
                                                                      : "";
    if (!expect(shelter_.ask(frame), wanted, 1)) return;
    fresh_grant.referral = referral;
    current_[*referral] = at;
    messages_.push_back({frame, at, false, record, record});
  }

  void withdraw(int which, int what) {
    if (grants_.empty()) return idle();
    const std::size_t at = static_cast<std::size_t>(which) % grants_.size();
    Grant& grant = grants_[at];
    const CategorySet wanted = what % 3 == 0   ? CategorySet{}
                               : what % 3 == 1 ? CategorySet{Category::routing}
                                               : CategorySet{Category::safety};
    const bool known = grant.withdrawn || (!wanted.empty() && grant.gone.covers(wanted));
    std::size_t destroyed = 0;
    for (const Message& message : messages_)
      if (message.grant == at)
        destroyed += (wanted.empty() ? message.live : message.live & wanted).list().size();
    if (!expect(shelter_.ask(withdraw_frame(shelter_.signer(), ids_[at], wanted)),
                known ? "grant-withdrawn" : "", known || destroyed == 0 ? 1 : 2))
      return;
    grant.withdrawn = grant.withdrawn || wanted.empty();
    grant.gone = grant.gone | wanted;
    for (Message& message : messages_)
      if (message.grant == at)
        message.live = wanted.empty() ? CategorySet{} : message.live.minus(wanted);
  }

  void release(int which, int what) {
    if (messages_.empty()) return idle();
    Message& message = messages_[static_cast<std::size_t>(which) % messages_.size()];
    const CategorySet wanted = what % 2 == 0
                                   ? CategorySet{Category::routing}
                                   : CategorySet{Category::grant_record, Category::safety};
    const auto header = crypto::Header::parse(message.frame.submit().envelope().header());
    const std::string answer = team_.ask(release_frame(team_.signer(), header->message, wanted));
    if (!expect(answer,
                !message.sealed.covers(wanted) ? "category-not-granted"
                : message.live.covers(wanted)  ? ""
                                               : "grant-withdrawn",
                1))
      return;
    const auto& shares = team_.outcome().shares;
    RC_ASSERT(shares.size() == wanted.list().size());
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const auto* section = header->section(wanted.list()[i]);
      RC_ASSERT(shares[i].reveal() ==
                message.frame.submit().shares(static_cast<int>(section - header->sections.data())));
    }
  }

  void receive(int which) {
    if (messages_.empty()) return idle();
    Message& message = messages_[static_cast<std::size_t>(which) % messages_.size()];
    const auto header = crypto::Header::parse(message.frame.submit().envelope().header());
    const auto frame = received_frame(team_.signer(), shelter_.member.org, {header->message});
    if (message.received) return nothing_new(team_, frame);
    message.received = expect(team_.ask(frame), "", 1);
  }

  // The same bytes again: the first receipt, and nothing new.
  void repeat(int which) {
    if (messages_.empty()) return idle();
    nothing_new(shelter_, messages_[static_cast<std::size_t>(which) % messages_.size()].frame);
  }

  void nothing_new(Party& asks, const v1::ClientFrame& frame) {
    const bool writes =
        memory_.broker->committer().storage_full();  // to see whether there is room again
    const bool planted = !writes && std::exchange(full_, false);
    expect(asks.ask(frame), "", 0);
    full_ = full_ || planted;
  }
  void idle() { grew_ = 0; }

  ReferralState state_of(const ReferralId& id) const {
    return memory_.store->state()->facts.referrals.at(id).state;
  }

  void check() {
    RC_ASSERT(fault_in(*memory_.store->state()) == "");
    const auto state = memory_.store->state();
    RC_ASSERT(memory_.mark->mark->size == state->head.size.value);
    std::size_t live = 0;
    for (const Message& message : messages_) live += message.live.list().size();
    RC_ASSERT(state->facts.shares.size() == live);
    for (std::size_t i = 0; i < grants_.size(); ++i) {
      const CategorySet kept = memory_.vault->present(ids_[i]);
      RC_ASSERT((grants_[i].withdrawn ? kept.empty() : (kept & grants_[i].gone).empty()));
      const auto tombstones = state->tombstones.find(ids_[i]);
      RC_ASSERT((tombstones != state->tombstones.end()) ==
                (grants_[i].withdrawn || !grants_[i].gone.empty()));
    }
    std::size_t waiting = 0;
    for (const Message& message : messages_) waiting += !message.received;
    RC_ASSERT(memory_.store->snapshot()->mail_for(team_.member.org, LogIndex{0}, 1u << 30).size() ==
              std::min<std::size_t>(waiting, 64));
    RC_ASSERT(static_cast<bool>(
        Ledger::open(*memory_.store->snapshot(), memory_.broker->signer().verifier)));
  }

  MemoryBroker memory_{kNow};
  Party shelter_{memory_, "de-binnenvest", OrgKind::shelter};
  Party team_{memory_, "jgt-leiden", OrgKind::youth_team};
  std::vector<GrantId> ids_;
  std::vector<Grant> grants_;
  std::vector<Message> messages_;
  std::map<ReferralId, std::size_t> current_;  // which grant it goes on under
  bool full_ = false;
  std::uint64_t grew_ = 0;
};

void play(const std::vector<std::tuple<int, int, int>>& steps) {
  Play history;
  for (const auto& [what, first, second] : steps) history.take({what, first, second});
}

RC_GTEST_PROP(BrokerHistories, AnswerLikeTheModel, ()) {
  const auto number = rc::gen::inRange(0, 24);
  const auto what = rc::gen::inRange(0, kRenewals + 4);
  play(*rc::gen::container<std::vector<std::tuple<int, int, int>>>(
      rc::gen::tuple(what, number, number)));
}

TEST(BrokerHistories, ThatFailedOnceStayMended) {
  std::size_t played = 0;
  for (const auto& entry : std::filesystem::directory_iterator(REGRESSIONS "/histories")) {
    std::ifstream in(entry.path());
    std::vector<std::tuple<int, int, int>> steps;
    for (int what = 0, first = 0, second = 0; in >> what >> first >> second;)
      steps.emplace_back(what, first, second);
    SCOPED_TRACE(entry.path().filename().string());
    ASSERT_FALSE(steps.empty());
    EXPECT_TRUE(rc::check(entry.path().filename().string(), [&] { play(steps); }));
    ++played;
  }
  EXPECT_GE(played, 1u);
}

}  // namespace
}  // namespace veerpont::broker
