// A broker inside the test: it keeps a real log and signs real checkpoints, but believes everything
// and lies where the test tells it to. What the SDK refuses here, it refuses from any broker.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "audit/event.h"
#include "audit/event_table.h"
#include "audit/state_leaf.h"
#include "audit/tiles.h"
#include "audit/verifier.h"
#include "audit/witness_policy.h"
#include "client_sdk/operations/context.h"
#include "crypto/random.h"
#include "schemas/wire.h"

namespace veerpont::fakes {

using crypto::Hash;

// Keys of one organisation and the statement about them.
struct Member {
  explicit Member(const std::string& name) : org(*OrgId::parse(name)) {}
  OrgId org;
  crypto::SigningKey identity = crypto::SigningKey::generate();
  crypto::SigningKey signing = crypto::SigningKey::generate();
  crypto::SigningKey cosigner = crypto::SigningKey::generate();
  crypto::hpke::KeyPair epoch = crypto::hpke::generate_key_pair();

  // SHA-256 of a certificate's key, as if there were one.
  Hash tls_key() const { return crypto::sha256("certificate of " + org.str()); }
  v1::SignedKeyStatement statement(Time now = SystemClock().now()) const {
    v1::KeyStatement body;
    body.set_org(org.str());
    body.set_issued(to_ms(now));
    body.set_valid_until(to_ms(now + std::chrono::hours(24 * 30)));
    auto* key = body.add_epoch_keys();
    key->set_epoch(crypto::epoch_at(now));
    key->set_public_key(epoch.public_key);
    body.add_tls_keys(tls_key().str());
    return crypto::make_statement(body, {identity, {&signing}, cosigner});
  }
};

class TestBroker {
 public:
  crypto::SigningKey signer = crypto::SigningKey::generate();
  audit::VerifierKey key = *audit::VerifierKey::create("log.example/audit", signer.public_key());
  std::map<std::string, v1::DirectoryEntry>
      directory;  // what a lookup answers; the proof is made when it is asked
  std::map<std::string, std::uint64_t> statement_index;
  std::vector<v1::Delivery> deliveries;         // what Credit brings, proofs made then
  std::vector<v1::ClientFrame> taken;           // everything that arrived
  std::vector<std::string> shares;              // what Release answers
  std::chrono::days behind{0};                  // of the log's time
  std::set<std::string> forgotten;              // messages that it knows nothing of any more
  bool erases = false;                          // what it gave a receipt for, at once
  std::set<std::uint64_t> withheld;             // events that it shows nobody
  std::optional<RefusalCode> to_withdrawals;    // refuses them, and logs nothing
  v1::Category granted = v1::CATEGORY_ROUTING;  // by the grant of a message()
  v1::Ground ground = v1::GROUND_CONSENT;       // of that grant
  bool forks = false;                           // sign another root from now on
  std::set<std::string> junk;      // whose place in new events' chains is filled with junk
  bool keeps_keys_out = false;     // of withdrawals that it logs from now on
  std::set<std::uint64_t> unsaid;  // public events that its states leave out, but those at fixed
                                   // places when it is honest there
  bool honest_at_fixed_places = false;
  std::map<std::uint64_t, std::string> cosigned;    // notes of those sizes, that a page shows
  crypto::View said_by_sender;                      // in the header of a message()
  std::function<void(v1::BrokerFrame&)> last_word;  // what it does to each answer

