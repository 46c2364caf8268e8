// A log that shows one member less than another: found by its states, by the lists that everybody
// holds, and by the chain of two members. Each is refused before anything rests on it.
#include <fstream>

#include "client_sdk/home/log_verdict.h"
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
  EXPECT_FALSE(log_verdict(*home)) << "once";
  EXPECT_EQ(contact(), "the broker keeps back what its log has");
  EXPECT_TRUE(log_verdict(*home)) << "and again at the next contact";
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

// What convicts a log stays, whatever it says afterwards.
class Verdicts : public LyingLog {
 protected:
  std::string evidence() const {
    std::ifstream in(log_verdict(*home)->file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_F(Verdicts, TwoRootsForOneSizeConvictItAtOnceAndUntilTwoPeopleLooked) {
  ASSERT_EQ(contact(), "");
  broker.forks = true;
  EXPECT_EQ(contact(), "two roots for one size");
  broker.forks = false;
  EXPECT_EQ(contact(), "two roots for one size") << "it stays";
  const std::string text = evidence();
  const auto shown = check_evidence(text, broker.key.str());
  ASSERT_TRUE(shown) << describe(shown.refusal());
  EXPECT_TRUE(shown->convicts);
  EXPECT_EQ(shown->says, "two roots for one size");
  EXPECT_EQ(shown->organisation, me.org.str());
  const fakes::TestBroker other;
  EXPECT_EQ(check_evidence(text, other.key.str()).refusal().code, RefusalCode::tampered);
  EXPECT_EQ(check_evidence("{}", broker.key.str()).refusal().code, RefusalCode::invalid_input);
  ASSERT_TRUE(resolve_verdict(*home, "nagevraagd", "een", "twee", SystemClock().now()));
  EXPECT_EQ(contact(), "");
  EXPECT_FALSE(log_verdict(*home));
  EXPECT_EQ(resolve_verdict(*home, "nog eens", "een", "twee", SystemClock().now()).refusal().code,
            RefusalCode::not_found);
}

TEST_F(Verdicts, WhatALostAnswerCouldBeIsOneOnlyAtTheSecondContactInARow) {
  ASSERT_EQ(contact(), "");
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM);
  std::uint64_t hidden = broker.size() - 2;
  for (int times = 0; times < 3; ++times) {
    broker.withheld = {hidden};
    EXPECT_NE(contact(), "");
    EXPECT_FALSE(log_verdict(*home)) << "once, and then it told the whole";
    broker.withheld.clear();
    EXPECT_EQ(contact(), "");
    broker.admit("nog-een-" + std::to_string(times), v1::ORG_KIND_YOUTH_TEAM);
    hidden = broker.size() - 2;
  }
  broker.withheld = {hidden};
  EXPECT_NE(contact(), "");
  EXPECT_NE(contact(), "");
  ASSERT_TRUE(log_verdict(*home));
  broker.withheld.clear();
  EXPECT_NE(contact(), "") << "it stays";
  const auto shown = check_evidence(evidence(), broker.key.str());
  ASSERT_TRUE(shown) << describe(shown.refusal());
  EXPECT_FALSE(shown->convicts) << "it shows what the log must explain";
}

TEST_F(Verdicts, AnEventThatItsObjectContradictsConvictsToo) {
  confirm();
  auto delivery = broker.message(partner, me.org, my_epoch_key, broker.shares);
  const auto header = *crypto::Header::parse(delivery.envelope().header());
  v1::AuditEvent lie = audit::said_by(header);
  lie.set_step(v1::STEP_DECLINE);
  broker.log(lie, delivery.envelope().header(), delivery.envelope().signature());
  EXPECT_NE(contact(), "");
  ASSERT_TRUE(log_verdict(*home));
  const auto shown = check_evidence(evidence(), broker.key.str());
  ASSERT_TRUE(shown) << describe(shown.refusal());
  EXPECT_TRUE(shown->convicts);
}

// What our partner saw when it signed its message.
class Views : public LyingLog {
 protected:
  std::string message_that_says(const crypto::View& view) {
    broker.said_by_sender = view;
    broker.deliveries = {broker.message(partner, me.org, my_epoch_key, broker.shares)};
    at = ", event " + std::to_string(broker.size() - 2);
    return contact();
  }
  std::string at;
};

TEST_F(Views, OfAnHonestMemberAndBrokerAgree) {
  ASSERT_EQ(contact(), "");
  EXPECT_EQ(message_that_says(broker.view(partner.org, me.org)), "");
  const crypto::View older = broker.view(partner.org, me.org);
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM);
  ASSERT_EQ(contact(), "");
  EXPECT_EQ(message_that_says(older), "") << "it had not read the newest";
  EXPECT_EQ(message_that_says({}), "") << "one that was signed before there were views";
}

TEST_F(Views, OfAMemberThatWasShownAnotherLogConvictTheBroker) {
  ASSERT_EQ(contact(), "");
  fakes::TestBroker other;  // the same log, by its key, with another history
  other.signer = crypto::SigningKey::from_seed(broker.signer.seed());
  other.key = broker.key;
  other.publish(partner);
  EXPECT_EQ(message_that_says({other.view(partner.org, me.org).seen, {}}),
            "jgt-leiden was shown another log than we are" + at);
}

TEST_F(Views, OfAMemberThatWasShownALongerLogConvictTheBrokerToo) {
  ASSERT_EQ(contact(), "");
  fakes::TestBroker other;
  other.signer = crypto::SigningKey::from_seed(broker.signer.seed());
  other.key = broker.key;
  while (other.size() < broker.size() + 40) other.publish(partner);
  EXPECT_EQ(message_that_says({other.view(partner.org, me.org).seen, {}}),
            "jgt-leiden was shown another log than we are" + at);
}

TEST_F(Views, ThatAMemberMakesUpAreSaidToBeThatMembers) {
  ASSERT_EQ(contact(), "");
  crypto::View view = broker.view(partner.org, me.org);
  view.seen->signature[5] ^= 1;
  EXPECT_EQ(message_that_says({view.seen, {}}),
            "member jgt-leiden: a checkpoint that the log never signed" + at);
}

TEST_F(Views, OfAnotherHistoryBetweenUsAreFoundAtTheNextMessage) {
  confirm();
  ASSERT_EQ(message_that_says(broker.view(partner.org, me.org)), "");
  crypto::View view = broker.view(partner.org, me.org);
  ASSERT_GT(view.pair->count, 0u);
  crypto::View other = view;
  other.pair->head = crypto::sha256("the version that it was shown");
  EXPECT_EQ(message_that_says(other),
            "jgt-leiden has another history with us than we are shown" + at);
}

TEST_F(Views, OfMoreBetweenUsThanWeAreShownAreFoundToo) {
  confirm();
  ASSERT_EQ(message_that_says(broker.view(partner.org, me.org)), "");
  crypto::View view = broker.view(partner.org, me.org);
  view.pair->count += 50;
  EXPECT_EQ(message_that_says(view),
            "jgt-leiden has another history with us than we are shown" + at);
}

TEST_F(Views, InAKeyStatementReachEverybody) {
  ASSERT_EQ(contact(), "");
  fakes::TestBroker other;
  other.signer = crypto::SigningKey::from_seed(broker.signer.seed());
  other.key = broker.key;
  other.publish(partner);
  const Member far("go-voor-jeugd");  // with whom we have nothing
  v1::KeyStatement body = crypto::KeyStatement::verify(far.statement())->body();
  crypto::put(*body.mutable_seen(), *other.view(far.org, me.org).seen);
  body.clear_cosigner_key();
  broker.publish("go-voor-jeugd",
                 crypto::make_statement(body, {far.identity, {&far.signing}, far.cosigner}));
  EXPECT_EQ(contact(), "go-voor-jeugd was shown another log than we are, event " +
                           std::to_string(broker.size() - 2));
}

}  // namespace
}  // namespace veerpont::sdk
