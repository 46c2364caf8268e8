#include "audit/event_rules.h"

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

bool is_public(v1::EventKind kind) {
  return (kind >= v1::EVENT_KIND_GENESIS && kind <= v1::EVENT_KIND_KEYS_PUBLISHED) || kind == v1::EVENT_KIND_PROFILE_PUBLISHED ||
         kind == v1::EVENT_KIND_EVENTS_ERASED;
}

std::optional<ReferralState> state_after(const v1::AuditEvent& event, std::optional<ReferralState> now, rules::Role actor, ExchangeKind kind) {
  if (event.kind() == v1::EVENT_KIND_SUBMITTED) return rules::after_step(now, actor, static_cast<Step>(event.step()), kind);
  if (!now) return std::nullopt;
  switch (event.kind()) {
    case v1::EVENT_KIND_RECEIVED:
      return rules::after_occurrence(*now, rules::Occurrence::received);
    case v1::EVENT_KIND_RELEASED:
      return rules::after_occurrence(*now, rules::Occurrence::first_release);
    case v1::EVENT_KIND_GRANT_WITHDRAWN:
      return rules::after_occurrence(*now, rules::Occurrence::grant_withdrawn);
    case v1::EVENT_KIND_MESSAGE_EXPIRED:
      return rules::after_occurrence(*now, rules::Occurrence::message_expired);
    default:
      return std::nullopt;
  }
}

}  // namespace veerpont::audit
