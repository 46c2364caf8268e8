// What store.h promises, asked of every store there is: the SQLite one and the fake that the other
// tests rely on.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "broker/store/sqlite/store.h"
#include "crypto/random.h"
#include "schemas/wire.h"
#include "tests/fakes/memory_parts.h"
#include "tests/fakes/test_broker.h"

namespace veerpont::broker {
namespace {

using fakes::Member;

template <class T>
T fresh() {
  return *T::from_bytes(crypto::random_bytes(16));
}
const Time kNow = time_from_ms(1'790'000'000'000);  // 2026-09-21
const Time kOver = *amsterdam_midnight("2026-09-01");
const Time kLater = *amsterdam_midnight("2026-11-01");

struct MakeSqlite {
  std::string folder = testing::TempDir() + "contract-" + crypto::to_hex(crypto::random_bytes(6));
  MakeSqlite() { std::filesystem::create_directories(folder); }
  ~MakeSqlite() { std::filesystem::remove_all(folder); }
  std::unique_ptr<Store> open() { return open_sqlite_store(folder + "/broker.db"); }
};
struct MakeMemory {
  std::unique_ptr<Store> open() { return std::make_unique<fakes::MemoryStore>(); }
};

template <class Maker>
class StoreContract : public testing::Test {
 protected:
  StoreContract() {
    store = maker.open();
    term = store->claim();
    commit({draft(v1::EVENT_KIND_GENESIS, "", "")}, {});
    for (const OrgId& org : {shelter, team}) {
      commit({draft(v1::EVENT_KIND_PARTICIPANT_ADMITTED, "", org.str())},
             {PutParticipant{{org,
                              "title of " + org.str(),
                              OrgKind::shelter,
                              {"GM0546", "GM0484"},
                              false,
                              false,
                              {},
                              {},
                              0,
                              {},
                              {},
                              {}}}});
      publish(Member(org.str()));
    }
  }

  static EventDraft draft(v1::EventKind kind, const std::string& actor,
                          const std::string& counterpart) {
    EventDraft out;
    out.event.set_kind(kind);
    out.event.set_actor(actor);
    out.event.set_counterpart(counterpart);
    return out;
  }
  Facts ask(std::vector<Question> questions) { return store->begin(term)->load(questions); }
  // One batch; the index of its first event.
  LogIndex commit(std::vector<EventDraft> drafts, std::vector<Change> changes,
                  Commit expected = Commit::committed) {
    auto batch = store->begin(term);
    Facts facts = batch->load(std::vector<Question>{AskOrg{shelter}, AskOrg{team}});
    const LogIndex first = ledger.next();
    std::vector<Leaf> leaves;
    Chains chains{facts.chains, facts.pairs,
                  [&](const audit::OrgPair& pair) { return batch->pair_head(pair); }};
    for (auto& event : drafts) leaves.push_back(ledger.place(std::move(event), kNow, chains));
    ledger.close();
    last_batch = crypto::random_bytes(16);
    EXPECT_EQ(batch->commit(last_batch, changes, leaves, ledger.growth(),
                            leaves.empty() ? batch->head() : ledger.seal(signer, term)),
              expected);
    ledger.forget_growth();
    return first;
  }
  void publish(const Member& member) {
    auto event = draft(v1::EVENT_KIND_KEYS_PUBLISHED, member.org.str(), "");
    event.statement = member.statement();
    auto statement = crypto::KeyStatement::verify(*event.statement);
    event.event.set_object_sha256(statement->sha256().str());
    commit({event}, {Enrol{member.org}, PutStatement{*statement, ledger.next(), kNow}});
  }
  GrantId grant(Time expires) {
    v1::Grant body;
    const auto id = fresh<GrantId>();
    body.set_grant_id(id.str());
    body.set_holder(shelter.str());
    body.set_holder_key_id(crypto::random_bytes(32));
    body.set_recipient(team.str());
    body.set_ground(v1::GROUND_CONSENT);
    body.set_purpose(v1::PURPOSE_ARRANGE_HELP);
    body.set_kind(v1::EXCHANGE_KIND_REFERRAL);
    body.add_outbound(v1::CATEGORY_ROUTING);
    body.add_outbound(v1::CATEGORY_SAFETY);
    body.set_not_before(to_ms(kOver - std::chrono::hours(24)));
    body.set_expires(to_ms(expires));
    body.add_withdrawal_hashes(crypto::random_bytes(32));
    body.set_record_commitment(crypto::random_bytes(32));
    body.set_operation_id(crypto::random_bytes(16));
    body.set_created(to_ms(kNow));
    auto event = draft(v1::EVENT_KIND_GRANT_REGISTERED, shelter.str(), team.str());
    event.object.emplace().set_body(wire::serialise(body));
    event.object->set_signature("signature");
    auto parsed = crypto::Grant::parse(event.object->body());
    EXPECT_TRUE(parsed) << (parsed ? "" : describe(parsed.refusal()));
    commit({event}, {PutGrant{{*parsed,
                               crypto::sha256(event.object->body()),
                               ledger.next(),
                               {},
                               false,
                               false,
                               {},
                               {}}}});
    return id;
  }
  MessageId message(const GrantId& grant, const ReferralId& referral, bool first, Time expires,
                    std::size_t bytes = 100) {
    const auto id = fresh<MessageId>();
    auto event = draft(v1::EVENT_KIND_SUBMITTED, shelter.str(), team.str());
    event.object.emplace().set_body("header of " + id.hex());
    event.object->set_signature("signature");
    v1::Envelope envelope;
    envelope.set_header(event.object->body());
    envelope.set_signature("signature");
    envelope.add_ciphertexts("sealed record");
    envelope.add_ciphertexts("sealed routing");
    const CategorySet both{Category::grant_record, Category::routing};
    std::vector<Change> changes;
    if (first) {
      changes.push_back(BindGrant{grant, referral});
      changes.push_back(PutReferral{{referral, shelter, team, grant, ReferralState::sent, kNow}});
    }
    changes.push_back(PutMessage{
        {id, crypto::sha256(envelope.header()), ledger.next(), shelter, team, grant, referral,
         Step::refer, expires, both, bytes, MessageFact::Status::stored, false, both},
        std::make_shared<const v1::Envelope>(envelope)});
    for (const Category category : both.list())
      changes.push_back(PutShare{{id, category, grant, "wrapped " + id_of(category)}});
    commit({event}, changes);
    return id;
  }

