#include "audit/event_table.h"

#include <google/protobuf/util/message_differencer.h>

namespace veerpont::audit {

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

v1::AuditEvent said_by(const crypto::AccessLogAnchor& anchor, const crypto::Hash& sha256) {
  return signed_event(v1::EVENT_KIND_ACCESS_LOG_ANCHORED, anchor.organisation, anchor.operation,
                      sha256);
}

v1::AuditEvent said_by(const OrgId& org, const crypto::Hash& statement_sha256) {
  v1::AuditEvent out = new_event(v1::EVENT_KIND_KEYS_PUBLISHED, org.str(), "");
  out.set_object_sha256(statement_sha256.str());
  return out;
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

template <class Object>
std::optional<crypto::Hash> key_of(std::string_view body) {
  const auto object = Object::parse(body);
  if (!object) return std::nullopt;
  if constexpr (requires { object->sender_key_id; })
    return object->sender_key_id;
  else
    return object->key_id;
}

template <class Object>
crypto::View seen_by(std::string_view body) {
  if constexpr (requires(Object object) { object.view; })
    if (auto object = Object::parse(body)) return std::move(object->view);
  return {};
}

crypto::View seen_by_statement(std::string_view body) {
  v1::KeyStatement statement;
  if (!statement.ParseFromString(std::string(body))) return {};
  return crypto::view_in(statement).value_or(crypto::View{});
}

// Marks of a row.
constexpr unsigned kPublic = 1;
constexpr unsigned kObject = 2;
constexpr unsigned kChangesNothing = 4;
constexpr unsigned kOperation = 8;
constexpr unsigned kRetiredKeys = 16;

constexpr EventRow made(v1::EventKind kind, Author author, unsigned marks = 0) {
  return {kind,
          author,
          (marks & kPublic) != 0,
          (marks & kObject) != 0,
          (marks & kChangesNothing) != 0,
          (marks & kOperation) != 0,
          (marks & kRetiredKeys) != 0,
          std::nullopt,
          nullptr,
          nullptr,
          nullptr};
}

template <class Object>
constexpr EventRow signed_by(v1::EventKind kind, unsigned marks) {
  EventRow row = made(kind, Author::participant, marks | kObject);
  row.signed_type = Object::type;
  row.said = said_in<Object>;
  row.signing_key = key_of<Object>;
  row.view = seen_by<Object>;
  return row;
}

constexpr EventRow keys_published() {
  EventRow row = made(v1::EVENT_KIND_KEYS_PUBLISHED, Author::participant, kPublic | kObject);
  row.view = seen_by_statement;
  return row;
}

constexpr auto kBroker = Author::broker;
constexpr auto kOperator = Author::federation_operator;
constexpr EventRow kEvents[] = {
    made(v1::EVENT_KIND_UNSPECIFIED, kBroker),
    made(v1::EVENT_KIND_GENESIS, kOperator, kPublic | kObject),
    made(v1::EVENT_KIND_PARTICIPANT_ADMITTED, kOperator, kPublic | kObject),
    made(v1::EVENT_KIND_PARTICIPANT_SUSPENDED, kOperator, kPublic),
    made(v1::EVENT_KIND_PARTICIPANT_RESUMED, kOperator, kPublic),
    keys_published(),
    signed_by<crypto::Grant>(v1::EVENT_KIND_GRANT_REGISTERED, 0),
    signed_by<crypto::Withdrawal>(v1::EVENT_KIND_GRANT_WITHDRAWN, kOperation | kRetiredKeys),
    made(v1::EVENT_KIND_GRANT_EXPIRED, kBroker),
    signed_by<crypto::Header>(v1::EVENT_KIND_SUBMITTED, 0),
    signed_by<crypto::Header>(v1::EVENT_KIND_RESTORED, kRetiredKeys),
    made(v1::EVENT_KIND_REFUSED, kBroker, kChangesNothing),
    made(v1::EVENT_KIND_REFUSED_SUMMARY, kBroker, kChangesNothing),
    signed_by<crypto::Received>(v1::EVENT_KIND_RECEIVED, kOperation | kRetiredKeys),
    signed_by<crypto::Rejected>(v1::EVENT_KIND_REJECTED, kOperation | kRetiredKeys),
    signed_by<crypto::Release>(v1::EVENT_KIND_RELEASED, kOperation),
    made(v1::EVENT_KIND_RELEASE_REFUSED, kBroker, kChangesNothing),
    made(v1::EVENT_KIND_SHARES_DESTROYED, kBroker),
    made(v1::EVENT_KIND_EFFECT_STATED, kBroker),
    signed_by<crypto::Review>(v1::EVENT_KIND_EXCEPTION_REVIEWED, kOperation),
    made(v1::EVENT_KIND_OVERDUE, kBroker),
    made(v1::EVENT_KIND_MESSAGE_EXPIRED, kBroker),
    made(v1::EVENT_KIND_LOG_READ, kBroker, kChangesNothing),
    made(v1::EVENT_KIND_EVENTS_ERASED, kBroker, kPublic),
    signed_by<crypto::ProfileStatement>(v1::EVENT_KIND_PROFILE_PUBLISHED, kPublic | kOperation),
    signed_by<crypto::AccessLogAnchor>(v1::EVENT_KIND_ACCESS_LOG_ANCHORED, kOperation),
    made(v1::EVENT_KIND_WITNESSES_NAMED, kOperator, kPublic | kObject),
    made(v1::EVENT_KIND_LOG_RESTORED, kOperator, kPublic | kObject),
};

}  // namespace

std::span<const EventRow> event_table() { return kEvents; }

const EventRow& row_of(v1::EventKind kind) {
  const auto number = static_cast<std::size_t>(kind);
  return kind > 0 && number < std::size(kEvents) ? kEvents[number] : kEvents[0];
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
        number == v1::AuditEvent::kCounterpartChainFieldNumber ||
        number == v1::AuditEvent::kPairChainFieldNumber)
      continue;
    google::protobuf::util::MessageDifferencer differs;
    if (!differs.CompareWithFields(one, other, {field}, {field})) return field->json_name();
  }
  return std::nullopt;
}

std::optional<std::string> contradicts(const v1::AuditEvent& event, const std::string& object) {
  const EventRow& row = row_of(event.kind());
  auto expected = row.said == nullptr ? std::nullopt : row.said(object);
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
