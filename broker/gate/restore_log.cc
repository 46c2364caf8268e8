// The operator put a copy of the log back, and goes on without asking its witnesses: everybody
// reads why.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const RestoredRequest&) { return {}; }

Decision decide(const Facts&, const RestoredRequest& request, const GateContext&) {
  Permit permit;
  v1::AuditEvent restored = audit::new_event(v1::EVENT_KIND_LOG_RESTORED, "", "");
  restored.set_object_sha256(crypto::sha256(request.said.body()).str());
  permit.events.push_back({std::move(restored), request.said, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
