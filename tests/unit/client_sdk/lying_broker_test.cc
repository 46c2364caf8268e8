// What a broker may say, the SDK does not believe without proof: through its real send and receive
// path.
#include "tests/fakes/lying_broker.h"
#include "client_sdk/log/verify_log.h"
#include "client_sdk/operations/open.h"
#include "client_sdk/operations/withdraw.h"
#include "veerpont/v1/directory.pb.h"

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
  Context& e = context();
  auto inbox = mail(e);
  ASSERT_TRUE(inbox) << describe(inbox.refusal());
  ASSERT_EQ(inbox->size(), 1u);
  EXPECT_TRUE(inbox->front().confirmed);
  auto opened = open(e, inbox->front().message, {}, tester());
  ASSERT_TRUE(opened) << describe(opened.refusal());
  EXPECT_NE(opened->json.find("secretAddress"), std::string::npos);
}

TEST_F(LyingBroker, AMadeUpStatementOfAnUnknownOrganisationIsNotSealedTo) {
  EXPECT_EQ(code_of(refer()), RefusalCode::identity_unconfirmed);
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 0u);
}

TEST_F(LyingBroker, AMadeUpStatementOfAConfirmedOrganisationIsNotSealedTo) {
  confirm();
  broker.publish(
      Member("jgt-leiden"));  // logged, with good signatures, under keys of the broker's own
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
  *broker.directory["jgt-leiden"].mutable_statement() =
      partner.statement();  // signed by the real keys, never logged
  const auto sent = refer();
  ASSERT_FALSE(sent);
  EXPECT_EQ(describe(sent.refusal()), lie("a key statement that the log does not have"));
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 0u);
}

TEST_F(LyingBroker, AMessageUnderMadeUpKeysOfAConfirmedSenderIsTampering) {
  confirm();
  Member forged("jgt-leiden");
  broker.publish(forged);  // an identity that the real one never signed for
  broker.deliveries.push_back(broker.message(forged, me.org, my_epoch_key, broker.shares));
  Context& e = context();
  EXPECT_EQ(mail(e).refusal().code, RefusalCode::tampered);
  EXPECT_TRUE(home->dossier->inbox.list({{InboxRecord::State::stored}}).empty());
}

TEST_F(LyingBroker, AMessageUnderAHandedOverIdentityIsKeptAndOpensOnlyAfterConfirmation) {
  confirm();
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  const MessageId before = mail(context())->front().message;
  Member successor("jgt-leiden");
  broker.publish("jgt-leiden", handed_over(partner, successor));
  std::vector<std::string> later_shares;
  broker.deliveries = {broker.message(successor, me.org, my_epoch_key, later_shares)};
  Context& e = context();
  const auto inbox = mail(e);
  ASSERT_TRUE(inbox) << describe(inbox.refusal());
  ASSERT_EQ(inbox->size(), 2u);
  EXPECT_TRUE(inbox->at(0).confirmed);
  EXPECT_FALSE(inbox->at(1).confirmed);
  EXPECT_EQ(open(e, inbox->at(1).message, {}, tester()).refusal().code,
            RefusalCode::identity_unconfirmed);
  EXPECT_EQ(code_of(refer()), RefusalCode::identity_unconfirmed);
  confirm();
  const auto earlier =
      open(context(), before, {}, tester());  // signed by the identity that was confirmed then
  EXPECT_TRUE(earlier) << describe(earlier.refusal());
  broker.shares = later_shares;
  const auto opened = open(context(), inbox->at(1).message, {}, tester());
  EXPECT_TRUE(opened) << describe(opened.refusal());
  EXPECT_TRUE(verify_log(*home, true));
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
  Context& e = context();
  EXPECT_EQ(mail(e).refusal().code, RefusalCode::tampered);
  EXPECT_TRUE(home->dossier->inbox.list({{InboxRecord::State::stored}}).empty());
}

TEST_F(LyingBroker, AnOlderStatementInALookUpIsTampering) {
  confirm();
  const v1::DirectoryEntry older = broker.directory["jgt-leiden"];
  const std::uint64_t older_index = broker.statement_index["jgt-leiden"];
  broker.publish(
      "jgt-leiden",
      handed_over(partner, Member("jgt-leiden")));  // the confirmed identity was given up
  broker.directory["jgt-leiden"] = older;
  broker.statement_index["jgt-leiden"] = older_index;
  const auto sent = refer();
  ASSERT_FALSE(sent);
  EXPECT_EQ(describe(sent.refusal()), lie("an older key statement than the log has"));
  EXPECT_EQ(broker.count(v1::ClientFrame::kSubmit), 0u);
}

