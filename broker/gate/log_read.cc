// Oversight read the whole log: the log says so.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const LogReadRequest& request) { return {AskOrg{request.org}}; }

Decision decide(const Facts&, const LogReadRequest& request, const GateContext& context) {
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.events.push_back(
      {audit::new_event(v1::EVENT_KIND_LOG_READ, request.org.str(), ""), {}, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
