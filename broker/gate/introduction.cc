// What may be said of an organisation, and the event that says it: the operator's word, with no
// signature but the checkpoint's.
#include "broker/gate/parts.h"
#include "rules/profile.h"
#include "rules/service_area.h"
#include "schemas/wire.h"

namespace veerpont::broker::gate {

std::optional<Refusal> introduction_fault(const Participant& participant) {
  if (participant.hidden &&
      (participant.title != participant.org.str() || !participant.serves.empty()))
    return Refusal{RefusalCode::hidden_organisation, participant.org.str()};
  if (!is_title(participant.title))
    return Refusal{RefusalCode::invalid_input, "a title is 1 to 200 characters on one line"};
  for (const auto& served : participant.serves)
    if (!rules::Served::parse(served))
      return Refusal{RefusalCode::invalid_input,
                     "a municipality is written GM0546, or GM0546@2027-01-01..2027-12-31"};
  return std::nullopt;
}

EventDraft introduce(const Participant& participant) {
  v1::Admission admission;
  admission.set_org(participant.org.str());
  admission.set_title(participant.title);
  admission.set_kind(static_cast<v1::OrgKind>(participant.kind));
  for (const auto& code : participant.serves) admission.add_serves(code);
  admission.set_hidden(participant.hidden);
  v1::SignedObject object;
  object.set_body(wire::serialise(admission));
  v1::AuditEvent admitted =
      audit::new_event(v1::EVENT_KIND_PARTICIPANT_ADMITTED, "", participant.org.str());
  admitted.set_object_sha256(crypto::sha256(object.body()).str());
  return {std::move(admitted), std::move(object), {}};
}

}  // namespace veerpont::broker::gate
