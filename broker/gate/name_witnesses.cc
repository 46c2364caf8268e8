// The operator says who cosigns checkpoints.
#include "audit/witness_policy.h"
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {
namespace {

audit::WitnessPolicy policy_in(const WitnessesRequest& request) {
  return *audit::WitnessPolicy::parse(request.policy.body());
}

}  // namespace

std::vector<Question> questions_of(const WitnessesRequest& request) {
  std::vector<Question> questions;
  const audit::WitnessPolicy policy = policy_in(request);
  for (const auto& witness : policy.witnesses())
    if (witness.org) questions.emplace_back(AskOrg{*witness.org});
  return questions;
}

Decision decide(const Facts& facts, const WitnessesRequest& request, const GateContext&) {
  const audit::WitnessPolicy policy = policy_in(request);
  for (const auto& witness : policy.witnesses()) {
    if (!witness.org) continue;
    const Participant* known = participant(facts, *witness.org);
    if (known == nullptr || !known->enrolled)
      return Deny{{RefusalCode::unknown_recipient, witness.org->str()}, {}};
    // A cosignature says when somebody was awake.
    if (known->hidden) return Deny{{RefusalCode::hidden_organisation, witness.org->str()}, {}};
  }
  Permit permit;
  v1::AuditEvent named = audit::new_event(v1::EVENT_KIND_WITNESSES_NAMED, "", "");
  named.set_object_sha256(crypto::sha256(request.policy.body()).str());
  permit.events.push_back({std::move(named), request.policy, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
