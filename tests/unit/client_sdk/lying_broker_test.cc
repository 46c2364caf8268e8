// What a broker may say, the SDK does not believe without proof: through its real send and receive path.
#include "tests/fakes/lying_broker.h"

namespace veerpont::sdk {
namespace {

using fakes::LyingBroker;
using fakes::Member;

TEST_F(LyingBroker, WhenItIsHonestAReferralLeavesAndAMessageOpens) {
  confirm();
  const auto sent = refer();
  ASSERT_TRUE(sent) << describe(sent.refusal());
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 1u);
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  Engine e = engine();
  auto inbox = e.inbox(false, {});
  ASSERT_TRUE(inbox) << describe(inbox.refusal());
  ASSERT_EQ(inbox->size(), 1u);
  EXPECT_TRUE(inbox->front().confirmed);
  auto opened = e.open(inbox->front().message, {}, {});
  ASSERT_TRUE(opened) << describe(opened.refusal());
  EXPECT_NE(opened->json.find("secretAddress"), std::string::npos);
}

TEST_F(LyingBroker, AMadeUpStatementOfAnUnknownOrganisationIsNotSealedTo) {
  EXPECT_EQ(code_of(refer()), RefusalCode::identity_unconfirmed);
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 0u);
}

TEST_F(LyingBroker, AMadeUpStatementOfAConfirmedOrganisationIsNotSealedTo) {
  confirm();
  broker.publish(Member("jgt-leiden"));  // logged, with good signatures, under keys of the broker's own
  EXPECT_EQ(code_of(refer()), RefusalCode::identity_unconfirmed);
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 0u);
}

TEST_F(LyingBroker, AStatementWithAnotherEpochKeyUnderTheRealIdentityIsTampering) {
  confirm();
  auto& statement = *broker.directory["jgt-leiden"].mutable_statement();
  v1::KeyStatement body;
  ASSERT_TRUE(body.ParseFromString(statement.body()));
  body.mutable_epoch_keys(0)->set_public_key(crypto::hpke::generate_key_pair().public_key);
  statement.set_body(wire::serialise(body));
  EXPECT_EQ(code_of(refer()), RefusalCode::tampered);
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 0u);
}

TEST_F(LyingBroker, AStatementThatIsNotInTheLogIsTampering) {
  confirm();
  *broker.directory["jgt-leiden"].mutable_statement() = partner.statement();  // signed by the real keys, never logged
  EXPECT_EQ(code_of(refer()), RefusalCode::tampered);
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 0u);
}

TEST_F(LyingBroker, AMessageUnderMadeUpKeysOfAConfirmedSenderIsTampering) {
  confirm();
  Member forged("jgt-leiden");
  broker.publish(forged);  // an identity that the real one never signed for
  broker.deliveries.push_back(broker.message(forged, me.org, my_epoch_key, broker.shares));
  Engine e = engine();
  EXPECT_EQ(e.inbox(false, {}).refusal().code, RefusalCode::tampered);
  EXPECT_TRUE(home->dossier->inbox_in({InboxRecord::State::stored}).empty());
}

TEST_F(LyingBroker, AMessageUnderAHandedOverIdentityIsKeptAndOpensOnlyAfterConfirmation) {
  confirm();
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  const MessageId before = engine().inbox(false, {})->front().message;
  Member successor("jgt-leiden");
  broker.publish("jgt-leiden", handed_over(partner, successor));
  std::vector<std::string> later_shares;
  broker.deliveries = {broker.message(successor, me.org, my_epoch_key, later_shares)};
  Engine e = engine();
  const auto inbox = e.inbox(false, {});
  ASSERT_TRUE(inbox) << describe(inbox.refusal());
  ASSERT_EQ(inbox->size(), 2u);
  EXPECT_TRUE(inbox->at(0).confirmed);
  EXPECT_FALSE(inbox->at(1).confirmed);
  EXPECT_EQ(e.open(inbox->at(1).message, {}, {}).refusal().code, RefusalCode::identity_unconfirmed);
  EXPECT_EQ(code_of(refer()), RefusalCode::identity_unconfirmed);
  confirm();
  const auto earlier = engine().open(before, {}, {});  // signed by the identity that was confirmed then
  EXPECT_TRUE(earlier) << describe(earlier.refusal());
  broker.shares = later_shares;
  const auto opened = engine().open(inbox->at(1).message, {}, {});
  EXPECT_TRUE(opened) << describe(opened.refusal());
  EXPECT_TRUE(verify_events(*home));
}

