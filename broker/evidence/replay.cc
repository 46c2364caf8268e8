#include "broker/evidence/replay.h"

#include "audit/witness_policy.h"
#include "rules/clock_tolerance.h"
#include "schemas/wire.h"

namespace veerpont::broker {

std::string at(LogIndex index) { return "event " + std::to_string(index.value); }

bool Replay::take_opening(const v1::ChainOpening& opening, const std::string& org,
                          const Hash& commitment) {
  auto& chain = expected_.chains[org];
  const bool continues = opening.org() == org && opening.number() == chain.next &&
                         opening.previous_leaf_hash() == chain.last_leaf.bytes();
  chain = {chain.next + 1, audit::leaf_hash(commitment.bytes())};
  return continues;
}

bool Replay::take_pair(const v1::PairOpening& opening, const audit::OrgPair& pair,
                       const Hash& commitment) {
  auto& chain = expected_.pairs[{pair.first.str(), pair.second.str()}];
  const bool continues =
      opening.number() == chain.next && opening.previous_leaf_hash() == chain.last_leaf.bytes();
  chain = {chain.next + 1, audit::leaf_hash(commitment.bytes())};
  return continues;
}

void Replay::take_keys(const v1::AuditEvent& event, const crypto::KeyStatement& statement) {
  using Standing = KeyFact::Standing;
  const Time now = time_from_ms(event.time());
  auto& keys = expected_.keys[event.actor()];
  std::erase_if(keys, [&](const auto& entry) { return !is_kept(entry.second, statement, now); });
  for (auto& [id, key] : keys)
    if (key.type == crypto::KeyType::signing && key.standing != Standing::compromised)
      key.standing = statement.revokes(id) ? Standing::compromised : Standing::retired;
  for (const auto& key : statement.body().signing_keys()) {
    const Hash id = crypto::key_id(crypto::KeyType::signing, key.public_key());
    auto& kept =
        keys.try_emplace(
                id,
                KeyFact{
                    id, crypto::KeyType::signing, key.public_key(), time_from_ms(key.from()), {}})
            .first->second;
    kept.until = time_from_ms(key.until());
    kept.standing = Standing::active;
  }
  for (const auto& key : statement.body().epoch_keys()) {
    const Hash id = crypto::key_id(crypto::KeyType::epoch, key.public_key());
    keys.try_emplace(id,
                     KeyFact{id, crypto::KeyType::epoch, key.public_key(), {}, {}, key.epoch()});
  }
  auto& owner = expected_.participants[event.actor()];
  owner.sequence = statement.sequence();
  owner.identity_key = statement.body().identity_key();
  owner.tls_keys.clear();
  for (const auto& key : statement.body().tls_keys()) owner.tls_keys += key;
  owner.statements_until =
      statements_after(owner.statements_until, now).value_or(owner.statements_until);
}

bool Replay::is_signed(const v1::AuditEvent& event, const std::string& body,
                       const std::string& signature) const {
  const audit::EventRow& row = audit::row_of(event.kind());
  const auto named = row.signed_type ? row.signing_key(body) : std::nullopt;
  const auto owner = expected_.keys.find(event.actor());
  if (!named || owner == expected_.keys.end()) return false;
  const auto found = owner->second.find(*named);
  if (found == owner->second.end() || found->second.type != crypto::KeyType::signing) return false;
  const KeyFact& key = found->second;
  const bool may_sign =
      row.takes_retired_keys
          ? key.standing != KeyFact::Standing::compromised
          : key.standing == KeyFact::Standing::active &&
                rules::window_holds(key.from, key.until, time_from_ms(event.time()));
  return may_sign && crypto::verify(key.public_key, *row.signed_type, body, signature);
}

void Replay::take(const v1::AuditEvent& event, const std::string& object, LogIndex index) {
  if (const auto differs = expected_.business.take(event, object, index))
    fault_("events: " + at(index) + ": " + *differs);
  if (audit::row_of(event.kind()).keeps_operation)
    expected_.operations[{event.actor(), event.operation_id()}] = {event.object_sha256(), index};
  switch (event.kind()) {
    case v1::EVENT_KIND_PARTICIPANT_ADMITTED:
      return admission(event, object, index);
    case v1::EVENT_KIND_WITNESSES_NAMED:
      if (!audit::WitnessPolicy::parse(object)) fault_("objects: witnesses at " + at(index));
      return;
    case v1::EVENT_KIND_PARTICIPANT_SUSPENDED:
    case v1::EVENT_KIND_PARTICIPANT_RESUMED:
      expected_.participants[event.counterpart()].suspended =
          event.kind() == v1::EVENT_KIND_PARTICIPANT_SUSPENDED;
      return;
    case v1::EVENT_KIND_KEYS_PUBLISHED:
      expected_.participants[event.actor()].enrolled = true;
      expected_.participants[event.actor()].statement = index;
      expected_.participants[event.actor()].statement_sha256 = event.object_sha256();
      return;
    case v1::EVENT_KIND_GRANT_REGISTERED:
      if (const auto grant = crypto::Grant::parse(object))
        for (const Hash& hash : grant->withdrawal_hashes)
          expected_.withdrawal_hashes[hash.str()] = event.grant_id();
      return;
    default:
      return settle(event, index);
  }
}

void Replay::settle(const v1::AuditEvent& event, LogIndex index) {
  const auto note = [&](const std::string& id) {
    if (const auto message = MessageId::from_bytes(id))
      expected_.settled.try_emplace(*message, index);
  };
  if (event.kind() == v1::EVENT_KIND_REJECTED || event.kind() == v1::EVENT_KIND_MESSAGE_EXPIRED)
    note(event.message_id());
  if (event.kind() == v1::EVENT_KIND_RECEIVED)
    for (const auto& id : event.message_ids()) note(id);
}

void Replay::admission(const v1::AuditEvent& event, const std::string& object, LogIndex index) {
  auto admission = wire::parse<v1::Admission>(object);
  if (!admission || admission->org() != event.counterpart())
    return fault_("objects: admission at " + at(index));
  auto& participant = expected_.participants[event.counterpart()];
  participant.title = admission->title();
  participant.kind = admission->kind();
  participant.hidden = admission->hidden();
  participant.serves.clear();
  for (const auto& code : admission->serves())
    participant.serves += (participant.serves.empty() ? "" : " ") + code;
}

}  // namespace veerpont::broker
