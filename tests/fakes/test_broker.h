// A broker inside the test: it keeps a real log and signs real checkpoints, but believes everything
// and lies where the test tells it to. What the SDK refuses here, it refuses from any broker.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <vector>

#include "audit/event.h"
#include "audit/event_table.h"
#include "audit/tiles.h"
#include "audit/verifier.h"
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

  // Appends an event with what it commits to; its index.
  std::uint64_t log(v1::AuditEvent event, const std::string& object = {},
                    const std::string& signature = {},
                    const v1::SignedKeyStatement* statement = nullptr) {
    v1::ProvenEvent proven;
    event.set_time(to_ms(SystemClock().now() - behind));
    if (!object.empty()) event.set_object_sha256(crypto::sha256(object).str());
    const auto link = [&](const std::string& org, std::string* commitment) {
      if (org.empty()) return;
      *proven.add_openings() = audit::next_opening(*OrgId::parse(org), chains_[org]);
      *commitment = audit::chain_commitment(proven.openings(proven.openings_size() - 1)).str();
    };
    link(event.actor(), event.mutable_actor_chain());
    link(event.counterpart(), event.mutable_counterpart_chain());
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
    edge_.append(leaf, tiles_);
    frontier_.append(leaf);
    events_.push_back(proven);
    return proven.index();
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

  v1::ProvenEvent proven(std::uint64_t index, const std::string& reader) {
    v1::ProvenEvent out = events_.at(index);
    for (const Hash& hash : audit::inclusion_proof(index, frontier_.size(), nodes()))
      out.add_inclusion_proof(hash.str());
    v1::ProvenEvent filtered = out;
    filtered.clear_openings();
    for (const auto& opening : out.openings())
      if (opening.org() == reader) *filtered.add_openings() = opening;
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
  v1::ProvenCheckpoint checkpoint(std::uint64_t& sent_size) {
    v1::ProvenCheckpoint out;
    const Hash root = forks ? crypto::sha256("another tree") : frontier_.root();
    out.set_note(
        audit::SignedCheckpoint::sign({key.name(), frontier_.size(), root}, key, signer).note());
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
  std::vector<v1::ProvenEvent> events_;
  std::map<std::string, v1::AuditEvent>
      referrals_;  // the submitted events of its first messages, by message
  std::set<std::string> opened_;
  std::map<std::string, std::uint64_t> logged_;  // by object
};

}  // namespace veerpont::fakes
