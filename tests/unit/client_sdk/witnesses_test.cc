// A log that witnesses cosign, and a broker that lies to one of its members: what the others signed
// contradicts it. And a member that is a witness, to whom it lies.
#include <boost/json/parse.hpp>
#include <fstream>

#include "audit/evidence.h"
#include "client_sdk/home/log_verdict.h"
#include "client_sdk/log/witnesses.h"
#include "client_sdk/operations/witness.h"
#include "schemas/document_json.h"
#include "tests/fakes/lying_broker.h"

namespace veerpont::sdk {
namespace {

using fakes::LyingBroker;
using Witness = fakes::TestBroker::Witness;

class LyingToWitnesses : public LyingBroker {
 protected:
  std::string contact() {
    Context& e = context();
    const auto done = ready(e);
    return done ? "" : done.refusal().detail;
  }
  void trusted() {
    broker.name_witnesses({&one, &two, &three}, 2);
    ASSERT_EQ(contact(), "");
    for (const Witness* witness : {&one, &two, &three})
      ASSERT_TRUE(confirm_witness(context(), witness->key.str()));
  }
  std::uint64_t event_of_mine() {
    v1::AuditEvent refused;
    refused.set_kind(v1::EVENT_KIND_REFUSED);
    refused.set_actor(me.org.str());
    return broker.log(refused);
  }
  // What the evidence in this home shows to somebody with the log's key alone.
  audit::EvidenceVerdict judged() {
    const auto verdict = log_verdict(*home);
    EXPECT_TRUE(verdict);
    std::ifstream file(verdict ? verdict->file : "");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    v1::LogEvidence evidence;
    EXPECT_TRUE(read_json(text, evidence));
    auto shown = audit::judge(evidence, broker.key);
    EXPECT_TRUE(shown) << (shown ? "" : describe(shown.refusal()));
    return shown ? *shown : audit::EvidenceVerdict{};
  }
  // Which is what it says at two contacts in a row.
  void found(const std::string& says) {
    EXPECT_EQ(contact(), says);
    EXPECT_FALSE(log_verdict(*home)) << "a lost answer is no verdict";
    EXPECT_EQ(contact(), says);
    ASSERT_TRUE(log_verdict(*home));
    EXPECT_EQ(log_verdict(*home)->says, says);
  }
  Time now() const { return SystemClock().now(); }
  std::string mistimed(std::uint64_t index, Time said) const {
    return "event " + std::to_string(index) + " says " + rfc3339(said) +
           ", which is not when witnesses say that the log had it";
  }
  // When the log says that it was.
  Time said_at(std::uint64_t index) {
    v1::AuditEvent event;
    event.ParseFromString(broker.proven(index, me.org.str()).body());
    return time_from_ms(event.time());
  }
  Witness one{"one.example"}, two{"two.example"}, three{"three.example"};
};

TEST_F(LyingToWitnesses, AQuorumOfThoseThatAPersonConfirmedVouches) {
  broker.name_witnesses({&one, &two, &three}, 2);
  broker.cosign({&one, &two}, now());
  ASSERT_EQ(contact(), "");
  EXPECT_FALSE(is_witnessed_now(*home, now())) << "the broker could have made them up";
  ASSERT_TRUE(confirm_witness(context(), one.key.str()));
  EXPECT_FALSE(witnessed_now(*home));
  ASSERT_TRUE(confirm_witness(context(), three.key.str()));
  EXPECT_FALSE(witnessed_now(*home)) << "the third has not signed";
  broker.cosign({&three}, now() - std::chrono::minutes(3));
  ASSERT_EQ(contact(), "");
  ASSERT_TRUE(witnessed_now(*home));
  EXPECT_EQ(witnessed_now(*home)->size, broker.size());
  EXPECT_TRUE(is_witnessed_now(*home, now()));
  EXPECT_FALSE(is_witnessed_now(*home, now() + std::chrono::minutes(6)));
  EXPECT_FALSE(confirm_witness(context(), Witness("four.example").key.str()));
}

TEST_F(LyingToWitnesses, EachMaySignAnotherSize) {
  trusted();
  broker.cosign({&one}, now());
  const std::uint64_t first = broker.size();
  event_of_mine();
  broker.cosign({&two}, now());
  event_of_mine();
  broker.cosign({&three}, now() - std::chrono::minutes(20));
  ASSERT_EQ(contact(), "");
  ASSERT_TRUE(witnessed_now(*home));
  EXPECT_EQ(witnessed_now(*home)->size, first + 2) << "as far as two of them signed";
  EXPECT_TRUE(is_witnessed_now(*home, now())) << "and two of them now";
  EXPECT_EQ(kept_witnesses(*home).notes_size(), 3);
  broker.cosigned.clear();
  broker.cosign({&one, &two, &three}, now());
  ASSERT_EQ(contact(), "");
  EXPECT_EQ(kept_witnesses(*home).notes_size(), 1) << "the older notes are nobody's newest";
}

TEST_F(LyingToWitnesses, ALogThatTheyDidNotSignIsFound) {
  trusted();
  broker.cosign({&one, &two}, now(), crypto::sha256("another tree"));
  const std::string size = std::to_string(broker.size());
  event_of_mine();
  found("witnesses cosigned another log than we are shown, a tree of " + size);
  const auto shown = judged();
  EXPECT_FALSE(shown.convicts) << "which of two trees of two sizes is right, needs both";
}

TEST_F(LyingToWitnesses, TwoRootsForOneSizeConvictIt) {
  trusted();
  event_of_mine();
  ASSERT_EQ(contact(), "");
  broker.cosign({&one, &two}, now(), crypto::sha256("another tree"));
  found("witnesses cosigned another log than we are shown, a tree of " +
        std::to_string(broker.size()));
  EXPECT_TRUE(judged().convicts);
}

TEST_F(LyingToWitnesses, AnEventThatIsBackDatedIsFoundAndConvicts) {
  trusted();
  broker.cosign({&one, &two}, now());
  ASSERT_EQ(contact(), "");
  broker.behind = std::chrono::days(1);
  const std::uint64_t lie = event_of_mine();
  broker.behind = {};
  found(mistimed(lie, said_at(lie)));
  const auto shown = judged();
  EXPECT_TRUE(shown.convicts);
}

TEST_F(LyingToWitnesses, AnEventThatClaims1970IsFoundAndConvicts) {
  trusted();
  broker.cosign({&one, &three}, now());
  ASSERT_EQ(contact(), "");
  broker.behind = std::chrono::floor<std::chrono::days>(now().time_since_epoch());
  const std::uint64_t lie = event_of_mine();
  broker.behind = {};
  ASSERT_LT(said_at(lie), time_from_ms(24LL * 3600 * 1000));
  found(mistimed(lie, said_at(lie)));
  EXPECT_TRUE(judged().convicts);
}

TEST_F(LyingToWitnesses, AnEventOfTomorrowIsFoundWhenTheyHaveSignedTheTree) {
  trusted();
  broker.behind = std::chrono::days(-1);
  const std::uint64_t lie = event_of_mine();
  broker.behind = {};
  ASSERT_EQ(contact(), "") << "nobody knows yet";
  broker.cosign({&two, &three}, now());
  found(mistimed(lie, said_at(lie)));
  EXPECT_TRUE(judged().convicts);
}

TEST_F(LyingToWitnesses, AnOldTreeThatTheyAreMadeToSignForEverIsFound) {
  trusted();
  broker.cosign({&one, &two}, now());
  auto notes = std::exchange(broker.cosigned, {});
  broker.behind = std::chrono::days(1);
  const std::uint64_t later = event_of_mine();
  broker.behind = {};
  ASSERT_EQ(contact(), "") << "read and kept before anybody shows a cosignature";
  broker.cosigned = notes;
  found(mistimed(later, said_at(later)));
}

// Whoever has the log's entries, which are public, can show one as if it were erased.
TEST_F(LyingToWitnesses, WhatIsShownWithoutItsBodyConvictsNobody) {
  const std::uint64_t named = broker.name_witnesses({&one, &two, &three}, 2);
  broker.cosign({&one, &two, &three}, now());
  const std::string cosigned = broker.cosigned.begin()->second;
  const std::uint64_t later = event_of_mine();
  broker.cosigned.clear();
  broker.cosign({}, now());
  v1::LogEvidence evidence;
  evidence.set_form(1);
  evidence.add_notes(broker.cosigned.begin()->second);
  evidence.add_notes(cosigned);
  v1::ProvenEvent bare = broker.proven(later, me.org.str());
  bare.set_entry(audit::event_commitment(bare.salt(), bare.body()).str());
  for (auto* text : {bare.mutable_salt(), bare.mutable_body()}) text->clear();
  bare.clear_openings();
  *evidence.add_events() = bare;
  *evidence.mutable_witnesses() = broker.proven(named, me.org.str());
  evidence.set_witnesses_note(broker.cosigned.begin()->second);
  const auto shown = audit::judge(evidence, broker.key);
  ASSERT_TRUE(shown) << describe(shown.refusal());
  EXPECT_FALSE(shown->convicts);
  *evidence.mutable_events(0) = broker.proven(later, me.org.str());
  const auto whole = audit::judge(evidence, broker.key);
  ASSERT_TRUE(whole);
  EXPECT_FALSE(whole->convicts);
}

TEST_F(LyingToWitnesses, FewerThatMustSignIsSaidUntilAPersonKnows) {
  trusted();
  broker.name_witnesses({&one}, 1);
  broker.cosign({&one, &two}, now());
  ASSERT_EQ(contact(), "");
  EXPECT_FALSE(kept_witnesses(*home).has_next());
  const auto check = witnesses_check(context());
  ASSERT_TRUE(check);
  EXPECT_FALSE(check->ok);
  EXPECT_NE(check->cause.find("fewer"), std::string::npos);
  ASSERT_TRUE(confirm_witness(context(), "seen"));
  EXPECT_TRUE(witnesses_check(context())->ok);
}

TEST_F(LyingToWitnesses, OneWitnessWhoseClockIsWrongAccusesNobody) {
  trusted();
  broker.cosign({&one}, now() + std::chrono::hours(3));
  broker.cosign({&two}, now());
  event_of_mine();
  EXPECT_EQ(contact(), "");
  broker.cosign({&three}, now() - std::chrono::hours(3));
  event_of_mine();
  EXPECT_EQ(contact(), "");
  EXPECT_EQ(contact(), "");
  EXPECT_FALSE(log_verdict(*home));
}

TEST_F(LyingToWitnesses, WhoItsWitnessesAreIsWhatTheEventCommitsTo) {
  ASSERT_EQ(contact(), "");
  v1::AuditEvent named;
  named.set_kind(v1::EVENT_KIND_WITNESSES_NAMED);
  v1::WitnessPolicy policy;
  for (const Witness* witness : {&one, &two})
    policy.add_witnesses()->set_verifier_key(witness->key.str());
  policy.set_quorum(1);
  const auto place = broker.log(named, wire::serialise(policy));
  EXPECT_EQ(contact(), "the witnesses that the operator names, event " + std::to_string(place));
}

TEST_F(LyingToWitnesses, AnotherPolicyCountsWhenThoseBeforeHaveSignedIt) {
  trusted();
  Witness four("four.example");
  broker.name_witnesses({&four}, 1);
  broker.cosign({&four}, now());
  ASSERT_EQ(contact(), "");
  EXPECT_TRUE(kept_witnesses(*home).has_next());
  broker.cosign({&one}, now());
  ASSERT_EQ(contact(), "");
  EXPECT_TRUE(kept_witnesses(*home).has_next()) << "one of three is no quorum";
  broker.cosign({&three}, now());
  ASSERT_EQ(contact(), "");
  EXPECT_FALSE(kept_witnesses(*home).has_next());
  EXPECT_FALSE(is_witnessed_now(*home, now()));
  ASSERT_TRUE(confirm_witness(context(), four.key.str()));
  EXPECT_TRUE(is_witnessed_now(*home, now()));

  broker.name_witnesses({&one}, 1, "vier is gestopt");
  ASSERT_EQ(contact(), "");
  EXPECT_FALSE(kept_witnesses(*home).has_next()) << "at once";
  const auto all = witnesses(context());
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->at_once);
  EXPECT_EQ(all->reason, "vier is gestopt");
}

// This home is the witness.
TEST_F(LyingToWitnesses, AWitnessSignsOneLogOnly) {
  Context& witness = context();
  ASSERT_TRUE(cosign(witness));
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), 1u);
  ASSERT_TRUE(cosign(witness)) << "nothing is new";
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), 1u);
  event_of_mine();
  const auto again = cosign(witness);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size, broker.size());
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), 2u);

  broker.forks = true;
  event_of_mine();
  EXPECT_FALSE(cosign(witness));
  EXPECT_FALSE(cosign(witness));
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), 2u) << "another tree is not signed";
}