// Profiles as the log brings them, whatever the broker's gate would have said.
class LyingProfiles : public LyingBroker {
 protected:
  v1::SignedObject profile(const Member& by, const std::string& telephone,
                           std::chrono::hours ago) const {
    v1::ProfileStatement statement;
    statement.set_organisation(by.org.str());
    statement.set_key_id(crypto::key_id(crypto::KeyType::signing, by.signing.public_key()).str());
    statement.set_operation_id(crypto::random_bytes(16));
    statement.set_created(to_ms(SystemClock().now() - ago));
    statement.mutable_profile()->set_takes_crisis(true);
    statement.mutable_profile()->set_crisis_telephone(telephone);
    v1::SignedObject out;
    out.set_body(wire::serialise(statement));
    out.set_signature(by.signing.sign(crypto::ProfileStatement::type, out.body()));
    return out;
  }
  void log(const v1::SignedObject& object, const OrgId& org) {
    auto event = audit::said_by(*crypto::ProfileStatement::parse(object.body()),
                                crypto::sha256(object.body()));
    event.set_actor(org.str());
    broker.log(event, object.body(), object.signature());
  }
  std::string telephone() {
    Context& e = context();
    EXPECT_TRUE(ready(e));
    const auto known = home->dossier->directory.find(partner.org);
    v1::Profile profile;
    EXPECT_TRUE(known && profile.ParseFromString(known->profile));
    return profile.crisis_telephone();
  }
};

TEST_F(LyingProfiles, AnOldOneThatIsLoggedAgainChangesNothing) {
  const auto old = profile(partner, "071-1111111", std::chrono::hours(48));
  log(old, partner.org);
  EXPECT_EQ(telephone(), "071-1111111");
  log(profile(partner, "071-2222222", std::chrono::hours(24)), partner.org);
  log(old, partner.org);
  EXPECT_EQ(telephone(), "071-2222222");
}

TEST_F(LyingProfiles, ARevokedKeySignsNone) {
  log(profile(partner, "071-1111111", std::chrono::hours(2)), partner.org);
  Member now("jgt-leiden");
  now.identity = crypto::SigningKey::from_seed(partner.identity.seed());
  broker.publish(now);  // another signing key
  log(profile(partner, "071-6666666", std::chrono::hours(1)), partner.org);
  EXPECT_EQ(telephone(), "071-1111111");
  log(profile(now, "071-2222222", std::chrono::hours(0)), partner.org);
  EXPECT_EQ(telephone(), "071-2222222");
}

TEST_F(LyingProfiles, OneInOurNameThatWeDidNotMakeRaisesAnAlarm) {
  log(profile(me, "071-6666666", std::chrono::hours(1)), me.org);
  EXPECT_EQ(describe(ready(context()).refusal()),
            lie("a profile was published in our name that we did not make"));
}

TEST_F(LyingBroker, ARecordThatLeadsToTheHouseIsNotRegistered) {
  std::string json = draft();
  const std::string record = R"("record":{)";
  json.insert(json.find(record) + record.size(),
              R"("groundNote":"moeder woont op Breestraat 12",)");
  EXPECT_TRUE(register_grant(context(), json)) << "where it is no secret, refer asks";
  json.insert(1, R"("secretAddress":true,)");
  Context& e = context();
  const auto registered = register_grant(e, json);
  EXPECT_EQ(registered ? RefusalCode::busy : registered.refusal().code,
            RefusalCode::document_blocked);
  EXPECT_EQ(broker.count(v1::ClientFrame::kRegisterGrant), 1u);
}

TEST_F(LyingBroker, ATitleThatMovesTheScreenIsTampering) {
  v1::Admission admission;
  admission.set_org("go-voor-jeugd");
  admission.set_title("Go!\njgt-leiden  confirmed");
  admission.set_kind(v1::ORG_KIND_YOUTH_TEAM);
  v1::AuditEvent event;
  event.set_kind(v1::EVENT_KIND_PARTICIPANT_ADMITTED);
  event.set_counterpart(admission.org());
  broker.log(event, wire::serialise(admission));
  EXPECT_EQ(ready(context()).refusal().code, RefusalCode::tampered);
}

