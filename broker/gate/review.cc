// An exception was reviewed by its holder.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const Verified<crypto::Review>& request) {
  const crypto::Review& review = request.object;
  return {AskOrg{review.organisation}, AskGrant{review.grant},
          AskOperation{review.organisation, review.operation}};
}

Decision decide(const Facts& facts, const Verified<crypto::Review>& request,
                const GateContext& context) {
  const crypto::Review& review = request.object;
  v1::AuditEvent reviewed = said_by(review, request.sha256);
  if (auto known = known_operation(facts, review.organisation, request, reviewed)) return *known;
  if (!has_active_key(facts, review.organisation, review.key_id, context.now))
    return deny({RefusalCode::unknown_key}, reviewed);
  if (is_suspended(facts, review.organisation))
    return deny({RefusalCode::sender_suspended}, reviewed);
  const auto grant = facts.grants.find(review.grant);
  if (grant == facts.grants.end() || grant->second.grant.scope.holder != review.organisation)
    return deny({RefusalCode::unknown_grant}, reviewed);
  if (!rules::is_exception(grant->second.grant.scope.ground))
    return deny({RefusalCode::ground_forbids_exchange, "no exception"}, reviewed);
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.changes.push_back(
      PutOperation{{review.organisation, review.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(reviewed), request.bytes, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