TEST_F(LyingBroker, AnOlderStatementInADeliveryIsTampering) {
  confirm();
  const v1::DirectoryEntry older = broker.directory["jgt-leiden"];
  const std::uint64_t older_index = broker.statement_index["jgt-leiden"];
  const auto revoked = crypto::SigningKey::from_seed(partner.signing.seed());
  Member now("jgt-leiden");
  now.identity = crypto::SigningKey::from_seed(partner.identity.seed());
  broker.publish(now);  // a new signing key: the old one is revoked
  Member thief("jgt-leiden");
  thief.signing = crypto::SigningKey::from_seed(revoked.seed());
  auto delivery = broker.message(thief, me.org, my_epoch_key, broker.shares);
  *delivery.mutable_sender() = older;
  delivery.mutable_sender()->mutable_statement_event()->set_index(older_index);
  broker.deliveries.push_back(delivery);
  Engine e = engine();
  EXPECT_EQ(e.inbox(false, {}).refusal().code, RefusalCode::tampered);
  EXPECT_TRUE(home->dossier->inbox_in({InboxRecord::State::stored}).empty());
}

TEST_F(LyingBroker, AMessageThatAnotherOrganisationSignedIsNotStored) {
  confirm();
  Member other("go-voor-jeugd");
  auto delivery = broker.message(partner, me.org, my_epoch_key, broker.shares);
  delivery.mutable_envelope()->set_signature(other.signing.sign(crypto::PayloadType::header, delivery.envelope().header()));
  broker.deliveries.push_back(delivery);
  Engine e = engine();
  EXPECT_EQ(e.inbox(false, {}).refusal().code, RefusalCode::tampered);
  EXPECT_TRUE(home->dossier->inbox_in({InboxRecord::State::stored}).empty());
}

TEST_F(LyingBroker, AReplayedMessageIsNotDeliveredTwice) {
  confirm();
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  broker.deliveries.push_back(broker.deliveries.front());
  Engine e = engine();
  EXPECT_EQ(e.inbox(false, {})->size(), 1u);
  EXPECT_EQ(e.inbox(true, {})->size(), 1u);
}

TEST_F(LyingBroker, AWrongShareIsTheBrokersLieAndNothingIsRejected) {
  confirm();
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  broker.shares.back() = std::string(32, 'x');
  Engine e = engine();
  const MessageId message = e.inbox(false, {})->front().message;
  EXPECT_EQ(e.open(message, {}, {}).refusal().code, RefusalCode::tampered);
  EXPECT_EQ(broker.count(v1::ClientFrame::kRejected), 0u);
}

TEST_F(LyingBroker, KeysPublishedInOurNameRaiseAnAlarm) {
  Engine e = engine();
  ASSERT_TRUE(e.ready());
  broker.publish(Member(me.org.str()));
  Engine later = engine();
  EXPECT_EQ(later.ready().refusal().code, RefusalCode::tampered);
}

TEST_F(LyingBroker, AForkedLogIsTampering) {
  ASSERT_TRUE(engine().ready());
  broker.forks = true;
  Engine e = engine();
  EXPECT_EQ(e.ready().refusal().code, RefusalCode::tampered);
}

TEST_F(LyingBroker, AStateThatNobodySignedForIsNotBelieved) {
  confirm();
  const auto sent = refer();
  ASSERT_TRUE(sent);
  v1::AuditEvent lie;  // "received", which the recipient never signed
  lie.set_kind(v1::EVENT_KIND_RECEIVED);
  lie.set_actor(partner.org.str());
  lie.set_counterpart(me.org.str());
  auto* transition = lie.add_transitions();
  transition->set_referral_id(sent->referral.str());
  transition->set_state(v1::REFERRAL_STATE_DELIVERED);
  broker.log(lie, "no received at all", std::string(64, 's'));
  Engine e = engine();
  ASSERT_TRUE(e.ready());
  EXPECT_EQ(home->dossier->referral(sent->referral)->state, ReferralState::sent);
  EXPECT_EQ(verify_events(*home).refusal().code, RefusalCode::tampered);
}

TEST_F(LyingBroker, ABodyThatTheLogDoesNotSayIsErasedIsMissed) {
  v1::AuditEvent refused;
  refused.set_kind(v1::EVENT_KIND_REFUSED);
  refused.set_actor(me.org.str());
  broker.erase(broker.log(refused));
  ASSERT_TRUE(engine().ready());
  EXPECT_EQ(verify_events(*home).refusal().detail, "an event without its body, number 4");
}

TEST_F(LyingBroker, ABodyThatIsErasedBeforeItsTimeIsMissed) {
  v1::AuditEvent refused;
  refused.set_kind(v1::EVENT_KIND_REFUSED);
  refused.set_actor(me.org.str());
  const std::uint64_t in_time = broker.log(refused);
  const std::uint64_t early = broker.log(refused);
  broker.erase(early);
  broker.erase(in_time);
  const Time now = SystemClock().now();
  for (const auto& [index, days] : {std::pair(early, 364), std::pair(in_time, 366)}) {
    v1::AuditEvent erased;
    erased.set_kind(v1::EVENT_KIND_EVENTS_ERASED);
    erased.set_time(to_ms(now + std::chrono::days(days)));
    erased.add_erased_indices(index);
    broker.log(erased);
  }
  ASSERT_TRUE(engine().ready());
  EXPECT_EQ(verify_events(*home).refusal().detail, "an event that was erased too soon, number 5");
}

}  // namespace
}  // namespace veerpont::sdk
