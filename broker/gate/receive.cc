// The recipient has messages. An event only when something is new: who repeats it for what was
// settled long ago gets the event that settled it.
#include "broker/gate/parts.h"
#include "rules/referral_states.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const Verified<crypto::Received>& request) {
  const crypto::Received& received = request.object;
  std::vector<Question> questions{AskOrg{received.organisation}, AskOrg{received.sender},
                                  AskOperation{received.organisation, received.operation}};
  for (const MessageId& message : received.messages) questions.push_back(AskMessage{message});
  return questions;
}

Decision decide(const Facts& facts, const Verified<crypto::Received>& request,
                const GateContext& context) {
  const crypto::Received& received = request.object;
  v1::AuditEvent stored = said_by(received, request.sha256);
  if (auto known = known_operation(facts, received.organisation, request, stored)) return *known;
  if (!has_own_key(facts, received.organisation, received.key_id))
    return deny({RefusalCode::unknown_key}, stored);
  if (is_suspended(facts, received.organisation))
    return deny({RefusalCode::sender_suspended}, stored);
  Permit permit;
  std::map<ReferralId, ReferralState> states;  // two messages of one referral in one Received
  std::optional<LogIndex> settled;
  for (const MessageId& id : received.messages) {
    const MessageFact* message = message_to(facts, received.organisation, id);
    if (message == nullptr || message->sender != received.sender)
      return deny({RefusalCode::unknown_message}, stored);
    if (message->status != MessageFact::Status::stored) {
      settled = settled ? settled : message->settled;
      continue;
    }
    permit.changes.push_back(SetMessageStatus{id, MessageFact::Status::received, context.next});
    const auto referral = facts.referrals.find(message->referral);
    if (message->step != Step::refer || referral == facts.referrals.end()) continue;
    const auto now = states.try_emplace(message->referral, referral->second.state).first;
    if (const auto next = rules::after_occurrence(now->second, rules::Occurrence::received)) {
      now->second = *next;
      add_transition(stored, message->referral, *next);
      permit.changes.push_back(moved(referral->second, *next, referral->second.respond_by));
    }
  }
  if (permit.changes.empty()) return Known{settled.value_or(LogIndex{}), {}, {}, {}};
  if (context.room == Room::least) return storage_full();
  permit.changes.push_back(
      PutOperation{{received.organisation, received.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(stored), request.bytes, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