TEST_F(LyingBroker, WhoServesIsReadInTheLogWhateverTheDirectoryLeavesOut) {
  broker.publish(Member("go-voor-jeugd"));
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM, "GM0484");  // described anew
  Context& e = context();
  const Residence alphen{true, "GM0484"};
  ASSERT_EQ(route(e, alphen)->organisations.size(), 1u);
  for (const auto& frame : broker.taken)
    EXPECT_EQ(wire::serialise(frame).find("GM0484"), std::string::npos) << "nor is it asked about";
  broker.directory.erase("go-voor-jeugd");
  EXPECT_EQ(route(context(), alphen)->organisations.size(), 1u);
}

TEST_F(LyingBroker, AnOrganisationThatTheDirectoryLeavesOutIsTampering) {
  broker.publish(Member("go-voor-jeugd"));
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM, "GM0484");
  broker.directory.erase("go-voor-jeugd");
  const auto routed = route(context(), Residence{true, "GM0484"});
  ASSERT_FALSE(routed);
  EXPECT_EQ(describe(routed.refusal()), lie("an organisation that the directory leaves out"));
}

TEST_F(LyingBroker, AMessageThatAnotherOrganisationSignedIsNotStored) {
  confirm();
  Member other("go-voor-jeugd");
  auto delivery = broker.message(partner, me.org, my_epoch_key, broker.shares);
  delivery.mutable_envelope()->set_signature(
      other.signing.sign(crypto::Header::type, delivery.envelope().header()));
  broker.deliveries.push_back(delivery);
  Context& e = context();
  EXPECT_EQ(mail(e).refusal().code, RefusalCode::tampered);
  EXPECT_TRUE(home->dossier->inbox.list({{InboxRecord::State::stored}}).empty());
}

TEST_F(LyingBroker, WhatTheBrokerErasedLongAgoIsAcknowledgedToNobody) {
  confirm();
  for (int i = 0; i < 2; ++i)
    broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  broker.forgotten.insert(
      crypto::Header::parse(broker.deliveries.front().envelope().header())->message.str());
  const auto inbox = mail(context());
  ASSERT_TRUE(inbox) << describe(inbox.refusal());
  EXPECT_EQ(inbox->size(), 2u);
  EXPECT_EQ(broker.count(v1::ClientFrame::kReceived), 3u) << "both together, then each alone";
  EXPECT_TRUE(home->dossier->inbox.unacknowledged().empty());
}

TEST_F(LyingBroker, AReplayedMessageIsNotDeliveredTwice) {
  confirm();
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  broker.deliveries.push_back(broker.deliveries.front());
  Context& e = context();
  EXPECT_EQ(mail(e)->size(), 1u);
  EXPECT_EQ(mail(e, true)->size(), 1u);
}

TEST_F(LyingBroker, AWrongShareIsTheBrokersLieAndNothingIsRejected) {
  confirm();
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  broker.shares.back() = std::string(32, 'x');
  Context& e = context();
  const MessageId message = mail(e)->front().message;
  EXPECT_EQ(open(e, message, {}, tester()).refusal().code, RefusalCode::tampered);
  EXPECT_EQ(broker.count(v1::ClientFrame::kRejected), 0u);
}

TEST_F(LyingBroker, KeysPublishedInOurNameRaiseAnAlarm) {
  Context& e = context();
  ASSERT_TRUE(ready(e));
  broker.publish(Member(me.org.str()));
  Context& later = context();
  EXPECT_EQ(ready(later).refusal().code, RefusalCode::tampered);
}

TEST_F(LyingBroker, AForkedLogIsTampering) {
  ASSERT_TRUE(ready(context()));
  broker.forks = true;
  Context& e = context();
  EXPECT_EQ(describe(ready(e).refusal()), lie("two roots for one size"));
}

TEST_F(LyingBroker, KeysOfASenderThatHadEndedAreTampering) {
  const Member old("go-voor-jeugd");
  broker.publish("go-voor-jeugd", old.statement(SystemClock().now() - std::chrono::hours(24 * 60)));
  broker.deliveries.push_back(broker.message(old, me.org, my_epoch_key, broker.shares));
  EXPECT_EQ(describe(mail(context()).refusal()), lie("a sender's keys that had ended"));
}

