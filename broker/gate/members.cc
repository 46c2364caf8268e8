#include <tuple>

#include "base/limits.h"
#include "broker/gate/parts.h"
#include "rules/clock_tolerance.h"
#include "rules/profile.h"
#include "rules/service_area.h"
#include "schemas/wire.h"

namespace veerpont::broker::gate {
namespace {

v1::AuditEvent event_of(const crypto::KeyStatement& statement) {
  return said_by(statement.org(), statement.sha256());
}

// Times in order and no key that another organisation ever had.
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

// What may be said of an organisation: nothing of a hidden one but its alias.
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

// The operator's word: no signature but the checkpoint's.
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

}  // namespace

Decision publish_keys(const Facts& facts, const KeysRequest& request, const GateContext& context) {
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

Decision admit(const Facts& facts, const AdmitRequest& request, const GateContext&) {
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

Decision describe(const Facts& facts, const DescribeRequest& request, const GateContext&) {
  const Participant* known = participant(facts, request.org);
  if (known == nullptr) return Deny{{RefusalCode::unknown_recipient, request.org.str()}, {}};
  Participant described = *known;
  if (request.title) described.title = *request.title;
  if (request.serves) described.serves = *request.serves;
  if (auto fault = introduction_fault(described)) return Deny{*fault, {}};
  Permit permit;
  if (described.title == known->title && described.serves == known->serves) return permit;
  permit.changes.push_back(Describe{described.org, described.title, described.serves});
  permit.events.push_back(introduce(described));
  return permit;
}

Decision publish_profile(const Facts& facts, const Verified<crypto::ProfileStatement>& request,
                         const GateContext& context) {
  const crypto::ProfileStatement& profile = request.object;
  v1::AuditEvent published = said_by(profile, request.sha256);
  if (auto known = known_operation(facts, profile.organisation, request, published)) return *known;
  if (!has_active_key(facts, profile.organisation, profile.key_id, context.now))
    return deny({RefusalCode::unknown_key}, published);
  if (!rules::has_begun(profile.created, context.event_time))
    return deny({RefusalCode::clock_skew}, published);
  if (is_suspended(facts, profile.organisation))
    return deny({RefusalCode::sender_suspended}, published);
  if (participant(facts, profile.organisation)->hidden)
    return deny({RefusalCode::hidden_organisation}, published);
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.changes.push_back(
      PutOperation{{profile.organisation, profile.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(published), request.bytes, {}});
  return permit;
}

Decision enrol(const Facts& facts, const EnrolRequest& request, const GateContext& context) {
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

Decision suspend(const Facts& facts, const SuspendRequest& request, const GateContext&) {
  const Participant* known = participant(facts, request.org);
  if (known == nullptr) return Deny{{RefusalCode::unknown_recipient, request.org.str()}, {}};
  Permit permit;
  if (known->suspended == request.suspend) return permit;
  permit.changes.push_back(SetSuspended{request.org, request.suspend});
  const auto kind =
      request.suspend ? v1::EVENT_KIND_PARTICIPANT_SUSPENDED : v1::EVENT_KIND_PARTICIPANT_RESUMED;
  permit.events.push_back({audit::new_event(kind, "", request.org.str()), {}, {}});
  return permit;
}

Decision lease(const Facts& facts, const LeaseRequest& request, const GateContext&) {
  const auto held = facts.leases.find(request.org);
  const bool mine = held != facts.leases.end() && held->second == request.session;
  if (request.take && held != facts.leases.end() && !mine)
    return Deny{{RefusalCode::busy, "another session receives"}, {}};
  Permit permit;
  if (request.take && !mine) permit.changes.push_back(PutLease{request.org, request.session});
  if (!request.take && mine) permit.changes.push_back(PutLease{request.org, ""});
  return permit;
}

}  // namespace veerpont::broker::gate
