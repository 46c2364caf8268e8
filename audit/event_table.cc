#include "audit/event_table.h"

#include <google/protobuf/util/message_differencer.h>

namespace veerpont::audit {

std::optional<crypto::PayloadType> signed_type(v1::EventKind kind) {
  switch (kind) {
    case v1::EVENT_KIND_SUBMITTED:
    case v1::EVENT_KIND_RESTORED:
      return crypto::PayloadType::header;
    case v1::EVENT_KIND_GRANT_REGISTERED:
      return crypto::PayloadType::grant;
    case v1::EVENT_KIND_GRANT_WITHDRAWN:
      return crypto::PayloadType::withdrawal;
    case v1::EVENT_KIND_RECEIVED:
      return crypto::PayloadType::received;
    case v1::EVENT_KIND_REJECTED:
      return crypto::PayloadType::rejected;
    case v1::EVENT_KIND_RELEASED:
      return crypto::PayloadType::release;
    case v1::EVENT_KIND_EXCEPTION_REVIEWED:
      return crypto::PayloadType::review;
    case v1::EVENT_KIND_PROFILE_PUBLISHED:
      return crypto::PayloadType::profile;
    default:
      return std::nullopt;
  }
}

bool keeps_object(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_GENESIS || kind == v1::EVENT_KIND_PARTICIPANT_ADMITTED ||
         kind == v1::EVENT_KIND_KEYS_PUBLISHED || signed_type(kind).has_value();
}

bool is_public(v1::EventKind kind) {
  return (kind >= v1::EVENT_KIND_GENESIS && kind <= v1::EVENT_KIND_KEYS_PUBLISHED) ||
         kind == v1::EVENT_KIND_PROFILE_PUBLISHED || kind == v1::EVENT_KIND_EVENTS_ERASED;
}

bool changes_nothing(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_REFUSED || kind == v1::EVENT_KIND_RELEASE_REFUSED ||
         kind == v1::EVENT_KIND_REFUSED_SUMMARY || kind == v1::EVENT_KIND_LOG_READ;
}

bool keeps_operation(v1::EventKind kind) {
  return signed_type(kind) && kind != v1::EVENT_KIND_SUBMITTED && kind != v1::EVENT_KIND_RESTORED &&
         kind != v1::EVENT_KIND_GRANT_REGISTERED;
}

bool takes_retired_keys(crypto::PayloadType type) {
  return type == crypto::PayloadType::withdrawal || type == crypto::PayloadType::received ||
         type == crypto::PayloadType::rejected;
}

v1::AuditEvent new_event(v1::EventKind kind, const std::string& actor,
                         const std::string& counterpart) {
  v1::AuditEvent out;
  out.set_kind(kind);
  out.set_actor(actor);
  out.set_counterpart(counterpart);
  return out;
}

void set_categories(v1::AuditEvent& event, CategorySet categories) {
  event.clear_categories();
  for (const Category category : categories.list())
    event.add_categories(static_cast<v1::Category>(category));
}

void add_transition(v1::AuditEvent& event, const ReferralId& referral, ReferralState state) {
  auto* transition = event.add_transitions();
  transition->set_referral_id(referral.str());
  transition->set_state(static_cast<v1::ReferralState>(state));
}

namespace {

v1::AuditEvent signed_event(v1::EventKind kind, const OrgId& actor, const OperationId& operation,
                            const crypto::Hash& sha256) {
  v1::AuditEvent out = new_event(kind, actor.str(), "");
  out.set_operation_id(operation.str());
  out.set_object_sha256(sha256.str());
  return out;
}

}  // namespace

v1::AuditEvent said_by(const crypto::Header& header) {
  v1::AuditEvent out =
      signed_event(v1::EVENT_KIND_SUBMITTED, header.sender, header.operation, header.sha256);
  out.set_counterpart(header.recipient.str());
  out.set_message_id(header.message.str());
  out.set_referral_id(header.referral.str());
  out.set_grant_id(header.grant.str());
  set_categories(out, header.categories());
  out.set_step(static_cast<v1::Step>(header.step));
  return out;
}

v1::AuditEvent said_by(const crypto::Grant& grant, const crypto::Hash& sha256) {
  v1::AuditEvent out =
      signed_event(v1::EVENT_KIND_GRANT_REGISTERED, grant.scope.holder, grant.operation, sha256);
  out.set_counterpart(grant.scope.recipient.str());
  out.set_grant_id(grant.id.str());
  set_categories(out, grant.scope.outbound | grant.scope.inbound);
  return out;
}

v1::AuditEvent said_by(const crypto::Withdrawal& withdrawal, const crypto::Hash& sha256) {
  v1::AuditEvent out =
      signed_event(v1::EVENT_KIND_GRANT_WITHDRAWN, withdrawal.holder, withdrawal.operation, sha256);
  out.set_grant_id(withdrawal.grant.str());
  set_categories(out, withdrawal.categories);
  out.set_method(v1::AuditEvent::METHOD_SIGNED);
  return out;
}

v1::AuditEvent said_by(const crypto::Release& release, const crypto::Hash& sha256) {
  v1::AuditEvent out =
      signed_event(v1::EVENT_KIND_RELEASED, release.organisation, release.operation, sha256);
  out.set_message_id(release.message.str());
  set_categories(out, release.categories);
  return out;
}

v1::AuditEvent said_by(const crypto::Received& received, const crypto::Hash& sha256) {
  v1::AuditEvent out =
      signed_event(v1::EVENT_KIND_RECEIVED, received.organisation, received.operation, sha256);
  out.set_counterpart(received.sender.str());
  for (const MessageId& message : received.messages) out.add_message_ids(message.str());
  return out;
}

v1::AuditEvent said_by(const crypto::Rejected& rejected, const crypto::Hash& sha256) {
  v1::AuditEvent out =
      signed_event(v1::EVENT_KIND_REJECTED, rejected.organisation, rejected.operation, sha256);
  out.set_message_id(rejected.message.str());
  out.set_refusal(static_cast<v1::RefusalCode>(rejected.code));
  return out;
}

v1::AuditEvent said_by(const crypto::Review& review, const crypto::Hash& sha256) {
  v1::AuditEvent out = signed_event(v1::EVENT_KIND_EXCEPTION_REVIEWED, review.organisation,
                                    review.operation, sha256);
  out.set_grant_id(review.grant.str());
  return out;
}

v1::AuditEvent said_by(const crypto::ProfileStatement& profile, const crypto::Hash& sha256) {
  return signed_event(v1::EVENT_KIND_PROFILE_PUBLISHED, profile.organisation, profile.operation,
                      sha256);
}

v1::AuditEvent said_by(const OrgId& org, const crypto::Hash& statement_sha256) {
  v1::AuditEvent out = new_event(v1::EVENT_KIND_KEYS_PUBLISHED, org.str(), "");
  out.set_object_sha256(statement_sha256.str());
  return out;
}

namespace {

template <class Object>
std::optional<crypto::Hash> key_of(std::string_view body) {
  const auto object = Object::parse(body);
  if (!object) return std::nullopt;
  if constexpr (requires { object->sender_key_id; })
    return object->sender_key_id;
  else
    return object->key_id;
}

}  // namespace

std::optional<crypto::Hash> signing_key_of(crypto::PayloadType type, std::string_view body) {
  using crypto::PayloadType;
  switch (type) {
    case PayloadType::header:
      return key_of<crypto::Header>(body);
    case PayloadType::grant:
      return key_of<crypto::Grant>(body);
    case PayloadType::withdrawal:
      return key_of<crypto::Withdrawal>(body);
    case PayloadType::received:
      return key_of<crypto::Received>(body);
    case PayloadType::rejected:
      return key_of<crypto::Rejected>(body);
    case PayloadType::release:
      return key_of<crypto::Release>(body);
    case PayloadType::review:
      return key_of<crypto::Review>(body);
    case PayloadType::profile:
      return key_of<crypto::ProfileStatement>(body);
    default:
      return std::nullopt;
  }
}

std::vector<v1::AuditEvent> destruction_events(const rules::GrantScope& scope, const GrantId& grant,
                                               const std::string& operation, CategorySet categories,
                                               v1::AuditEvent::Method method,
                                               const std::map<MessageId, CategorySet>& shares) {
  std::vector<v1::AuditEvent> events;
  for (auto share = shares.begin(); share != shares.end() || events.empty();) {
    v1::AuditEvent& event = events.emplace_back(
        new_event(v1::EVENT_KIND_SHARES_DESTROYED, scope.holder.str(), scope.recipient.str()));
    event.set_operation_id(operation);
    event.set_grant_id(grant.str());
    event.set_method(method);
    set_categories(event, categories);
    std::size_t count = 0;
    for (std::size_t i = 0; i < kDestroyedInOneEvent && share != shares.end(); ++i, ++share) {
      event.add_message_ids(share->first.str());
      count += share->second.list().size();
    }
    event.set_count(static_cast<std::uint32_t>(count));
  }
  return events;
}

std::optional<std::string> difference(const v1::AuditEvent& one, const v1::AuditEvent& other) {
  const auto* type = v1::AuditEvent::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    const int number = field->number();
    if (number == v1::AuditEvent::kTimeFieldNumber ||
        number == v1::AuditEvent::kActorChainFieldNumber ||
        number == v1::AuditEvent::kCounterpartChainFieldNumber)
      continue;
    google::protobuf::util::MessageDifferencer differs;
    if (!differs.CompareWithFields(one, other, {field}, {field})) return field->json_name();
  }
  return std::nullopt;
}

