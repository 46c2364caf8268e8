// A log that shows one member less than another: found by its states, by the lists that everybody
// holds, and by the chain of two members. Each is refused before anything rests on it.
#include "client_sdk/log/list_check.h"
#include "client_sdk/log/verify_log.h"
#include "client_sdk/operations/open.h"
#include "client_sdk/operations/withdraw.h"
#include "tests/fakes/lying_broker.h"

namespace veerpont::sdk {
namespace {

using fakes::LyingBroker;
using fakes::Member;

class LyingLog : public LyingBroker {
 protected:
  // What a member says who comes to the broker now.
  std::string contact() {
    Context& e = context();
    const auto done = ready(e);
    return done ? "" : done.refusal().detail;
  }
  // Our partner withdraws what it shared in this delivery.
  std::uint64_t withdraws(const v1::Delivery& delivery) {
    const auto header = *crypto::Header::parse(delivery.envelope().header());
    v1::Withdrawal withdrawal;
    withdrawal.set_grant_id(header.grant.str());
    withdrawal.set_holder(partner.org.str());
    withdrawal.set_holder_key_id(
        crypto::key_id(crypto::KeyType::signing, partner.signing.public_key()).str());
    withdrawal.set_operation_id(crypto::random_bytes(16));
    const std::string body = wire::serialise(withdrawal);
    auto event = audit::said_by(*crypto::Withdrawal::parse(body), crypto::sha256(body));
    event.set_counterpart(me.org.str());
    return broker.log(event, body, partner.signing.sign(crypto::Withdrawal::type, body));
  }
  // A message of our partner that lies here unopened.
  MessageId unopened() {
    confirm();
    broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
    return mail(context())->front().message;
  }
  std::string opening(const MessageId& message) {
    const auto opened = open(context(), message, {}, tester());
    return opened ? "" : opened.refusal().detail;
  }
  bool anything_open(const MessageId& message) {
    return home->dossier->inbox.section(message, Category::routing).has_value();
  }
};

TEST_F(LyingLog, AKeyReplacementThatItHidesIsMissedAtTheNextContact) {
  ASSERT_EQ(contact(), "");
  Member now("jgt-leiden");
  now.identity = crypto::SigningKey::from_seed(partner.identity.seed());
  broker.publish(now);
  broker.withheld = {broker.statement_index["jgt-leiden"]};
  EXPECT_EQ(contact(),
            "the public events are not those of the tree of " + std::to_string(broker.size()));
}

TEST_F(LyingLog, AnAdmissionOrASuspensionThatItHidesIsMissed) {
  ASSERT_EQ(contact(), "");
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM);
  broker.withheld = {broker.size() - 2};
  const std::string missed = "the public events are not those of the tree of ";
  EXPECT_EQ(contact(), missed + std::to_string(broker.size()));
  broker.withheld.clear();
  EXPECT_EQ(contact(), "") << "told the whole, it goes on";
  v1::AuditEvent suspended;
  suspended.set_kind(v1::EVENT_KIND_PARTICIPANT_SUSPENDED);
  suspended.set_counterpart(partner.org.str());
  broker.withheld = {broker.log(suspended)};
  EXPECT_EQ(contact(), missed + std::to_string(broker.size()));
}

TEST_F(LyingLog, APublicEventThatItsStatesLeaveOutIsNotBelieved) {
  ASSERT_EQ(contact(), "");
  broker.unsaid = {broker.size()};
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM);
  EXPECT_EQ(contact(),
            "the public events are not those of the tree of " + std::to_string(broker.size()));
}

TEST_F(LyingLog, TwoSeriesOfStatesInOneTreeMeetAtTheNextFixedPlace) {
  ASSERT_EQ(contact(), "");
  broker.honest_at_fixed_places = true;
  broker.unsaid = {broker.size()};
  broker.withheld = {broker.size()};
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM);
  ASSERT_EQ(contact(), "") << "its states agree with what it shows us";
  while (broker.size() < 256) {
    v1::AuditEvent other;
    other.set_kind(v1::EVENT_KIND_REFUSED);
    other.set_actor("go-voor-jeugd");
    broker.log(other);
  }
  EXPECT_EQ(contact(), "the public events are not those of the tree of 256");
  v1::AuditEvent other;
  other.set_kind(v1::EVENT_KIND_REFUSED);
  other.set_actor("go-voor-jeugd");
  broker.log(other);
  EXPECT_EQ(contact(), "the log states something else at number 255")
      << "whatever the last state says";
}

TEST_F(LyingLog, ACheckpointWithoutItsStateIsRefused) {
  ASSERT_EQ(contact(), "");
  broker.last_word = [](v1::BrokerFrame& frame) {
    if (frame.has_welcome()) frame.mutable_welcome()->mutable_checkpoint()->clear_state();
  };
  EXPECT_EQ(contact(), "the log's state at number " + std::to_string(broker.size() - 1));
  broker.last_word = [](v1::BrokerFrame& frame) {
    if (!frame.has_event_page()) return;
    auto* state = frame.mutable_event_page()->mutable_checkpoint()->mutable_state();
    (*state->mutable_state())[20] ^= 1;
  };
  EXPECT_EQ(contact(), "the log's state at number " + std::to_string(broker.size() - 1));
}