TEST_F(LyingBroker, AMessageOutsideItsGrantIsTampering) {
  broker.granted = v1::CATEGORY_SAFETY;
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  EXPECT_EQ(describe(mail(context()).refusal()), lie("a message outside its grant"));
}

TEST_F(LyingBroker, AGrantThatItsGroundDoesNotAllowIsTampering) {
  broker.ground = v1::GROUND_NOT_PERSONAL;
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  EXPECT_EQ(describe(mail(context()).refusal()), lie("a grant that its ground does not allow"));
}

TEST_F(LyingBroker, AnEventOfOursThatIsLeftOutIsMissedAtTheNextOne) {
  confirm();
  ASSERT_TRUE(register_grant(context(), draft()));
  broker.deliveries.push_back(broker.message(partner, me.org, my_epoch_key, broker.shares));
  const auto [grant, submitted] = std::pair(broker.deliveries.front().grant_event().index(),
                                            broker.deliveries.front().event().index());
  broker.withheld = {grant};
  EXPECT_EQ(describe(ready(context()).refusal()),
            lie("an event of ours is missing before event " + std::to_string(submitted)));
}

TEST_F(LyingBroker, AReceiptThatItsLogForgetsIsMissedWhenWeVerify) {
  confirm();
  broker.withheld = {broker.size()};  // what the receipt below is for
  ASSERT_TRUE(register_grant(context(), draft()));
  ASSERT_TRUE(ready(context()));
  const auto verified = verify_log(*home, true);
  ASSERT_FALSE(verified);
  EXPECT_EQ(describe(verified.refusal()), lie("a receipt of ours is not in the log, event " +
                                              std::to_string(*broker.withheld.begin())));
}

TEST_F(LyingBroker, ARefusalThatTheLogDoesNotBearOutEndsNoWithdrawal) {
  confirm();
  ASSERT_TRUE(refer());
  const GrantId grant = home->dossier->grants.all().front();
  for (const RefusalCode code :
       {RefusalCode::unknown_grant, RefusalCode::grant_withdrawn, RefusalCode::grant_expired}) {
    broker.to_withdrawals = code;
    const auto refused = withdraw_grant(context(), grant, {});
    ASSERT_FALSE(refused) << id_of(code);
    EXPECT_EQ(refused.refusal().code, RefusalCode::tampered);
    EXPECT_EQ(home->dossier->withdrawals.waiting().size(), 1u)
        << "it is passed on as soon as somebody takes it";
  }
}

TEST_F(LyingBroker, AnotherKindOfOrganisationThanTheLogSaysIsTampering) {
  broker.directory["jgt-leiden"].set_kind(v1::ORG_KIND_SHELTER);
  v1::LookUp wanted;
  wanted.set_org("jgt-leiden");
  EXPECT_EQ(describe(look_up(context(), wanted).refusal()),
            lie("another kind of organisation than the log says"));
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
  const auto at = broker.log(lie, "no received at all", std::string(64, 's'));
  Context& e = context();
  const auto refused = ready(e).refusal();
  EXPECT_EQ(refused.code, RefusalCode::tampered);
  EXPECT_EQ(refused.detail,
            "the broker: event " + std::to_string(at) + ": nobody signed what the log says");
  EXPECT_EQ(home->dossier->referrals.find(sent->referral)->state, ReferralState::sent);
  EXPECT_EQ(verify_log(*home, true).refusal().code, RefusalCode::tampered);
}

TEST_F(LyingBroker, WhatIsNotAboutOurBusinessMovesNothingOfOurs) {
  confirm();
  const auto sent = refer();
  ASSERT_TRUE(sent);
  for (const std::string& org : {me.org.str(), partner.org.str()}) {
    v1::AuditEvent other;  // the operator's word, which nobody signs
    other.set_kind(v1::EVENT_KIND_PARTICIPANT_RESUMED);
    other.set_counterpart(org);
    other.set_grant_id(home->dossier->grants.all().front().str());
    auto* transition = other.add_transitions();
    transition->set_referral_id(sent->referral.str());
    transition->set_state(v1::REFERRAL_STATE_ACCEPTED);
    broker.log(other);
  }
  ASSERT_TRUE(ready(context()));
  EXPECT_EQ(home->dossier->referrals.find(sent->referral)->state, ReferralState::sent);
}

