#include "client_sdk/operations/prove.h"

#include "audit/tlog_proof.h"
#include "client_sdk/log/log_copy.h"

namespace veerpont::sdk {

Result<EventProof> prove(Context& context, LogIndex index) {
  const auto stored = context.dossier().events.find(index);
  const auto copy = stored ? copied(*stored) : std::nullopt;
  if (!copy)
    return Refusal{RefusalCode::not_found, stored ? "what this event said is gone after its years"
                                                  : "this home has no event at that place"};
  return EventProof{audit::proof_of(copy->proven, stored->checkpoint).str(),
                    context.home->config.log_key.str()};
}

}  // namespace veerpont::sdk

namespace veerpont {

Result<ProvenEventRow> check_proof(const std::string& proof, const std::string& verifier_key) {
  const auto key = audit::VerifierKey::parse(verifier_key);
  if (!key) return Refusal{RefusalCode::invalid_input, "verifierKey: is none of a log"};
  auto checked = audit::check_proof(proof, *key);
  if (!checked) return checked.refusal();
  const auto stated = sdk::row_of(checked->event.event, checked->event.index);
  return ProvenEventRow{stated, checked->checkpoint.origin, checked->checkpoint.size};
}

}  // namespace veerpont