  // Appends an event with what it commits to; its index.
  std::uint64_t log(v1::AuditEvent event, const std::string& object = {},
                    const std::string& signature = {},
                    const v1::SignedKeyStatement* statement = nullptr) {
    v1::ProvenEvent proven;
    event.set_time(to_ms(SystemClock().now() - behind));
    if (!object.empty()) event.set_object_sha256(crypto::sha256(object).str());
    const auto link = [&](const std::string& org, std::string* commitment) {
      if (org.empty()) return;
      if (junk.contains(org)) return void(*commitment = crypto::random_bytes(32));
      *proven.add_openings() = audit::next_opening(*OrgId::parse(org), chains_[org]);
      *commitment = audit::chain_commitment(proven.openings(proven.openings_size() - 1)).str();
    };
    link(event.actor(), event.mutable_actor_chain());
    link(event.counterpart(), event.mutable_counterpart_chain());
    const auto pair = audit::pair_of(event);
    if (pair) {
      *proven.mutable_pair() = audit::next_pair_opening(pairs_[*pair]);
      event.set_pair_chain(audit::pair_commitment(proven.pair(), *pair).str());
    }
    proven.set_body(wire::serialise(event));
    proven.set_salt(crypto::random_bytes(32));
    proven.set_index(frontier_.size());
    if (statement != nullptr) {
      *proven.mutable_key_statement() = *statement;
    } else if (!object.empty()) {
      proven.mutable_object()->set_body(object);
      proven.mutable_object()->set_signature(signature);
    }
    const Hash leaf = audit::event_leaf(proven.salt(), proven.body());
    for (const auto& opening : proven.openings())
      chains_[opening.org()] = {opening.number() + 1, leaf};
    if (pair) pairs_[*pair] = {proven.pair().number() + 1, leaf};
    edge_.append(leaf, tiles_);
    frontier_.append(leaf);
    events_.emplace(proven.index(), proven);
    if (audit::row_of(event.kind()).is_public)
      directory_.emplace_back(
          proven.index(),
          audit::directory_leaf(LogIndex{proven.index()},
                                audit::event_commitment(proven.salt(), proven.body())));
    if (event.kind() == v1::EVENT_KIND_GRANT_REGISTERED)
      grants_.insert_or_assign(event.grant_id(), crypto::sha256(object));
    if (event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN && !keeps_keys_out &&
        grants_.contains(event.grant_id()))
      for (const Hash& withdrawn : audit::withdrawal_keys(
               grants_.at(event.grant_id()), *crypto::category_set(event.categories())))
        withdraw(withdrawn);
    add_state();
    return proven.index();
  }
  // A key that claims to have been there since an earlier state.
  void withdraw_late(LogIndex state, const Hash& withdrawn) {
    withdrawn_edge_.append(audit::withdrawn_leaf(state, withdrawn));
    withdrawn_.emplace_back(state, withdrawn);
  }
  // A key for the next state.
  void withdraw(const Hash& withdrawn) { withdrawing_.push_back(withdrawn); }
  // Events stand at even places, so that each fixed place is one for a state.
  void add_state() {
    const LogIndex index{frontier_.size()};
    for (const Hash& withdrawn : withdrawing_) {
      withdrawn_edge_.append(audit::withdrawn_leaf(index, withdrawn));
      withdrawn_.emplace_back(index, withdrawn);
    }
    withdrawing_.clear();
    audit::Frontier said;
    for (const auto& [place, leaf] : directory_)
      if (!unsaid.contains(place) || (honest_at_fixed_places && audit::is_state_place(index.value)))
        said.append(leaf);
    const audit::TreeState state{
        index,
        std::chrono::floor<std::chrono::minutes>(SystemClock().now() - behind),
        {said.size(), said.root()},
        {withdrawn_edge_.size(), withdrawn_edge_.root()}};
    v1::StateOpening opening;
    opening.set_state(state.bytes());
    opening.set_salt(crypto::random_bytes(32));
    const Hash leaf =
        audit::leaf_hash(audit::state_commitment(opening.salt(), opening.state()).bytes());
    edge_.append(leaf, tiles_);
    frontier_.append(leaf);
    states_.insert_or_assign(index.value, opening);
  }

  // What was there goes; its place and its leaf stay.
  void erase(std::uint64_t index) {
    v1::ProvenEvent& event = events_.at(index);
    event.set_entry(audit::event_commitment(event.salt(), event.body()).str());
    event.clear_salt();
    event.clear_body();
    event.clear_object();
  }