TEST_F(LyingBroker, AStateThatNobodySignedForIsNotBelievedAfterADeliveryEither) {
  confirm();
  auto delivery = broker.message(partner, me.org, my_epoch_key, broker.shares);
  const auto header = *crypto::Header::parse(delivery.envelope().header());
  v1::AuditEvent lie;  // "withdrawn", which the holder never signed
  lie.set_kind(v1::EVENT_KIND_GRANT_WITHDRAWN);
  lie.set_actor(partner.org.str());
  lie.set_counterpart(me.org.str());
  lie.set_grant_id(header.grant.str());
  broker.log(lie, "no withdrawal at all", std::string(64, 's'));
  broker.deliveries.push_back(delivery);
  EXPECT_EQ(mail(context()).refusal().code, RefusalCode::tampered);
  const auto grant = home->dossier->grants.find(header.grant);
  EXPECT_FALSE(grant && grant->withdrawn);
}

TEST_F(LyingBroker, AWithdrawalOfOursCountsWhateverTheLogShowsOfIt) {
  confirm();
  ASSERT_TRUE(refer());
  const GrantId grant = home->dossier->grants.all().front();
  broker.erases = true;
  (void)withdraw_grant(context(), grant, {});
  EXPECT_TRUE(home->dossier->grants.find(grant)->withdrawn);
}

// A log that began more than a year ago.
class LongLog : public LyingBroker {
 protected:
  LongLog() : LyingBroker(std::chrono::days(400)) {}
  std::uint64_t logged(std::chrono::days ago) {
    broker.behind = ago;
    v1::AuditEvent refused;
    refused.set_kind(v1::EVENT_KIND_REFUSED);
    refused.set_actor(me.org.str());
    return broker.log(refused);
  }
  void list(std::uint64_t index, std::chrono::days ago = {}) {
    broker.behind = ago;
    v1::AuditEvent erased;
    erased.set_kind(v1::EVENT_KIND_EVENTS_ERASED);
    erased.add_erased_indices(index);
    broker.log(erased);
  }
  std::string ready() {
    Context& e = context();
    const auto done = sdk::ready(e);
    return done ? "" : done.refusal().detail;
  }
};

TEST_F(LongLog, ABodyMayGoAfterAYearAndTheLogSaysSo) {
  const auto old = logged(std::chrono::days(366));
  broker.erase(old);
  EXPECT_EQ(ready(), "") << "the log was read just before the erasure was published";
  list(old);
  EXPECT_EQ(ready(), "");
  EXPECT_TRUE(verify_log(*home, true));
}

TEST_F(LongLog, ABodyThatTheLogDoesNotSayIsErasedIsMissed) {
  broker.erase(logged(std::chrono::days(366)));
  EXPECT_EQ(ready(), "");
  logged(std::chrono::days(0));
  EXPECT_EQ(ready(), "an event without its body, number 8");
  EXPECT_EQ(verify_log(*home, true).refusal().detail, "an event without its body, number 8");
}

TEST_F(LongLog, ABodyThatIsErasedBeforeItsTimeIsMissed) {
  logged(std::chrono::days(364));
  const auto early = logged(std::chrono::days(0));
  broker.erase(early);
  list(early);
  EXPECT_EQ(ready(), "an event that was erased too soon, number 10");
  EXPECT_EQ(verify_log(*home, true).refusal().detail,
            "an event that was erased too soon, number 10");
}

TEST_F(LongLog, AClockThatRunsAheadErasesNothing) {
  logged(std::chrono::days(3));
  const auto young = logged(std::chrono::days(3));
  broker.erase(young);
  list(young, std::chrono::days(-400));
  EXPECT_EQ(ready(), "an event that is erased in the future, number 10");
}

TEST_F(LongLog, TimeThatGoesBackErasesNothing) {
  const auto old = logged(std::chrono::days(366));
  broker.erase(old);
  list(old);
  logged(std::chrono::days(10));
  EXPECT_EQ(ready(), "the log's time goes back at event 12");
}

TEST_F(LongLog, AnErasureIsOfWhatCameBefore) {
  broker.erase(logged(std::chrono::days(366)));
  list(10);
  EXPECT_EQ(ready(), "an erasure of what is yet to come, event 10");
}

}  // namespace
}  // namespace veerpont::sdk