TEST_F(LyingToWitnesses, AWitnessDoesNotSignWhatItsListsContradict) {
  Context& witness = context();
  ASSERT_TRUE(cosign(witness));
  broker.admit("go-voor-jeugd", v1::ORG_KIND_YOUTH_TEAM);
  broker.withheld = {broker.size() - 2};
  EXPECT_FALSE(cosign(witness));
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), 1u);
  broker.withheld.clear();
  EXPECT_TRUE(cosign(witness));
}

TEST_F(LyingToWitnesses, AWitnessThatSignedMoreSignsNothingSmaller) {
  Context& witness = context();
  event_of_mine();
  ASSERT_TRUE(cosign(witness));
  Context& other = context();  // another program of this home, with a session that stands earlier
  ASSERT_TRUE(cosign(other));
  const auto signed_by_both = broker.count(v1::ClientFrame::kCosign);
  event_of_mine();
  ASSERT_TRUE(cosign(witness));
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), signed_by_both + 1);
  const auto behind = cosign(other);
  ASSERT_FALSE(behind) << "nothing proves that what it is shown extends what this home signed";
  EXPECT_EQ(behind.refusal().code, RefusalCode::busy);
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), signed_by_both + 1);
  ASSERT_TRUE(cosign(other)) << "from what was pinned, it goes on";
  // What it kept is a tree that no session shows.
  home->dossier->settings.set(
      "cosigned", audit::SignedCheckpoint::sign(
                      {broker.key.name(), broker.size() + 50, crypto::sha256("larger")}, broker.key,
                      broker.signer)
                      .note());
  event_of_mine();
  const auto before = broker.count(v1::ClientFrame::kCosign);
  EXPECT_FALSE(cosign(witness));
  EXPECT_EQ(broker.count(v1::ClientFrame::kCosign), before);
}

}  // namespace
}  // namespace veerpont::sdk
