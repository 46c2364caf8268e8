// The operator suspends an organisation, or lets it take part again.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const SuspendRequest& request) { return {AskOrg{request.org}}; }

Decision decide(const Facts& facts, const SuspendRequest& request, const GateContext&) {
  const Participant* known = participant(facts, request.org);
  if (known == nullptr) return Deny{{RefusalCode::unknown_recipient, request.org.str()}, {}};
  Permit permit;
  if (known->suspended == request.suspend) return permit;
  permit.changes.push_back(SetSuspended{request.org, request.suspend});
  const auto kind =
      request.suspend ? v1::EVENT_KIND_PARTICIPANT_SUSPENDED : v1::EVENT_KIND_PARTICIPANT_RESUMED;
  permit.events.push_back({audit::new_event(kind, "", request.org.str()), {}, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
