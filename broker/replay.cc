#include "broker/replay.h"

#include "audit/event_rules.h"
#include "schemas/wire.h"

namespace veerpont::broker {
namespace {

bool keeps_operation(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_GRANT_WITHDRAWN || kind == v1::EVENT_KIND_RELEASED || kind == v1::EVENT_KIND_RECEIVED || kind == v1::EVENT_KIND_REJECTED ||
         kind == v1::EVENT_KIND_EXCEPTION_REVIEWED || kind == v1::EVENT_KIND_PROFILE_PUBLISHED;
}

}  // namespace

std::string at(LogIndex index) { return "event " + std::to_string(index.value); }

bool Replay::take_opening(const v1::ChainOpening& opening, const std::string& org, const Hash& commitment) {
  auto& chain = expected_.chains[org];
  const bool continues = opening.org() == org && opening.number() == chain.next && opening.previous_leaf_hash() == chain.last_leaf.bytes();
  chain = {chain.next + 1, audit::leaf_hash(commitment.bytes())};
  return continues;
}

void Replay::take_keys(const std::string& org, const crypto::KeyStatement& statement) {
  for (auto& [id, key] : expected_.keys)
    if (key.org == org && key.type == 1) key.revoked = true;
  for (const auto& key : statement.body().signing_keys()) {
    auto& kept = expected_.keys
                     .try_emplace(crypto::key_id(crypto::KeyType::signing, key.public_key()).str(),
                                  Expected::Key{org, 1, key.public_key(), key.from(), key.until(), 0, false})
                     .first->second;
    kept.until = key.until();
    kept.revoked = false;
  }
  for (const auto& key : statement.body().epoch_keys())
    expected_.keys.try_emplace(crypto::key_id(crypto::KeyType::epoch, key.public_key()).str(),
                               Expected::Key{org, 2, key.public_key(), 0, 0, key.epoch(), false});
  auto& owner = expected_.participants[org];
  owner.sequence = statement.sequence();
  owner.identity_key = statement.body().identity_key();
}

bool Replay::is_signed(const std::string& actor, crypto::PayloadType type, const std::string& body, const std::string& signature) const {
  for (const auto& [id, key] : expected_.keys)
    if (key.type == 1 && key.org == actor && crypto::verify(key.public_key, type, body, signature)) return true;
  return false;
}

void Replay::take(const v1::AuditEvent& event, const std::string& object, LogIndex index) {
  if (event.operation_id().size() == OperationId::size && keeps_operation(event.kind()))
    expected_.operations[{event.actor(), event.operation_id()}] = {event.object_sha256(), index};
  switch (event.kind()) {
    case v1::EVENT_KIND_PARTICIPANT_ADMITTED:
      admission(event, object, index);
      break;
    case v1::EVENT_KIND_PARTICIPANT_SUSPENDED:
      expected_.participants[event.counterpart()].suspended = true;
      break;
    case v1::EVENT_KIND_PARTICIPANT_RESUMED:
      expected_.participants[event.counterpart()].suspended = false;
      break;
    case v1::EVENT_KIND_KEYS_PUBLISHED:
      expected_.participants[event.actor()].enrolled = true;
      expected_.participants[event.actor()].statement = index;
      expected_.participants[event.actor()].statement_sha256 = event.object_sha256();
      break;
    case v1::EVENT_KIND_GRANT_REGISTERED:
      grant(event, object, index);
      break;
    case v1::EVENT_KIND_GRANT_WITHDRAWN:
      end(event, true, index);
      break;
    case v1::EVENT_KIND_GRANT_EXPIRED:
      end(event, false, index);
      break;
    case v1::EVENT_KIND_SUBMITTED:
      submit(event, object, index);
      break;
    case v1::EVENT_KIND_RECEIVED:
      for (const auto& id : event.message_ids())
        if (!erased_ || expected_.messages.contains(id)) mark_message(id, index, [](auto& m) { m.received = m.received || !m.expired; });
      break;
    case v1::EVENT_KIND_REJECTED:
      mark_message(event.message_id(), index, [](auto& m) { m.rejected = m.received = true; });
      break;
    case v1::EVENT_KIND_MESSAGE_EXPIRED:
      mark_message(event.message_id(), index, [](auto& m) { m.expired = true; });
      break;
    case v1::EVENT_KIND_OVERDUE:
      if (const auto found = expected_.referrals.find(event.referral_id()); found != expected_.referrals.end()) found->second.overdue = true;
      break;
    default:
      break;
  }
  for (const auto& made : event.transitions()) transition(event, made, index);
}

void Replay::mark_message(const std::string& id, LogIndex index, const std::function<void(Expected::Message&)>& change) {
  const auto found = expected_.messages.find(id);
  if (found == expected_.messages.end()) return fault_("events: " + at(index) + " names a message that was never submitted");
  change(found->second);
}

void Replay::admission(const v1::AuditEvent& event, const std::string& object, LogIndex index) {
  auto admission = wire::parse<v1::Admission>(object);
  if (!admission || admission->org() != event.counterpart()) return fault_("objects: admission at " + at(index));
  auto& participant = expected_.participants[event.counterpart()];
  participant.title = admission->title();
  participant.kind = admission->kind();
  participant.hidden = admission->hidden();
  participant.serves.clear();
  for (const auto& code : admission->serves()) participant.serves += (participant.serves.empty() ? "" : " ") + code;
}

void Replay::grant(const v1::AuditEvent& event, const std::string& object, LogIndex index) {
  auto grant = crypto::Grant::parse(object);
  if (!grant) return fault_("objects: grant at " + at(index));
  for (const Hash& hash : grant->withdrawal_hashes) expected_.withdrawal_hashes[hash.str()] = event.grant_id();
  const CategorySet all = rules::all_categories(grant->scope);
  expected_.grants.insert_or_assign(event.grant_id(), Expected::Grant{index, std::nullopt, false, false, {}, all, std::move(*grant)});
}

void Replay::end(const v1::AuditEvent& event, bool withdrawn, LogIndex index) {
  const auto found = expected_.grants.find(event.grant_id());
  if (found == expected_.grants.end()) return fault_("events: the end of an unknown grant");
  auto categories = crypto::category_set(event.categories()).value_or(CategorySet{});
  const bool whole = categories.empty();
  if (withdrawn && whole) found->second.withdrawn = true;
  if (withdrawn && !whole) found->second.withdrawn_categories = found->second.withdrawn_categories | categories;
  if (!withdrawn) found->second.ended = true;
  for (const Category category : (whole ? found->second.all : categories).list())
    expected_.tombstones.try_emplace({event.grant_id(), static_cast<int>(category)}, index);
}

void Replay::submit(const v1::AuditEvent& event, const std::string& object, LogIndex index) {
  auto header = crypto::Header::parse(object);
  if (!header || header->message.bytes() != event.message_id()) return fault_("objects: header at " + at(index));
  if (!expected_.referrals.contains(event.referral_id())) {
    expected_.referrals[event.referral_id()] = {event.actor(), event.counterpart(), event.grant_id(), ReferralState::sent};
    bind(event);
  }
  auto& referral = expected_.referrals[event.referral_id()];
  if (header->respond_by && *header->respond_by != referral.respond_by) {
    referral.respond_by = *header->respond_by;
    referral.overdue = false;
  }
  if (event.step() == v1::STEP_REFER) referral.refer_until = std::max(referral.refer_until, header->expires);
  if (event.step() == v1::STEP_RENEW) {
    if (event.actor() != referral.referrer) fault_("events: renewed by somebody else at " + at(index));
    referral.grant = event.grant_id();
    bind(event);
  }
  expected_.messages.insert_or_assign(event.message_id(), Expected::Message{index, std::move(*header), object.size()});
}

void Replay::bind(const v1::AuditEvent& event) {
  if (const auto grant = expected_.grants.find(event.grant_id()); grant != expected_.grants.end()) grant->second.referral = event.referral_id();
}

ExchangeKind Replay::kind_of(const Expected::Referral& referral) const {
  const auto grant = expected_.grants.find(referral.grant);
  return grant == expected_.grants.end() ? ExchangeKind::referral : grant->second.body.scope.kind;
}

// The log's own transitions, held against the pure table.
void Replay::transition(const v1::AuditEvent& event, const v1::Transition& transition, LogIndex index) {
  const auto found = expected_.referrals.find(transition.referral_id());
  if (found == expected_.referrals.end() && erased_ && event.kind() == v1::EVENT_KIND_RECEIVED) return;
  if (found == expected_.referrals.end()) return fault_("events: transition of an unknown referral at " + at(index));
  const auto to = static_cast<ReferralState>(transition.state());
  auto& referral = found->second;
  const auto actor = event.actor() == referral.referrer ? rules::Role::referrer : rules::Role::provider;
  if (audit::state_after(event, referral.state, actor, kind_of(referral)) != to) fault_("events: transition at " + at(index) + " is not in the table");
  referral.state = to;
  if (event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN || event.kind() == v1::EVENT_KIND_MESSAGE_EXPIRED) referral.respond_by = {}, referral.overdue = false;
}

}  // namespace veerpont::broker
