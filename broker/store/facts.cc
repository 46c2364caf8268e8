#include "broker/store/facts.h"

#include <algorithm>

#include "base/limits.h"

namespace veerpont::broker {
namespace {

// Signing keys that a newer statement leaves out are retired, or compromised when it says so; those
// it brings are added.
void publish(Participant& participant, const crypto::KeyStatement& statement, LogIndex index,
             Time now) {
  std::erase_if(participant.keys,
                [&](const auto& entry) { return !is_kept(entry.second, statement, now); });
  for (auto& [id, key] : participant.keys) {
    if (key.type != crypto::KeyType::signing || key.standing == KeyFact::Standing::compromised)
      continue;
    key.standing =
        statement.revokes(id) ? KeyFact::Standing::compromised : KeyFact::Standing::retired;
  }
  for (const auto& key : statement.body().signing_keys()) {
    const Hash id = crypto::key_id(crypto::KeyType::signing, key.public_key());
    participant.keys[id] = {id,
                            crypto::KeyType::signing,
                            key.public_key(),
                            time_from_ms(key.from()),
                            time_from_ms(key.until()),
                            0};
  }
  for (const auto& key : statement.body().epoch_keys()) {
    const Hash id = crypto::key_id(crypto::KeyType::epoch, key.public_key());
    participant.keys[id] = {id, crypto::KeyType::epoch, key.public_key(), {}, {}, key.epoch()};
  }
  participant.statement_index = index;
  participant.statement_sequence = statement.sequence();
  participant.statement_sha256 = statement.sha256();
  participant.identity_key = statement.body().identity_key();
  participant.tls_keys.clear();
  for (const auto& key : statement.body().tls_keys())
    participant.tls_keys.push_back(*Hash::from_bytes(key));
  participant.statements_until =
      statements_after(participant.statements_until, now).value_or(participant.statements_until);
}

struct Apply {
  Facts& facts;

  void operator()(const PutParticipant& c) const {
    facts.participants.insert_or_assign(c.participant.org, c.participant);
  }
  void operator()(const Describe& c) const {
    auto& participant = facts.participants.at(c.org);
    participant.title = c.title;
    participant.serves = c.serves;
  }
  void operator()(const Enrol& c) const { facts.participants.at(c.org).enrolled = true; }
  void operator()(const SetSuspended& c) const {
    facts.participants.at(c.org).suspended = c.suspended;
  }
  void operator()(const PutStatement& c) const {
    publish(facts.participants.at(c.statement.org()), c.statement, c.index, c.now);
    for (const auto& [id, key] : facts.participants.at(c.statement.org()).keys)
      facts.key_owners.insert_or_assign(id, c.statement.org());
  }
  void operator()(const PutInvitation& c) const {
    facts.invitations.insert_or_assign(c.invitation.token_sha256, c.invitation);
  }
  void operator()(const PutGrant& c) const {
    facts.grants.insert_or_assign(c.grant.grant.id, c.grant);
    for (const Hash& hash : c.grant.grant.withdrawal_hashes) facts.withdrawal_hashes.insert(hash);
  }
  void operator()(const BindGrant& c) const { facts.grants.at(c.grant).referral = c.referral; }
  void operator()(const WithdrawGrant& c) const {
    auto& grant = facts.grants.at(c.grant);
    grant.withdrawn = grant.withdrawn || c.whole;
    grant.withdrawn_categories = grant.withdrawn_categories | c.categories;
  }
  void operator()(const EndGrant& c) const { facts.grants.at(c.grant).ended = true; }
  void operator()(const Tombstone& c) const {
    auto& grant = facts.grants.at(c.grant);
    grant.keys_present = grant.keys_present.minus(c.categories);
  }
  void operator()(const PutReferral& c) const {
    facts.referrals.insert_or_assign(c.referral.id, c.referral);
  }
  void operator()(const PutMessage& c) const {
    facts.messages.insert_or_assign(c.message.id, c.message);
    auto& backlog = facts.backlog[{c.message.sender, c.message.recipient}];
    ++backlog.messages;
    backlog.bytes += c.message.bytes;
    facts.undelivered_bytes[c.message.sender] += c.message.bytes;
  }
  void operator()(const RestoreMessage& c) const {
    auto& message = facts.messages.at(c.message);
    message.ciphertexts = message.categories;
  }
  void operator()(const SetMessageStatus& c) const {
    auto& message = facts.messages.at(c.message);
    if (message.status == MessageFact::Status::stored) {
      auto& backlog = facts.backlog[{message.sender, message.recipient}];
      backlog.messages -= std::min<std::size_t>(backlog.messages, 1);
      backlog.bytes -= std::min(backlog.bytes, message.bytes);
      auto& all = facts.undelivered_bytes[message.sender];
      all -= std::min(all, message.bytes);
    }
    message.status = c.status;
    message.settled = message.settled ? message.settled : std::optional(c.settled);
    message.ciphertexts = {};
  }
  void operator()(const MarkReleased& c) const {
    auto& message = facts.messages.at(c.message);
    message.released = message.released | c.categories;
  }
  void operator()(const Erase& c) const {
    for (const auto& id : c.referrals) facts.referrals.erase(id);
    for (const auto& id : c.grants) {
      const auto grant = facts.grants.extract(id);
      if (!grant.empty())
        std::erase_if(facts.withdrawal_hashes, [&](const Hash& hash) {
          return std::ranges::count(grant.mapped().grant.withdrawal_hashes, hash) > 0;
        });
    }
    for (const auto& id : c.messages) facts.messages.erase(id);
  }
  void operator()(const MarkRejected& c) const { facts.messages.at(c.message).rejected = true; }
  void operator()(const PutShare& c) const {
    facts.shares.insert_or_assign({c.share.message, c.share.category}, c.share);
  }
  void operator()(const DestroyShares& c) const {
    for (const auto& key : c.shares) facts.shares.erase(key);
  }
  void operator()(const PutOperation& c) const {
    facts.operations.insert_or_assign({c.operation.org, c.operation.operation}, c.operation);
  }
  void operator()(const PutLease& c) const {
    facts.leases.erase(c.org);
    if (!c.session.empty()) facts.leases.emplace(c.org, c.session);
  }
};

}  // namespace

bool is_kept(const KeyFact& key, const crypto::KeyStatement& statement, Time now) {
  if (key.type != crypto::KeyType::epoch) return true;
  const auto listed = statement.epoch_key(key.epoch);
  return listed ? *listed == key.public_key
                : now < crypto::epoch_begin(key.epoch + 1) + limits::epoch_slack +
                            limits::message_life;
}

std::optional<Time> statements_after(Time until, Time now) {
  if (until - now > (limits::statement_burst - 1) * Time::duration(limits::statement_every))
    return std::nullopt;
  return std::max(until, now) + limits::statement_every;
}

const KeyFact* Participant::key(const Hash& id, crypto::KeyType type) const {
  const auto found = keys.find(id);
  return found != keys.end() && found->second.type == type ? &found->second : nullptr;
}

rules::GrantScope GrantFact::scope() const {
  rules::GrantScope scope = grant.scope;
  scope.withdrawn = withdrawn;
  scope.withdrawn_categories =
      withdrawn_categories | rules::all_categories(scope).minus(keys_present);
  return scope;
}

void apply(Facts& facts, const Change& change) { std::visit(Apply{facts}, change); }

}  // namespace veerpont::broker
