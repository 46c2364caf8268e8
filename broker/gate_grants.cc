#include <algorithm>

#include "broker/gate_parts.h"
#include "schemas/limits.h"
#include "schemas/rules/referral_states.h"

namespace veerpont::broker::gate {
namespace {

constexpr std::size_t kErasedInOneEvent = 50'000;  // its list stays far below what a frame may hold

v1::AuditEvent event_of(v1::EventKind kind, const rules::GrantScope& scope, const GrantId& grant) {
  v1::AuditEvent out = event(kind, scope.holder.str(), scope.recipient.str());
  out.set_grant_id(grant.str());
  return out;
}

v1::AuditEvent event_of(const Verified<crypto::Grant>& request) {
  const crypto::Grant& grant = request.object;
  v1::AuditEvent out = event_of(v1::EVENT_KIND_GRANT_REGISTERED, grant.scope, grant.id);
  out.set_operation_id(grant.operation.str());
  out.set_object_sha256(request.sha256.str());
  set_categories(out, grant.scope.outbound | grant.scope.inbound);
  return out;
}

std::optional<Refusal> grant_fault(const Facts& facts, const crypto::Grant& grant, Time now) {
  if (!has_active_key(facts, grant.scope.holder, grant.key_id, now)) return Refusal{RefusalCode::unknown_key};
  if (grant.created > now + limits::created_ahead) return Refusal{RefusalCode::clock_skew};
  if (is_suspended(facts, grant.scope.holder)) return Refusal{RefusalCode::sender_suspended};
  if (participant(facts, grant.scope.holder)->kind == OrgKind::oversight) return Refusal{RefusalCode::wrong_direction, "oversight holds no grants"};
  if (const auto code = cannot_receive(facts, grant.scope.recipient)) return Refusal{*code};
  if (grant.scope.expires <= now) return Refusal{RefusalCode::grant_expired};
  if (const auto code = rules::forbids(grant.scope, participant(facts, grant.scope.holder)->kind, participant(facts, grant.scope.recipient)->kind))
    return Refusal{*code, id_of(grant.scope.ground)};
  for (const Hash& hash : grant.withdrawal_hashes)
    if (facts.withdrawal_hashes.contains(hash)) return Refusal{RefusalCode::code_in_use};
  return std::nullopt;
}

// A referral that is not accepted yet ends with its grant; help that began goes on without content.
void end_referral(const Facts& facts, const GrantFact& grant, v1::AuditEvent& event, Permit& permit) {
  const auto referral = grant.referral ? facts.referrals.find(*grant.referral) : facts.referrals.end();
  if (referral == facts.referrals.end() || referral->second.grant != grant.grant.id) return;
  event.set_referral_id(referral->first.str());
  const auto next = rules::after_occurrence(referral->second.state, rules::Occurrence::grant_withdrawn);
  permit.state = next.value_or(referral->second.state);
  if (!next) return;
  add_transition(event, referral->first, *next);
  permit.changes.push_back(moved(referral->second, *next, {}));
}

void add_messages(v1::AuditEvent& event, const std::set<MessageId>& messages) {
  for (const MessageId& message : messages) event.add_message_ids(message.str());
}

void expire_message(const Facts& facts, const MessageFact& message, Time now, Permit& permit) {
  if (message.expires > now || message.status == MessageFact::Status::expired) return;
  v1::AuditEvent expired = event(v1::EVENT_KIND_MESSAGE_EXPIRED, message.sender.str(), message.recipient.str());
  expired.set_message_id(message.id.str());
  expired.set_referral_id(message.referral.str());
  expired.set_grant_id(message.grant.str());
  expired.set_method(v1::AuditEvent::METHOD_EXPIRY);
  DestroyShares destroyed;
  for (const auto& [key, share] : facts.shares)
    if (share.message == message.id) destroyed.shares.push_back(key);
  expired.set_count(static_cast<std::uint32_t>(destroyed.shares.size()));
  const auto referral = facts.referrals.find(message.referral);
  // Another first message may still wait: then the referral is not over.
  const bool last = referral != facts.referrals.end() && referral->second.refer_until <= now;
  if (message.status == MessageFact::Status::stored && message.step == Step::refer && last)
    if (const auto next = rules::after_occurrence(referral->second.state, rules::Occurrence::message_expired)) {
      add_transition(expired, message.referral, *next);
      permit.changes.push_back(moved(referral->second, *next, {}));
    }
  permit.changes.push_back(std::move(destroyed));
  permit.changes.push_back(SetMessageStatus{message.id, MessageFact::Status::expired});
  permit.events.push_back({std::move(expired), {}, {}});
}

void expire_grant(const Facts& facts, const GrantFact& grant, const GateContext& context, Permit& permit) {
  if (grant.grant.scope.expires > context.now || grant.ended || grant.withdrawn) return;
  v1::AuditEvent ended = event_of(v1::EVENT_KIND_GRANT_EXPIRED, grant.grant.scope, grant.grant.id);
  if (grant.referral) ended.set_referral_id(grant.referral->str());
  ended.set_method(v1::AuditEvent::METHOD_EXPIRY);
  Destroyed destroyed = destroy_shares_of(facts, grant.grant.id, {});
  ended.set_count(static_cast<std::uint32_t>(destroyed.change.shares.size()));
  add_messages(ended, destroyed.messages);
  permit.changes.push_back(EndGrant{grant.grant.id});
  permit.changes.push_back(std::move(destroyed.change));
  permit.changes.push_back(Tombstone{grant.grant.id, rules::all_categories(grant.grant.scope), LogIndex{context.next.value + permit.events.size()}});
  permit.events.push_back({std::move(ended), {}, {}});
}

// Nobody answered in time: both sides hear it, once for each time that was named.
void note_overdue(const ReferralFact& referral, Time now, Permit& permit) {
  if (referral.overdue || referral.respond_by == Time{} || referral.respond_by > now || !rules::is_open(referral.state)) return;
  v1::AuditEvent overdue = event(v1::EVENT_KIND_OVERDUE, referral.referrer.str(), referral.provider.str());
  overdue.set_referral_id(referral.id.str());
  overdue.set_grant_id(referral.grant.str());
  ReferralFact told = referral;
  told.overdue = true;
  permit.changes.push_back(PutReferral{std::move(told)});
  permit.events.push_back({std::move(overdue), {}, {}});
}

}  // namespace

Decision register_grant(const Facts& facts, const Verified<crypto::Grant>& request, const GateContext& context) {
  const crypto::Grant& grant = request.object;
  if (const auto known = facts.grants.find(grant.id); known != facts.grants.end()) {
    if (known->second.sha256 == request.sha256) return Known{known->second.index, {}, {}, {}};
    return deny({RefusalCode::grant_id_conflict}, event_of(request));
  }
  if (auto fault = grant_fault(facts, grant, context.now)) return deny(*fault, event_of(request));
  if (context.storage_low) return storage_full();
  Permit permit;
  const CategorySet keys = rules::all_categories(grant.scope);
  permit.keys_to_create.emplace_back(grant.id, keys);
  permit.changes.push_back(PutGrant{{grant, request.sha256, context.next, std::nullopt, false, false, {}, keys}});
  permit.events.push_back({event_of(request), request.bytes, {}});
  return permit;
}

Decision withdraw(const Facts& facts, const Verified<crypto::Withdrawal>& request, const GateContext& context) {
  const crypto::Withdrawal& withdrawal = request.object;
  v1::AuditEvent withdrawn = event(v1::EVENT_KIND_GRANT_WITHDRAWN, withdrawal.holder.str(), "");
  withdrawn.set_operation_id(withdrawal.operation.str());
  withdrawn.set_grant_id(withdrawal.grant.str());
  withdrawn.set_object_sha256(request.sha256.str());
  withdrawn.set_method(v1::AuditEvent::METHOD_SIGNED);
  if (auto known = known_operation(facts, withdrawal.holder, request, withdrawn)) return *known;
  if (!has_active_key(facts, withdrawal.holder, withdrawal.key_id, context.now)) return deny({RefusalCode::unknown_key}, withdrawn);
  const auto found = facts.grants.find(withdrawal.grant);
  if (found == facts.grants.end() || found->second.grant.scope.holder != withdrawal.holder) return deny({RefusalCode::unknown_grant}, withdrawn);
  const GrantFact& grant = found->second;
  const CategorySet all = rules::all_categories(grant.grant.scope);
  const bool whole = withdrawal.categories.empty();
  if (grant.withdrawn) return deny({RefusalCode::grant_withdrawn}, withdrawn);
  if (grant.ended) return deny({RefusalCode::grant_expired}, withdrawn);
  if (!all.covers(withdrawal.categories)) return deny({RefusalCode::category_not_granted}, withdrawn);
  if (!whole && grant.withdrawn_categories.covers(withdrawal.categories)) return deny({RefusalCode::grant_withdrawn}, withdrawn);

  Permit permit;
  const CategorySet gone = whole ? all : withdrawal.categories;
  Destroyed destroyed = destroy_shares_of(facts, withdrawal.grant, whole ? CategorySet{} : gone);
  withdrawn.set_counterpart(grant.grant.scope.recipient.str());
  set_categories(withdrawn, withdrawal.categories);
  withdrawn.set_count(static_cast<std::uint32_t>(destroyed.change.shares.size()));
  if (whole) end_referral(facts, grant, withdrawn, permit);
  permit.changes.push_back(WithdrawGrant{withdrawal.grant, withdrawal.categories, whole});
  permit.changes.push_back(Tombstone{withdrawal.grant, gone, context.next});
  permit.changes.push_back(PutOperation{{withdrawal.holder, withdrawal.operation, request.sha256, context.next}});
  permit.events.push_back({withdrawn, request.bytes, {}});
  if (!destroyed.change.shares.empty()) {
    v1::AuditEvent shares = event_of(v1::EVENT_KIND_SHARES_DESTROYED, grant.grant.scope, withdrawal.grant);
    shares.set_operation_id(withdrawal.operation.str());
    set_categories(shares, gone);
    shares.set_count(withdrawn.count());
    add_messages(shares, destroyed.messages);
    permit.events.push_back({std::move(shares), {}, {}});
    permit.changes.push_back(std::move(destroyed.change));
  }
  return permit;
}

Decision review(const Facts& facts, const Verified<crypto::Review>& request, const GateContext& context) {
  const crypto::Review& review = request.object;
  v1::AuditEvent reviewed = event(v1::EVENT_KIND_EXCEPTION_REVIEWED, review.organisation.str(), "");
  reviewed.set_operation_id(review.operation.str());
  reviewed.set_grant_id(review.grant.str());
  reviewed.set_object_sha256(request.sha256.str());
  if (auto known = known_operation(facts, review.organisation, request, reviewed)) return *known;
  if (!has_active_key(facts, review.organisation, review.key_id, context.now)) return deny({RefusalCode::unknown_key}, reviewed);
  if (is_suspended(facts, review.organisation)) return deny({RefusalCode::sender_suspended}, reviewed);
  const auto grant = facts.grants.find(review.grant);
  if (grant == facts.grants.end() || grant->second.grant.scope.holder != review.organisation) return deny({RefusalCode::unknown_grant}, reviewed);
  if (!rules::is_exception(grant->second.grant.scope.ground)) return deny({RefusalCode::ground_forbids_exchange, "no exception"}, reviewed);
  if (context.storage_low) return storage_full();
  Permit permit;
  permit.changes.push_back(PutOperation{{review.organisation, review.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(reviewed), request.bytes, {}});
  return permit;
}

Decision sweep(const Facts& facts, const SweepRequest& request, const GateContext& context) {
  Permit permit;
  // Later expiries of one sweep must see the earlier ones: referral states and shares overlap.
  Facts seen = facts;
  std::size_t applied = 0;
  const auto catch_up = [&] {
    for (; applied < permit.changes.size(); ++applied) broker::apply(seen, permit.changes[applied]);
  };
  for (const MessageId& id : request.messages) {
    const auto message = seen.messages.find(id);
    if (message == seen.messages.end()) continue;
    expire_message(seen, MessageFact(message->second), context.now, permit);
    catch_up();
  }
  for (const GrantId& id : request.grants) {
    const auto grant = seen.grants.find(id);
    if (grant == seen.grants.end()) continue;
    expire_grant(seen, GrantFact(grant->second), context, permit);
    catch_up();
  }
  for (const ReferralId& id : request.referrals)
    if (const auto referral = seen.referrals.find(id); referral != seen.referrals.end()) note_overdue(referral->second, context.now, permit);
  return permit;
}

// Only what is over, and only when nothing was logged since it was looked at.
Decision erase(const Facts& facts, const EraseRequest& request, const GateContext& context) {
  const Erase& what = request.what;
  if (context.next != request.seen) return Deny{{RefusalCode::busy, "something happened meanwhile"}, {}};
  for (const ReferralId& id : what.referrals)
    if (const auto found = facts.referrals.find(id); found != facts.referrals.end() && rules::is_open(found->second.state))
      return Deny{{RefusalCode::step_not_allowed, "a referral is open"}, {}};
  for (const GrantId& id : what.grants)
    if (const auto found = facts.grants.find(id); found != facts.grants.end() && !found->second.ended && !found->second.withdrawn)
      return Deny{{RefusalCode::step_not_allowed, "a grant is active"}, {}};
  for (const auto& [key, share] : facts.shares)
    if (what.messages.contains(share.message)) return Deny{{RefusalCode::step_not_allowed, "a share is alive"}, {}};
  Permit permit;
  permit.changes.push_back(what);
  for (std::size_t from = 0; from < what.events.size(); from += kErasedInOneEvent) {
    v1::AuditEvent erased = event(v1::EVENT_KIND_EVENTS_ERASED, "", "");
    erased.set_method(v1::AuditEvent::METHOD_EXPIRY);
    for (std::size_t i = from; i < std::min(what.events.size(), from + kErasedInOneEvent); ++i) erased.add_erased_indices(what.events[i].value);
    erased.set_count(static_cast<std::uint32_t>(erased.erased_indices_size()));
    permit.events.push_back({std::move(erased), {}, {}});
  }
  return permit;
}

}  // namespace veerpont::broker::gate
