// An organisation says how far its own access log had come.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const Verified<crypto::AccessLogAnchor>& request) {
  const crypto::AccessLogAnchor& anchor = request.object;
  return {AskOrg{anchor.organisation}, AskOperation{anchor.organisation, anchor.operation}};
}

Decision decide(const Facts& facts, const Verified<crypto::AccessLogAnchor>& request,
                const GateContext& context) {
  const crypto::AccessLogAnchor& anchor = request.object;
  v1::AuditEvent anchored = said_by(anchor, request.sha256);
  if (auto known = known_operation(facts, anchor.organisation, request, anchored)) return *known;
  if (!has_active_key(facts, anchor.organisation, anchor.key_id, context.now))
    return deny({RefusalCode::unknown_key}, anchored);
  if (is_suspended(facts, anchor.organisation))
    return deny({RefusalCode::sender_suspended}, anchored);
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.changes.push_back(
      PutOperation{{anchor.organisation, anchor.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(anchored), request.bytes, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
