// The operator invites an organisation.
#include <tuple>

#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const AdmitRequest& request) {
  return {AskOrg{request.participant.org}};
}

Decision decide(const Facts& facts, const AdmitRequest& request, const GateContext&) {
  Permit permit;
  permit.changes.push_back(PutInvitation{request.invitation});
  const Participant* known = participant(facts, request.participant.org);
  if (known != nullptr && known->enrolled)
    return Deny{{RefusalCode::invalid_input,
                 request.participant.org.str() + " exists; an id is never used again"},
                {}};
  // Invited before and never joined: a new token, no new event. The invitation may not say what the
  // log does not.
  const auto said = [](const Participant& p) {
    return std::tie(p.title, p.kind, p.serves, p.hidden);
  };
  if (known != nullptr && said(*known) != said(request.participant))
    return Deny{{RefusalCode::invalid_input,
                 request.participant.org.str() +
                     " was invited with another kind, title, municipality or as hidden"},
                {}};
  if (known != nullptr) return permit;
  if (auto fault = introduction_fault(request.participant)) return Deny{*fault, {}};
  permit.changes.insert(permit.changes.begin(), PutParticipant{request.participant});
  permit.events.push_back(introduce(request.participant));
  return permit;
}

}  // namespace veerpont::broker::gate
