// The recipient puts a message aside that it cannot accept.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const Verified<crypto::Rejected>& request) {
  const crypto::Rejected& rejected = request.object;
  return {AskOrg{rejected.organisation}, AskMessage{rejected.message},
          AskOperation{rejected.organisation, rejected.operation}};
}

Decision decide(const Facts& facts, const Verified<crypto::Rejected>& request,
                const GateContext& context) {
  const crypto::Rejected& rejected = request.object;
  const MessageFact* message = message_to(facts, rejected.organisation, rejected.message);
  v1::AuditEvent aside = said_by(rejected, request.sha256);
  if (auto known = known_operation(facts, rejected.organisation, request, aside)) return *known;
  if (!has_own_key(facts, rejected.organisation, rejected.key_id))
    return deny({RefusalCode::unknown_key}, aside);
  if (is_suspended(facts, rejected.organisation))
    return deny({RefusalCode::sender_suspended}, aside);
  if (message == nullptr) return deny({RefusalCode::unknown_message}, aside);
  if (message->rejected) return Known{message->settled.value_or(LogIndex{}), {}, {}, {}};
  if (context.room == Room::least) return storage_full();
  aside.set_counterpart(message->sender.str());
  aside.set_referral_id(message->referral.str());
  aside.set_grant_id(message->grant.str());
  Permit permit;
  permit.changes.push_back(MarkRejected{rejected.message});
  if (message->status == MessageFact::Status::stored)
    permit.changes.push_back(
        SetMessageStatus{rejected.message, MessageFact::Status::received, context.next});
  permit.changes.push_back(
      PutOperation{{rejected.organisation, rejected.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(aside), request.bytes, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
