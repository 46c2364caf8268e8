// A member publishes its next key statement.
#include "base/limits.h"
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const KeysRequest& request) {
  return questions_about_keys(request.statement);
}

Decision decide(const Facts& facts, const KeysRequest& request, const GateContext& context) {
  const crypto::KeyStatement& statement = request.statement;
  const Participant* owner = participant(facts, statement.org());
  if (owner == nullptr || !owner->enrolled) return Deny{{RefusalCode::not_your_identity}, {}};
  if (owner->statement_sha256 == statement.sha256())
    return Known{*owner->statement_index, {}, {}, {}};
  if (owner->suspended) return deny({RefusalCode::sender_suspended}, event_of(statement));
  // The same identity, or one that it signed for. Partners confirm the new one again.
  if (owner->identity_key != statement.body().identity_key() &&
      owner->identity_key != statement.body().former_identity_key())
    return deny({RefusalCode::unknown_key, "KeyStatement.identity_key"}, event_of(statement));
  if (statement.sequence() <= owner->statement_sequence)
    return deny({RefusalCode::malformed, "KeyStatement.sequence"}, event_of(statement));
  if (statement.body().previous_sha256() != owner->statement_sha256.bytes())
    return deny({RefusalCode::malformed, "KeyStatement.previous_sha256"}, event_of(statement));
  if (auto fault = statement_fault(facts, *owner, statement, context))
    return deny(*fault, event_of(statement));
  if (!statements_after(owner->statements_until, context.event_time))
    return Deny{{RefusalCode::quota_exceeded,
                 std::to_string(limits::statement_burst) + " key statements, one a day"},
                {}};
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.changes.push_back(PutStatement{statement, context.next, context.event_time});
  permit.events.push_back({event_of(statement), {}, statement.signed_statement()});
  return permit;
}

}  // namespace veerpont::broker::gate