TEST_F(LyingLog, AFixedStateThatIsNotShownIsRefused) {
  ASSERT_EQ(contact(), "");
  while (broker.size() <= 256) {
    v1::AuditEvent other;
    other.set_kind(v1::EVENT_KIND_REFUSED);
    other.set_actor("go-voor-jeugd");
    broker.log(other);
  }
  broker.last_word = [](v1::BrokerFrame& frame) {
    if (frame.has_event_page()) frame.mutable_event_page()->clear_fixed_state();
  };
  EXPECT_EQ(contact(), "the log's state at number 255");
  broker.last_word = nullptr;
  EXPECT_EQ(contact(), "");
}

TEST_F(LyingLog, AReleaseAfterAWithdrawalThatItHidesOpensNothing) {
  const MessageId message = unopened();
  broker.junk = {me.org.str()};
  const std::uint64_t hidden = withdraws(broker.deliveries.front());
  broker.junk.clear();
  EXPECT_EQ(opening(message), "an event between us and jgt-leiden is missing before event " +
                                  std::to_string(hidden + 2));
  EXPECT_EQ(broker.count(v1::ClientFrame::kRelease), 1u) << "it asked, and was answered";
  EXPECT_FALSE(anything_open(message));
}

TEST_F(LyingLog, AWithdrawalInTheListAloneOpensNothing) {
  const MessageId message = unopened();
  const auto header = *crypto::Header::parse(broker.deliveries.front().envelope().header());
  const auto grant = home->dossier->grants.find(header.grant);
  for (const auto& category : {std::optional<Category>(), std::optional(Category::routing)}) {
    broker.withdraw(audit::withdrawal_key(crypto::sha256(grant->body), category));
    EXPECT_EQ(opening(message), "a withdrawal that the log has and did not show us");
    EXPECT_FALSE(anything_open(message));
  }
}

TEST_F(LyingLog, AKeyOfSomethingElseHindersNobody) {
  const MessageId message = unopened();
  const auto header = *crypto::Header::parse(broker.deliveries.front().envelope().header());
  const auto grant = home->dossier->grants.find(header.grant);
  broker.withdraw(audit::withdrawal_key(crypto::sha256(grant->body), Category::safety));
  broker.withdraw(*audit::Hash::from_bytes(crypto::random_bytes(32)));
  EXPECT_EQ(opening(message), "");
  EXPECT_TRUE(anything_open(message));
  EXPECT_TRUE(verify_log(*home, true));
}

TEST_F(LyingLog, AKeyThatComesLateIntoWhatWasCompleteIsRefused) {
  ASSERT_EQ(contact(), "");
  broker.withdraw_late(LogIndex{1}, *audit::Hash::from_bytes(crypto::random_bytes(32)));
  v1::AuditEvent other;
  other.set_kind(v1::EVENT_KIND_REFUSED);
  other.set_actor("go-voor-jeugd");
  broker.log(other);
  EXPECT_EQ(contact(), "a withdrawal that came late, at number 1");
}

TEST_F(LyingLog, AWithdrawalOfOursThatIsNotInTheListIsNotCalledWithdrawn) {
  confirm();
  ASSERT_TRUE(refer());
  const GrantId grant = home->dossier->grants.all().front();
  broker.keeps_keys_out = true;
  const auto withdrawn = withdraw_grant(context(), grant, {});
  ASSERT_FALSE(withdrawn);
  EXPECT_EQ(withdrawn.refusal().code, RefusalCode::tampered);
  EXPECT_EQ(withdrawn.refusal().detail,
            "a withdrawal that is not in the list, event " + std::to_string(broker.size() - 2));
  EXPECT_TRUE(home->dossier->grants.find(grant)->withdrawn) << "here it holds all the same";
}

TEST_F(LyingLog, ADeclineThatItHidesFromTheReferrerIsMissed) {
  confirm();
  const auto sent = refer();
  ASSERT_TRUE(sent) << describe(sent.refusal());
  v1::AuditEvent hidden;  // junk in our place
  hidden.set_kind(v1::EVENT_KIND_REFUSED);
  hidden.set_actor(partner.org.str());
  hidden.set_counterpart(me.org.str());
  broker.junk = {me.org.str()};
  broker.log(hidden);
  broker.junk.clear();
  ASSERT_EQ(contact(), "") << "nothing says so yet";
  const std::uint64_t next = broker.log(hidden);
  EXPECT_EQ(contact(),
            "an event between us and jgt-leiden is missing before event " + std::to_string(next));
}

TEST_F(LyingLog, EventsThatItKeepsBackAreAskedForInVain) {
  ASSERT_EQ(contact(), "");
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM);
  broker.last_word = [&](v1::BrokerFrame& frame) {
    if (!frame.has_event_page()) return;
    frame.mutable_event_page()->clear_events();
    frame.mutable_event_page()->set_next_index(home->dossier->events.cursor().value);
  };
  EXPECT_EQ(contact(), "the broker keeps back what its log has");
}

TEST_F(LyingLog, AnEventBetweenTwoThatIsInNoChainIsRefused) {
  ASSERT_EQ(contact(), "");
  broker.last_word = [](v1::BrokerFrame& frame) {
    if (frame.has_event_page())
      for (auto& event : *frame.mutable_event_page()->mutable_events()) event.clear_pair();
  };
  v1::AuditEvent other;
  other.set_kind(v1::EVENT_KIND_REFUSED);
  other.set_actor(partner.org.str());
  other.set_counterpart(me.org.str());
  const std::uint64_t index = broker.log(other);
  EXPECT_EQ(contact(), "the chain with jgt-leiden, event " + std::to_string(index));
}

}  // namespace
}  // namespace veerpont::sdk
