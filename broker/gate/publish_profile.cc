// An organisation says what it offers and how it is reached.
#include "broker/gate/parts.h"
#include "rules/clock_tolerance.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const Verified<crypto::ProfileStatement>& request) {
  const crypto::ProfileStatement& profile = request.object;
  return {AskOrg{profile.organisation}, AskOperation{profile.organisation, profile.operation}};
}

Decision decide(const Facts& facts, const Verified<crypto::ProfileStatement>& request,
                const GateContext& context) {
  const crypto::ProfileStatement& profile = request.object;
  v1::AuditEvent published = said_by(profile, request.sha256);
  if (auto known = known_operation(facts, profile.organisation, request, published)) return *known;
  if (!has_active_key(facts, profile.organisation, profile.key_id, context.now))
    return deny({RefusalCode::unknown_key}, published);
  if (!rules::has_begun(profile.created, context.event_time))
    return deny({RefusalCode::clock_skew}, published);
  if (is_suspended(facts, profile.organisation))
    return deny({RefusalCode::sender_suspended}, published);
  if (participant(facts, profile.organisation)->hidden)
    return deny({RefusalCode::hidden_organisation}, published);
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.changes.push_back(
      PutOperation{{profile.organisation, profile.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(published), request.bytes, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
