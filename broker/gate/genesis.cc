// The first event of a log: the federation's policy.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const GenesisRequest&) { return {}; }

Decision decide(const Facts&, const GenesisRequest& request, const GateContext&) {
  Permit permit;
  v1::AuditEvent genesis = audit::new_event(v1::EVENT_KIND_GENESIS, "", "");
  genesis.set_object_sha256(crypto::sha256(request.policy.body()).str());
  permit.events.push_back({std::move(genesis), request.policy, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