  std::uint64_t size() const { return frontier_.size(); }
  // What a member sees who reads it now.
  crypto::View view(const OrgId& one, const OrgId& other) {
    const auto checkpoint =
        audit::SignedCheckpoint::sign({key.name(), size(), frontier_.root()}, key, signer);
    const auto pair =
        pairs_.find(one < other ? audit::OrgPair(one, other) : audit::OrgPair(other, one));
    return {checkpoint.seen(key),
            pair == pairs_.end() ? crypto::PairView{0, {}}
                                 : crypto::PairView{pair->second.next, pair->second.last_leaf}};
  }
  void publish(const Member& member) { publish(member.org.str(), member.statement()); }
  // As the operator introduces it, and its first keys.
  void publish(const std::string& org, const v1::SignedKeyStatement& statement) {
    if (!directory.contains(org)) admit(org, v1::ORG_KIND_YOUTH_TEAM);
    v1::AuditEvent event;
    event.set_kind(v1::EVENT_KIND_KEYS_PUBLISHED);
    event.set_actor(org);
    statement_index[org] = log(event, statement.body(), "", &statement);
    auto& entry = directory[org];
    entry.set_org(org);
    entry.set_title(org);
    entry.set_kind(v1::ORG_KIND_YOUTH_TEAM);
    *entry.mutable_statement() = statement;
  }
  void admit(const std::string& org, v1::OrgKind kind, const std::string& serves = {}) {
    v1::Admission admission;
    admission.set_org(org);
    admission.set_title(org);
    admission.set_kind(kind);
    if (!serves.empty()) admission.add_serves(serves);
    v1::AuditEvent event;
    event.set_kind(v1::EVENT_KIND_PARTICIPANT_ADMITTED);
    event.set_counterpart(org);
    log(event, wire::serialise(admission));
  }

  // Somebody who cosigns.
  struct Witness {
    explicit Witness(const std::string& name)
        : key(*audit::VerifierKey::create(name, signer.public_key(),
                                          audit::SignatureType::cosignature)) {}
    crypto::SigningKey signer = crypto::SigningKey::generate();
    audit::VerifierKey key;
  };
  std::uint64_t name_witnesses(const std::vector<const Witness*>& witnesses, std::uint32_t quorum,
                               const std::string& at_once = {}) {
    v1::WitnessPolicy policy;
    for (const Witness* one : witnesses) policy.add_witnesses()->set_verifier_key(one->key.str());
    policy.set_quorum(quorum);
    policy.set_reason(at_once);
    policy.set_at_once(!at_once.empty());
    v1::AuditEvent named;
    named.set_kind(v1::EVENT_KIND_WITNESSES_NAMED);
    return log(named, wire::serialise(policy));
  }
  // They sign the tree as it stands; `root`: another one.
  void cosign(const std::vector<const Witness*>& witnesses, Time at,
              const std::optional<Hash>& root = {}) {
    const audit::Checkpoint checkpoint{key.name(), size(), root.value_or(frontier_.root())};
    std::string& note = cosigned[size()];
    if (note.empty()) note = audit::SignedCheckpoint::sign(checkpoint, key, signer).note();
    for (const Witness* one : witnesses)
      note += audit::signature_line(one->key, audit::cosign(checkpoint.text(), at, one->signer));
  }

  v1::ProvenEvent proven(std::uint64_t index, const std::string& reader) {
    v1::ProvenEvent out = events_.at(index);
    for (const Hash& hash : audit::inclusion_proof(index, frontier_.size(), nodes()))
      out.add_inclusion_proof(hash.str());
    if (const auto seen = view_in(out).seen; seen && seen->size <= frontier_.size())
      for (const Hash& hash : audit::consistency_proof(seen->size, frontier_.size(), nodes()))
        out.add_seen_proof(hash.str());
    v1::ProvenEvent filtered = out;
    filtered.clear_openings();
    for (const auto& opening : out.openings())
      if (opening.org() == reader) *filtered.add_openings() = opening;
    if (filtered.openings_size() == 0) filtered.clear_pair();
    return filtered;
  }

  // A signed message with its grant, logged, ready to be delivered.
  v1::Delivery message(const Member& sender, const OrgId& recipient,
                       const std::string& recipient_key, std::vector<std::string>& sealed_shares);

  sdk::Connect connect(const std::string& reader) {
    return [this, reader](sdk::Deadline) -> Result<std::unique_ptr<sdk::Transport>> {
      return std::unique_ptr<sdk::Transport>(std::make_unique<Link>(*this, reader));
    };
  }
  std::size_t count(v1::ClientFrame::BodyCase kind) const {
    std::size_t n = 0;
    for (const auto& frame : taken) n += frame.body_case() == kind;
    return n;
  }