  Maker maker;
  OrgId shelter = *OrgId::parse("de-binnenvest");
  OrgId team = *OrgId::parse("jgt-leiden");
  LogSigner signer = [] {
    auto key = crypto::SigningKey::generate();
    return LogSigner{*audit::VerifierKey::create("federatie.example/audit", key.public_key()),
                     std::move(key)};
  }();
  std::unique_ptr<Store> store;
  Ledger ledger = Ledger::empty();
  Term term;
  BatchId last_batch;
};

using Makers = testing::Types<MakeSqlite, MakeMemory>;
TYPED_TEST_SUITE(StoreContract, Makers);

TYPED_TEST(StoreContract, TheHeadIsWhatWasCommittedLast) {
  const LogHead head = this->store->snapshot()->head();
  EXPECT_EQ(head.size.value, 10u);
  EXPECT_EQ(head.frontier, this->ledger.seal(this->signer, this->term).frontier);
  EXPECT_EQ(head.last_event_time, kNow);
  EXPECT_EQ(head.term.value, this->term.value);
  EXPECT_TRUE(audit::SignedCheckpoint::verify(head.checkpoint, this->signer.verifier));
  EXPECT_TRUE(Ledger::open(*this->store->snapshot(), this->signer.verifier));
}

TYPED_TEST(StoreContract, ABatchThatIsDroppedLeavesNoTrace) {
  {
    auto batch = this->store->begin(this->term);
    batch->load(std::vector<Question>{AskOrg{this->shelter}});
  }
  EXPECT_EQ(this->store->snapshot()->head().size.value, 10u);
  this->commit({}, {SetSuspended{this->team, true}});  // and the writer is free again
  EXPECT_TRUE(this->ask({AskOrg{this->team}}).participants.at(this->team).suspended);
}

TYPED_TEST(StoreContract, AnOlderTermCommitsNothing) {
  const Term older = this->term;
  this->term = this->store->claim();
  EXPECT_GT(this->term.value, older.value);
  auto batch = this->store->begin(older);
  EXPECT_EQ(batch->commit("0123456789abcdef", std::vector<Change>{SetSuspended{this->team, true}},
                          {}, {}, batch->head()),
            Commit::superseded);
  batch.reset();
  EXPECT_FALSE(this->ask({AskOrg{this->team}}).participants.at(this->team).suspended);
}

TYPED_TEST(StoreContract, ResolveKnowsTheLastBatchAlone) {
  this->commit({}, {SetSuspended{this->team, true}});
  EXPECT_EQ(this->store->resolve(this->last_batch), Commit::committed);
  EXPECT_EQ(this->store->resolve("another batch id"), Commit::superseded);
}

TYPED_TEST(StoreContract, ASnapshotDoesNotSeeWhatComesLater) {
  const auto before = this->store->snapshot();
  EXPECT_EQ(before->head().size.value, 10u);
  const GrantId grant = this->grant(kLater);
  EXPECT_EQ(before->head().size.value, 10u);
  EXPECT_FALSE(before->event(LogIndex{10}).has_value());
  EXPECT_FALSE(before->grant(grant).has_value());
  EXPECT_TRUE(this->store->snapshot()->grant(grant).has_value());
  EXPECT_EQ(this->store->snapshot()->grant_event(grant)->index,
            this->store->snapshot()->grant(grant)->index);
}

TYPED_TEST(StoreContract, WaitPastReturnsWhenTheLogHasGrown) {
  EXPECT_TRUE(this->store->wait_past(LogIndex{8}, std::chrono::steady_clock::now()));
  EXPECT_FALSE(this->store->wait_past(LogIndex{10}, std::chrono::steady_clock::now()));
  std::thread later([&] { this->grant(kLater); });
  EXPECT_TRUE(this->store->wait_past(LogIndex{10},
                                     std::chrono::steady_clock::now() + std::chrono::seconds(20)));
  later.join();
}

TYPED_TEST(StoreContract, ParticipantsCarryTheirKeysAndRetiredOnesStayKnown) {
  const Facts before = this->ask({AskOrg{this->shelter}});
  const Participant& published = before.participants.at(this->shelter);
  EXPECT_TRUE(published.enrolled);
  EXPECT_EQ(published.serves, (std::vector<std::string>{"GM0546", "GM0484"}));
  ASSERT_EQ(published.keys.size(), 2u);
  EXPECT_EQ(*published.statement_index, LogIndex{4});
  const Hash old_key = crypto::key_id(crypto::KeyType::signing, [&] {
    for (const auto& [id, key] : published.keys)
      if (key.type == crypto::KeyType::signing) return key.public_key;
    return std::string();
  }());
  EXPECT_EQ(this->ask({AskKeyOwner{old_key}}).key_owners.at(old_key), this->shelter);
  this->publish(Member("de-binnenvest"));  // other keys
  const Facts after = this->ask({AskOrg{this->shelter}});
  ASSERT_EQ(after.participants.at(this->shelter).keys.size(), 3u)
      << "another key of the same epoch takes the place of the first";
  std::size_t retired = 0;
  for (const auto& [id, key] : after.participants.at(this->shelter).keys)
    retired += key.standing == KeyFact::Standing::retired ? 1 : 0;
  EXPECT_EQ(retired, 1u) << "the signing key";
  EXPECT_EQ(after.participants.at(this->shelter).tls_keys.size(), 1u);
  const auto newest =
      this->store->snapshot()->event(*after.participants.at(this->shelter).statement_index);
  ASSERT_TRUE(newest && newest->statement);
  EXPECT_EQ(crypto::sha256(newest->statement->body()),
            after.participants.at(this->shelter).statement_sha256);
  EXPECT_EQ(*this->store->snapshot()->statement_at(this->shelter, LogIndex{8}), LogIndex{4});
  EXPECT_EQ(*this->store->snapshot()->statement_at(this->shelter, LogIndex{10}), LogIndex{10});
  EXPECT_FALSE(this->store->snapshot()->statement_at(this->shelter, LogIndex{2}).has_value());
  const auto everyone = this->store->snapshot()->participants();
  ASSERT_EQ(everyone.size(), 2u);
  EXPECT_EQ(everyone[0].keys.size(), 3u);
}

TYPED_TEST(StoreContract, QuestionsFollowLinks) {
  const GrantId grant = this->grant(kLater);
  const auto referral = fresh<ReferralId>();
  const MessageId message = this->message(grant, referral, true, kNow + std::chrono::hours(1));
  const Facts facts = this->ask({AskMessage{message}});
  EXPECT_EQ(facts.messages.at(message).referral, referral);
  EXPECT_EQ(facts.messages.at(message).ciphertexts, facts.messages.at(message).categories);
  EXPECT_EQ(facts.grants.at(grant).referral, referral);
  EXPECT_TRUE(facts.grants.at(grant).keys_present.empty()) << "the vault knows";
  EXPECT_EQ(facts.referrals.at(referral).provider, this->team);
  EXPECT_EQ(facts.participants.size(), 2u);
  EXPECT_EQ(facts.chains.size(), 2u);
  EXPECT_EQ(facts.chains.at(this->team).next, 4u);  // admitted, keys, grant, message
  EXPECT_EQ(facts.shares.size(), 2u);
  EXPECT_EQ((facts.backlog.at({this->shelter, this->team}).messages), 1u);
  EXPECT_EQ(this->ask({AskGrant{grant}}).referrals.size(), 1u);
  EXPECT_EQ(this->ask({AskReferral{referral}}).grants.size(), 1u);
  EXPECT_TRUE(this->ask({AskMessage{fresh<MessageId>()}}).messages.empty());
}

TYPED_TEST(StoreContract, MailComesInOrderBehindTheCursorWithinTheBudget) {
  const GrantId grant = this->grant(kLater);
  const auto referral = fresh<ReferralId>();
  std::vector<MessageId> sent;
  for (int i = 0; i < 4; ++i)
    sent.push_back(this->message(grant, referral, i == 0, kNow + std::chrono::hours(1), 100));
  const auto all = this->store->snapshot()->mail_for(this->team, LogIndex{0}, 1'000'000);
  ASSERT_EQ(all.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(all[i].fact.id, sent[i]);
  EXPECT_EQ(all[0].envelope.ciphertexts_size(), 2);
  EXPECT_EQ(all[0].envelope.ciphertexts(1), "sealed routing");
  EXPECT_EQ(all[0].envelope.header(), "header of " + sent[0].hex());
  EXPECT_EQ(this->store->snapshot()->mail_for(this->team, all[1].fact.index, 1'000'000).size(), 2u);
  EXPECT_EQ(this->store->snapshot()->mail_for(this->team, LogIndex{0}, 150).size(), 2u);
  EXPECT_EQ(all[0].leaf.index, all[0].fact.index);
  EXPECT_EQ(this->store->snapshot()->mail_for(this->team, LogIndex{0}, 1).size(), 1u)
      << "one always comes";
  EXPECT_TRUE(this->store->snapshot()->mail_for(this->shelter, LogIndex{0}, 1'000'000).empty());
  this->commit({}, {SetMessageStatus{sent[0], MessageFact::Status::received},
                    SetMessageStatus{sent[2], MessageFact::Status::expired}});
  EXPECT_EQ(this->store->snapshot()->mail_for(this->team, LogIndex{0}, 1'000'000).size(), 2u);
  const Facts facts = this->ask({AskMessage{sent[0]}});
  EXPECT_TRUE(facts.messages.at(sent[0]).ciphertexts.empty());
  EXPECT_EQ((facts.backlog.at({this->shelter, this->team}).messages), 2u);
  EXPECT_EQ((facts.backlog.at({this->shelter, this->team}).bytes), 200u);
}

TYPED_TEST(StoreContract, WithdrawalEndAndTombstonesAreKept) {
  const GrantId withdrawn = this->grant(kLater);
  const GrantId in_part = this->grant(kLater);
  const GrantId ended = this->grant(kOver);
  const CategorySet some{Category::safety};
  EXPECT_EQ(this->store->snapshot()->due_before(kNow, 10).grants, std::vector<GrantId>{ended});
  this->commit({}, {WithdrawGrant{withdrawn, {}, true},
                    Tombstone{withdrawn, CategorySet::all(), LogIndex{2}},
                    WithdrawGrant{in_part, some, false}, Tombstone{in_part, some, LogIndex{4}},
                    EndGrant{ended}});
  const auto snapshot = this->store->snapshot();
  EXPECT_TRUE(snapshot->grant(withdrawn)->withdrawn);
  EXPECT_FALSE(snapshot->grant(in_part)->withdrawn);
  EXPECT_EQ(snapshot->grant(in_part)->withdrawn_categories, some);
  EXPECT_TRUE(snapshot->grant(ended)->ended);
  EXPECT_TRUE(snapshot->due_before(kNow, 10).grants.empty());
  std::map<GrantId, CategorySet> tombstones;
  for (const auto& [grant, categories] : snapshot->tombstones()) tombstones[grant] = categories;
  EXPECT_EQ(tombstones.size(), 2u);
  EXPECT_EQ(tombstones[in_part], some);
  const auto live = snapshot->live_grants();
  ASSERT_EQ(live.size(), 1u);
  EXPECT_EQ(live[0].first, in_part);
  EXPECT_EQ(live[0].second,
            (CategorySet{Category::grant_record, Category::routing, Category::update}));
}

TYPED_TEST(StoreContract, DueMessagesAreThoseWithSomethingLeftToDestroy) {
  const GrantId grant = this->grant(kLater);
  const auto referral = fresh<ReferralId>();
  const MessageId waiting = this->message(grant, referral, true, kNow);
  const MessageId received = this->message(grant, referral, false, kNow);
  const MessageId opened = this->message(grant, referral, false, kNow);
  this->message(grant, referral, false, kNow + std::chrono::milliseconds(1));
  const std::vector<std::pair<MessageId, Category>> both{{opened, Category::grant_record},
                                                         {opened, Category::routing}};
  this->commit({}, {SetMessageStatus{received, MessageFact::Status::received},
                    SetMessageStatus{opened, MessageFact::Status::received}, DestroyShares{both}});
  auto due = this->store->snapshot()->due_before(kNow, 10).messages;
  std::sort(due.begin(), due.end());
  std::vector<MessageId> expected{waiting, received};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(due, expected);
  EXPECT_EQ(this->store->snapshot()->due_before(kNow, 1).messages.size(), 1u);
  EXPECT_EQ(this->ask({AskGrantShares{grant}}).shares.size(), 6u);
}

TYPED_TEST(StoreContract, LostBytesCanBePutBack) {
  const GrantId grant = this->grant(kLater);
  const MessageId message = this->message(grant, fresh<ReferralId>(), true, kNow);
  // RestoreMessage reads the header for its categories, so this one must be real.
  v1::Envelope envelope =
      this->store->snapshot()->mail_for(this->team, LogIndex{0}, 1000)[0].envelope;
  v1::Header header;
  header.set_suite(1);
  for (auto* id : {header.mutable_message_id(), header.mutable_referral_id(),
                   header.mutable_grant_id(), header.mutable_operation_id()})
    *id = crypto::random_bytes(16);
  header.set_sender(this->shelter.str());
  header.set_sender_key_id(crypto::random_bytes(32));
  header.set_recipient(this->team.str());
  header.set_step(v1::STEP_REFER);
  header.set_created(to_ms(kNow));
  header.set_expires(to_ms(kNow) + 1000);
  header.set_respond_by(to_ms(kNow) + 1000);
  for (const auto category : {v1::CATEGORY_GRANT_RECORD, v1::CATEGORY_ROUTING}) {
    auto* section = header.add_sections();
    section->set_category(category);
    section->set_size(272);
    section->set_epoch(1);
    for (auto* hash :
         {section->mutable_ciphertext_sha256(), section->mutable_commitment(),
          section->mutable_recipient_key_id(), section->mutable_share_id(), section->mutable_enc()})
      *hash = crypto::random_bytes(32);
    section->set_wrapped(crypto::random_bytes(48));
  }
  envelope.set_header(wire::serialise(header));
  ASSERT_TRUE(crypto::Header::parse(envelope.header()));
  envelope.set_ciphertexts(1, "put back");
  this->commit({}, {RestoreMessage{message, std::make_shared<const v1::Envelope>(envelope)}});
  EXPECT_EQ(
      this->store->snapshot()->mail_for(this->team, LogIndex{0}, 1000)[0].envelope.ciphertexts(1),
      "put back");
  EXPECT_EQ(this->ask({AskMessage{message}}).messages.at(message).ciphertexts,
            (CategorySet{Category::grant_record, Category::routing}));
}

TYPED_TEST(StoreContract, EventsAreForThoseConcernedAndEveryone) {
  const GrantId grant = this->grant(kLater);
  this->message(grant, fresh<ReferralId>(), true, kNow);
  this->commit({this->draft(v1::EVENT_KIND_REFUSED, this->shelter.str(), "")}, {});
  const auto snapshot = this->store->snapshot();
  const auto indices = [&](const OrgId& org, bool everything, std::uint64_t from,
                           std::size_t count) {
    std::vector<std::uint64_t> out;
    for (const Leaf& leaf : snapshot->events_for(org, everything, LogIndex{from}, count))
      out.push_back(leaf.index.value);
    return out;
  };
  EXPECT_EQ(indices(this->shelter, false, 0, 100),
            (std::vector<std::uint64_t>{0, 2, 4, 6, 8, 10, 12, 14}));
  EXPECT_EQ(indices(this->team, false, 0, 100),
            (std::vector<std::uint64_t>{0, 2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(indices(*OrgId::parse("somebody-else"), false, 0, 100),
            (std::vector<std::uint64_t>{0, 2, 4, 6, 8}));
  EXPECT_EQ(indices(*OrgId::parse("somebody-else"), true, 9, 2),
            (std::vector<std::uint64_t>{10, 12}));
  EXPECT_EQ(indices(this->team, false, 5, 2), (std::vector<std::uint64_t>{6, 8}));
  const auto leaf = snapshot->event(LogIndex{10});
  ASSERT_TRUE(leaf);
  EXPECT_EQ(leaf->openings.size(), 2u);
  EXPECT_EQ(audit::event_commitment(leaf->salt, leaf->body), leaf->commitment);
  ASSERT_TRUE(leaf->object.has_value());
  EXPECT_TRUE(snapshot->event(LogIndex{4})->statement.has_value());
  EXPECT_FALSE(snapshot->event(LogIndex{16}).has_value());
  EXPECT_EQ(snapshot->commitments(LogIndex{10}, 2).size(), 2u);
  EXPECT_EQ(snapshot->commitments(LogIndex{10}, 2)[0], leaf->commitment);
  const auto state = snapshot->state(LogIndex{11});
  ASSERT_TRUE(state);
  EXPECT_EQ(snapshot->commitments(LogIndex{10}, 2)[1], state->commitment);
  EXPECT_EQ(audit::state_commitment(state->salt, state->state), state->commitment);
  EXPECT_EQ(audit::TreeState::parse(state->state)->directory.size, 5u);
  EXPECT_FALSE(snapshot->state(LogIndex{10}).has_value());
  EXPECT_EQ(snapshot->tile({0, 0}).size(), 16 * Hash::size);
  EXPECT_TRUE(snapshot->tile({1, 0}).empty());
}

TYPED_TEST(StoreContract, KeysOfWhatWasWithdrawnAndChainsOfTwoAreKept) {
  const GrantId whole = this->grant(kLater), part = this->grant(kLater);
  const auto sha256 = [&](const GrantId& id) {
    return this->ask({AskGrant{id}}).grants.at(id).sha256;
  };
  for (const Hash& key : audit::withdrawal_keys(sha256(part), {Category::safety}))
    this->ledger.withdraw(key);
  this->commit({this->draft(v1::EVENT_KIND_GRANT_WITHDRAWN, this->shelter.str(), this->team.str())},
               {WithdrawGrant{part, {Category::safety}, false}});
  for (const Hash& key : audit::withdrawal_keys(sha256(whole), {})) this->ledger.withdraw(key);
  this->commit({this->draft(v1::EVENT_KIND_GRANT_WITHDRAWN, this->shelter.str(), this->team.str())},
               {WithdrawGrant{whole, {}, true}});
  const auto snapshot = this->store->snapshot();
  const std::vector<Hash> keys{audit::withdrawal_key(sha256(part), Category::safety),
                               audit::withdrawal_key(sha256(whole), std::nullopt)};
  const auto kept = snapshot->withdrawn_from(0, 10);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].key, keys[0]);
  EXPECT_EQ(kept[1].key, keys[1]);
  EXPECT_EQ(kept[1].state, LogIndex{snapshot->head().size.value - 1});
  EXPECT_EQ(snapshot->withdrawn_from(1, 10).size(), 1u);
  EXPECT_EQ(snapshot->withdrawn_from(0, 1).size(), 1u);
  auto both = snapshot->withdrawal_keys();
  EXPECT_EQ(std::set<Hash>(both.begin(), both.end()), std::set<Hash>(keys.begin(), keys.end()));
  EXPECT_EQ(snapshot->head().withdrawn.size(), 2u);
  auto batch = this->store->begin(this->term);
  const audit::OrgPair pair{this->shelter, this->team};
  EXPECT_EQ(batch->pair_head(pair).next, 4u) << "two grants and their withdrawals";
  const auto last = snapshot->event(LogIndex{snapshot->head().size.value - 2});
  EXPECT_EQ(batch->pair_head(pair).last_leaf, audit::leaf_hash(last->commitment.bytes()));
  EXPECT_EQ(last->pair->number(), 3u);
  EXPECT_EQ(batch->pair_head({this->shelter, *OrgId::parse("somebody-else")}).next, 0u);
}

TYPED_TEST(StoreContract, OperationsInvitationsAndCodesAreRemembered) {
  const auto operation = fresh<OperationId>();
  const Hash token = crypto::sha256("token");
  this->commit({}, {PutOperation{{this->team, operation, crypto::sha256("object"), LogIndex{6}}},
                    PutInvitation{{token, this->team, kNow, {}, {}}}});
  EXPECT_EQ((this->ask({AskOperation{this->team, operation}})
                 .operations.at({this->team, operation})
                 .index),
            LogIndex{6});
  EXPECT_TRUE(this->ask({AskOperation{this->shelter, operation}}).operations.empty());
  this->commit({}, {PutInvitation{{token, this->team, kNow, "statement", "certificate"}}});
  EXPECT_EQ(this->ask({AskInvitation{token}}).invitations.at(token).certificate, "certificate");
  EXPECT_EQ(this->store->snapshot()->invitation(token)->org, this->team);
  EXPECT_FALSE(this->store->snapshot()->invitation(crypto::sha256("none")).has_value());
  const GrantId grant = this->grant(kLater);
  const Hash code = this->store->snapshot()->grant(grant)->grant.withdrawal_hashes.at(0);
  EXPECT_TRUE(this->ask({AskWithdrawalHash{code}}).withdrawal_hashes.contains(code));
  EXPECT_TRUE(this->ask({AskWithdrawalHash{crypto::sha256("none")}}).withdrawal_hashes.empty());
}

TYPED_TEST(StoreContract, AnErasedEventKeepsItsPlaceItsLeafAndItsChains) {
  const GrantId grant = this->grant(kLater);
  const GrantFact fact = *this->store->snapshot()->grant(grant);
  const Leaf before = *this->store->snapshot()->event(fact.index);
  this->commit({}, {Erase{{fact.index}, {}, {grant}, {}}});
  const auto after = this->store->snapshot()->event(fact.index);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->commitment, before.commitment);
  EXPECT_TRUE(after->body.empty() && after->salt.empty() && !after->object);
  ASSERT_EQ(after->openings.size(), before.openings.size());
  EXPECT_EQ(after->openings.front().number(), before.openings.front().number());
  EXPECT_FALSE(this->store->snapshot()->grant(grant));
  EXPECT_TRUE(
      this->ask({AskWithdrawalHash{fact.grant.withdrawal_hashes.at(0)}}).withdrawal_hashes.empty());
  const auto mine = this->store->snapshot()->events_for(this->shelter, false, fact.index, 1);
  ASSERT_EQ(mine.size(), 1u);
  EXPECT_EQ(mine.front().index, fact.index) << "its organisation still gets it";
}

TYPED_TEST(StoreContract, AnOrganisationIsDescribedAnew) {
  this->commit({}, {Describe{this->team, "Another title", {"GM0547@2027-01-01.."}}});
  const Participant described = this->ask({AskOrg{this->team}}).participants.at(this->team);
  EXPECT_EQ(described.title, "Another title");
  EXPECT_EQ(described.serves, std::vector<std::string>{"GM0547@2027-01-01.."});
  EXPECT_EQ(described.kind, OrgKind::shelter);
}

TYPED_TEST(StoreContract, ALeaseEndsWithItsTerm) {
  this->commit({}, {PutLease{this->team, "session one"}});
  EXPECT_EQ(this->ask({AskLease{this->team}}).leases.at(this->team), "session one");
  this->term = this->store->claim();
  EXPECT_TRUE(this->ask({AskLease{this->team}}).leases.empty());
  this->commit({}, {PutLease{this->team, "session two"}});
  this->commit({}, {PutLease{this->team, ""}});
  EXPECT_TRUE(this->ask({AskLease{this->team}}).leases.empty());
}

}  // namespace
}  // namespace veerpont::broker