namespace {

template <class Object>
std::optional<v1::AuditEvent> said_in(const std::string& bytes) {
  const auto object = Object::parse(bytes);
  if (!object) return std::nullopt;
  if constexpr (requires { said_by(*object); })
    return said_by(*object);
  else
    return said_by(*object, crypto::sha256(bytes));
}

std::optional<v1::AuditEvent> said_in(v1::EventKind kind, const std::string& object) {
  switch (kind) {
    case v1::EVENT_KIND_SUBMITTED:
    case v1::EVENT_KIND_RESTORED:
      return said_in<crypto::Header>(object);
    case v1::EVENT_KIND_GRANT_REGISTERED:
      return said_in<crypto::Grant>(object);
    case v1::EVENT_KIND_GRANT_WITHDRAWN:
      return said_in<crypto::Withdrawal>(object);
    case v1::EVENT_KIND_RECEIVED:
      return said_in<crypto::Received>(object);
    case v1::EVENT_KIND_REJECTED:
      return said_in<crypto::Rejected>(object);
    case v1::EVENT_KIND_RELEASED:
      return said_in<crypto::Release>(object);
    case v1::EVENT_KIND_EXCEPTION_REVIEWED:
      return said_in<crypto::Review>(object);
    case v1::EVENT_KIND_PROFILE_PUBLISHED:
      return said_in<crypto::ProfileStatement>(object);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> contradicts(const v1::AuditEvent& event, const std::string& object) {
  auto expected = said_in(event.kind(), object);
  if (!expected) return "object";
  expected->set_kind(event.kind());
  // What the state of the log before it adds.
  *expected->mutable_transitions() = event.transitions();
  expected->set_count(event.count());
  if (expected->counterpart().empty()) expected->set_counterpart(event.counterpart());
  if (expected->referral_id().empty()) expected->set_referral_id(event.referral_id());
  if (expected->grant_id().empty()) expected->set_grant_id(event.grant_id());
  return difference(event, *expected);
}

}  // namespace veerpont::audit