 private:
  class Link final : public sdk::Transport {
   public:
    Link(TestBroker& broker, std::string reader) : broker_(broker), reader_(std::move(reader)) {}
    Status send(const std::string& bytes, sdk::Deadline) override {
      v1::ClientFrame frame;
      if (!frame.ParseFromString(bytes)) return Refusal{RefusalCode::malformed};
      broker_.taken.push_back(frame);
      broker_.answer(frame, reader_, sent_size_, outgoing_);
      return Done{};
    }
    Result<std::optional<std::string>> receive(sdk::Deadline) override {
      if (outgoing_.empty()) return std::optional<std::string>();
      std::string frame = wire::serialise(outgoing_.front());
      outgoing_.pop_front();
      return std::optional(std::move(frame));
    }

   private:
    TestBroker& broker_;
    std::string reader_;
    std::uint64_t sent_size_ = 0;
    std::deque<v1::BrokerFrame> outgoing_;
  };

  audit::NodeReader nodes() {
    return audit::node_reader([this](audit::TileId id) { return tiles_[id]; });
  }
  static crypto::View view_in(const v1::ProvenEvent& proven) {
    v1::AuditEvent event;
    event.ParseFromString(proven.body());
    const auto view = audit::row_of(event.kind()).view;
    const std::string& object =
        proven.has_key_statement() ? proven.key_statement().body() : proven.object().body();
    return view == nullptr ? crypto::View{} : view(object);
  }
  v1::StateOpening opening(LogIndex index) {
    v1::StateOpening out = states_.at(index.value);
    for (const Hash& hash : audit::inclusion_proof(index.value, frontier_.size(), nodes()))
      out.add_inclusion_proof(hash.str());
    return out;
  }
  v1::ProvenCheckpoint checkpoint(std::uint64_t& sent_size) {
    v1::ProvenCheckpoint out;
    const Hash root = forks ? crypto::sha256("another tree") : frontier_.root();
    out.set_note(
        audit::SignedCheckpoint::sign({key.name(), frontier_.size(), root}, key, signer).note());
    *out.mutable_state() = opening(LogIndex{frontier_.size() - 1});
    if (sent_size > 0 && sent_size < frontier_.size()) {
      out.set_consistent_from(sent_size);
      for (const Hash& hash : audit::consistency_proof(sent_size, frontier_.size(), nodes()))
        out.add_consistency_proof(hash.str());
    }
    sent_size = frontier_.size();
    return out;
  }

  bool names_forgotten(const v1::SignedObject& received_object) const;
  void answer(const v1::ClientFrame& frame, const std::string& reader, std::uint64_t& sent_size,
              std::deque<v1::BrokerFrame>& out);
  v1::BrokerFrame receipt(const v1::ClientFrame& frame, const std::string& reader);
  v1::AuditEvent event_of(const v1::ClientFrame& frame, const std::string& reader,
                          v1::SignedObject& object);
  // Whose message it is about, and in which referral; false for one that it did not send.
  bool add_message(v1::AuditEvent& event) const;

  audit::Frontier frontier_;
  audit::TileEdge edge_;
  audit::TileEdge::Tiles tiles_;
  std::map<std::string, audit::ChainHead> chains_;
  std::map<audit::OrgPair, audit::ChainHead> pairs_;
  std::map<std::uint64_t, v1::ProvenEvent> events_;
  std::vector<std::pair<std::uint64_t, Hash>> directory_;
  audit::Frontier withdrawn_edge_;
  std::vector<Hash> withdrawing_;
  std::map<std::string, Hash> grants_;  // of their signed bytes, by id
  std::vector<std::pair<LogIndex, Hash>> withdrawn_;
  std::map<std::uint64_t, v1::StateOpening> states_;
  std::map<std::string, v1::AuditEvent>
      referrals_;  // the submitted events of its first messages, by message
  std::set<std::string> opened_;
  std::map<std::string, std::uint64_t> logged_;  // by object
};

}  // namespace veerpont::fakes
