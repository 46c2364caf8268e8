// What holds for every key statement, of a member and of who joins.
#include <string>

#include "base/limits.h"
#include "broker/gate/parts.h"
#include "rules/clock_tolerance.h"

namespace veerpont::broker::gate {

v1::AuditEvent event_of(const crypto::KeyStatement& statement) {
  return said_by(statement.org(), statement.sha256());
}

std::optional<Refusal> statement_fault(const Facts& facts, const Participant& owner,
                                       const crypto::KeyStatement& statement,
                                       const GateContext& context) {
  if (!rules::has_begun(time_from_ms(statement.body().issued()), context.event_time))
    return Refusal{RefusalCode::clock_skew};
  if (time_from_ms(statement.body().valid_until()) <= context.now)
    return Refusal{RefusalCode::expired, "KeyStatement.valid_until"};
  if (owner.kind == OrgKind::oversight && !statement.body().epoch_keys().empty())
    return Refusal{RefusalCode::malformed, "KeyStatement.epoch_keys"};
  const auto foreign = [&](crypto::KeyType type, const std::string& key) {
    const auto other = facts.key_owners.find(crypto::key_id(type, key));
    return other != facts.key_owners.end() && other->second != owner.org;
  };
  for (const auto& key : statement.body().signing_keys())
    if (foreign(crypto::KeyType::signing, key.public_key()))
      return Refusal{RefusalCode::unknown_key, "KeyStatement.signing_keys"};
  for (const auto& key : statement.body().epoch_keys())
    if (foreign(crypto::KeyType::epoch, key.public_key()))
      return Refusal{RefusalCode::unknown_key, "KeyStatement.epoch_keys"};
  // What was compromised once stays so, whoever publishes now; and nobody fills our tables with
  // keys.
  int ever = 0;
  for (const auto& [id, key] : owner.keys) {
    if (key.type != crypto::KeyType::signing) continue;
    ++ever;
    if (key.standing == KeyFact::Standing::compromised && !statement.revokes(id))
      return Refusal{RefusalCode::malformed, "KeyStatement.revoked_signing_keys"};
  }
  for (const auto& key : statement.body().signing_keys())
    ever += owner.keys.contains(crypto::key_id(crypto::KeyType::signing, key.public_key())) ? 0 : 1;
  if (ever > limits::signing_keys_ever)
    return Refusal{RefusalCode::quota_exceeded,
                   std::to_string(limits::signing_keys_ever) + " signing keys"};
  return std::nullopt;
}

std::vector<Question> questions_about_keys(const crypto::KeyStatement& statement) {
  std::vector<Question> questions{AskOrg{statement.org()}};
  for (const auto& key : statement.body().signing_keys())
    questions.push_back(AskKeyOwner{crypto::key_id(crypto::KeyType::signing, key.public_key())});
  for (const auto& key : statement.body().epoch_keys())
    questions.push_back(AskKeyOwner{crypto::key_id(crypto::KeyType::epoch, key.public_key())});
  return questions;
}

}  // namespace veerpont::broker::gate
