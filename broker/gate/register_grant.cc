// A grant is registered: one gate for one exchange. docs/domain.md, "Grants".
#include "broker/gate/parts.h"
#include "rules/clock_tolerance.h"

namespace veerpont::broker::gate {
namespace {

std::optional<Refusal> grant_fault(const Facts& facts, const crypto::Grant& grant,
                                   const GateContext& context) {
  const Time now = context.now;
  if (!has_active_key(facts, grant.scope.holder, grant.key_id, now))
    return Refusal{RefusalCode::unknown_key};
  if (!rules::has_begun(grant.created, context.event_time)) return Refusal{RefusalCode::clock_skew};
  if (is_suspended(facts, grant.scope.holder)) return Refusal{RefusalCode::sender_suspended};
  if (participant(facts, grant.scope.holder)->kind == OrgKind::oversight)
    return Refusal{RefusalCode::wrong_direction, "oversight holds no grants"};
  if (const auto code = cannot_receive(facts, grant.scope.recipient)) return Refusal{*code};
  if (grant.scope.expires <= now) return Refusal{RefusalCode::grant_expired};
  if (const auto code = rules::forbids(grant.scope, participant(facts, grant.scope.holder)->kind,
                                       participant(facts, grant.scope.recipient)->kind))
    return Refusal{*code, id_of(grant.scope.ground)};
  for (const Hash& hash : grant.withdrawal_hashes)
    if (facts.withdrawal_hashes.contains(hash)) return Refusal{RefusalCode::code_in_use};
  return std::nullopt;
}

}  // namespace

std::vector<Question> questions_of(const Verified<crypto::Grant>& request) {
  const crypto::Grant& grant = request.object;
  std::vector<Question> questions{AskOrg{grant.scope.holder}, AskOrg{grant.scope.recipient},
                                  AskGrant{grant.id}};
  for (const Hash& hash : grant.withdrawal_hashes) questions.push_back(AskWithdrawalHash{hash});
  return questions;
}

Decision decide(const Facts& facts, const Verified<crypto::Grant>& request,
                const GateContext& context) {
  const crypto::Grant& grant = request.object;
  if (const auto known = facts.grants.find(grant.id); known != facts.grants.end()) {
    if (known->second.sha256 == request.sha256) return Known{known->second.index, {}, {}, {}};
    return deny({RefusalCode::grant_id_conflict}, said_by(grant, request.sha256));
  }
  if (auto fault = grant_fault(facts, grant, context))
    return deny(*fault, said_by(grant, request.sha256));
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  const CategorySet keys = rules::all_categories(grant.scope);
  permit.keys_to_create.emplace_back(grant.id, keys);
  permit.changes.push_back(
      PutGrant{{grant, request.sha256, context.next, std::nullopt, false, false, {}, keys}});
  permit.events.push_back({said_by(grant, request.sha256), request.bytes, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
