// An invited organisation joins, once, with the token of its invitation.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const EnrolRequest& request) {
  std::vector<Question> questions = questions_about_keys(request.statement);
  questions.push_back(AskInvitation{request.token_sha256});
  return questions;
}

Decision decide(const Facts& facts, const EnrolRequest& request, const GateContext& context) {
  const auto found = facts.invitations.find(request.token_sha256);
  if (found == facts.invitations.end()) return Deny{{RefusalCode::unknown_code, "invitation"}, {}};
  const Invitation& invitation = found->second;
  const Participant* owner = participant(facts, invitation.org);
  if (owner == nullptr || request.statement.org() != invitation.org)
    return Deny{{RefusalCode::not_your_identity, "invitation"}, {}};
  if (!invitation.answer_statement_sha256.empty()) {
    if (invitation.answer_statement_sha256 != request.statement.sha256().bytes())
      return Deny{{RefusalCode::unknown_code, "this invitation was used"}, {}};
    return Known{*owner->statement_index, {}, {}, invitation.certificate};
  }
  if (owner->enrolled)
    return Deny{{RefusalCode::unknown_code, "this organisation has joined already"}, {}};
  if (invitation.expires <= context.now)
    return Deny{{RefusalCode::unknown_code, "this invitation has run out"}, {}};
  if (auto fault = statement_fault(facts, *owner, request.statement, context))
    return Deny{*fault, {}};
  if (!request.statement.lists_tls_key(request.certificate_key))
    return Deny{{RefusalCode::malformed, "KeyStatement.tls_keys"}, {}};
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.changes.push_back(Enrol{invitation.org});
  permit.changes.push_back(PutStatement{request.statement, context.next, context.event_time});
  Invitation used = invitation;
  used.answer_statement_sha256 = request.statement.sha256().str();
  used.certificate = request.certificate;
  permit.changes.push_back(PutInvitation{std::move(used)});
  permit.events.push_back({event_of(request.statement), {}, request.statement.signed_statement()});
  return permit;
}

}  // namespace veerpont::broker::gate
