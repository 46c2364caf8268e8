#include <algorithm>

#include "base/limits.h"
#include "broker/gate/parts.h"
#include "rules/clock_tolerance.h"
#include "rules/referral_states.h"

namespace veerpont::broker::gate {
namespace {

constexpr std::size_t kErasedInOneEvent = 50'000;  // its list stays far below what a frame may hold

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

// A referral that is not accepted yet ends with its grant; help that began goes on without content.
void end_referral(const Facts& facts, const GrantFact& grant, v1::AuditEvent& event,
                  Permit& permit) {
  const auto referral =
      grant.referral ? facts.referrals.find(*grant.referral) : facts.referrals.end();
  if (referral == facts.referrals.end() || referral->second.grant != grant.grant.id) return;
  event.set_referral_id(referral->first.str());
  const auto next =
      rules::after_occurrence(referral->second.state, rules::Occurrence::grant_withdrawn);
  permit.state = next.value_or(referral->second.state);
  if (!next) return;
  add_transition(event, referral->first, *next);
  permit.changes.push_back(moved(referral->second, *next, {}));
}

void expire_message(const Facts& facts, const MessageFact& message, const GateContext& context,
                    Permit& permit) {
  const Time now = context.now;
  if (message.expires > now || message.status == MessageFact::Status::expired) return;
  v1::AuditEvent expired = audit::new_event(v1::EVENT_KIND_MESSAGE_EXPIRED, message.sender.str(),
                                            message.recipient.str());
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
  const bool last =
      referral != facts.referrals.end() && referral->second.refer_until <= context.event_time;
  if (message.status == MessageFact::Status::stored && message.step == Step::refer && last)
    if (const auto next =
            rules::after_occurrence(referral->second.state, rules::Occurrence::message_expired)) {
      add_transition(expired, message.referral, *next);
      permit.changes.push_back(moved(referral->second, *next, {}));
    }
  permit.changes.push_back(std::move(destroyed));
  permit.changes.push_back(SetMessageStatus{message.id, MessageFact::Status::expired,
                                            LogIndex{context.next.value + permit.events.size()}});
  permit.events.push_back({std::move(expired), {}, {}});
}

void expire_grant(const Facts& facts, const GrantFact& grant, const GateContext& context,
                  Permit& permit) {
  const rules::GrantScope& scope = grant.grant.scope;
  if (scope.expires > context.now || grant.ended || grant.withdrawn) return;
  const CategorySet all = rules::all_categories(scope);
  v1::AuditEvent ended =
      audit::new_event(v1::EVENT_KIND_GRANT_EXPIRED, scope.holder.str(), scope.recipient.str());
  ended.set_grant_id(grant.grant.id.str());
  if (grant.referral) ended.set_referral_id(grant.referral->str());
  ended.set_method(v1::AuditEvent::METHOD_EXPIRY);
  Destroyed destroyed = destroy_shares_of(facts, grant.grant.id, all);
  ended.set_count(destroyed.count());
  permit.changes.push_back(EndGrant{grant.grant.id});
  permit.changes.push_back(
      Tombstone{grant.grant.id, all, LogIndex{context.next.value + permit.events.size()}});
  permit.events.push_back({std::move(ended), {}, {}});
  if (destroyed.count() > 0)
    add_destruction(permit, grant, "", all, v1::AuditEvent::METHOD_EXPIRY, std::move(destroyed));
}

// Nobody answered in time: both sides hear it, once for each time that was named.
void note_overdue(const ReferralFact& referral, Time now, Permit& permit) {
  ReferralFact told = referral;
  const auto note = [&](bool& overdue, Time by, v1::Step step) {
    if (overdue || by == Time{} || by > now) return;
    v1::AuditEvent event =
        audit::new_event(v1::EVENT_KIND_OVERDUE, referral.referrer.str(), referral.provider.str());
    event.set_referral_id(referral.id.str());
    event.set_grant_id(referral.grant.str());
    event.set_step(step);
    overdue = true;
    permit.changes.push_back(PutReferral{told});
    permit.events.push_back({std::move(event), {}, {}});
  };
  if (rules::is_open(referral.state)) note(told.overdue, referral.respond_by, v1::STEP_UNSPECIFIED);
  note(told.access_overdue, referral.access_by, v1::STEP_ACCESS_REQUESTED);
}

}  // namespace

Decision register_grant(const Facts& facts, const Verified<crypto::Grant>& request,
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

Decision withdraw(const Facts& facts, const Verified<crypto::Withdrawal>& request,
                  const GateContext& context) {
  const crypto::Withdrawal& withdrawal = request.object;
  v1::AuditEvent withdrawn = said_by(withdrawal, request.sha256);
  if (auto known = known_operation(facts, withdrawal.holder, request, withdrawn)) return *known;
  if (!has_own_key(facts, withdrawal.holder, withdrawal.key_id))
    return deny({RefusalCode::unknown_key}, withdrawn);
  const auto found = facts.grants.find(withdrawal.grant);
  if (found == facts.grants.end() || found->second.grant.scope.holder != withdrawal.holder)
    return deny({RefusalCode::unknown_grant}, withdrawn);
  const GrantFact& grant = found->second;
  const CategorySet all = rules::all_categories(grant.grant.scope);
  const bool whole = withdrawal.categories.empty();
  if (grant.withdrawn) return deny({RefusalCode::grant_withdrawn}, withdrawn);
  if (grant.ended) return deny({RefusalCode::grant_expired}, withdrawn);
  if (!all.covers(withdrawal.categories))
    return deny({RefusalCode::category_not_granted}, withdrawn);
  if (!whole && grant.withdrawn_categories.covers(withdrawal.categories))
    return deny({RefusalCode::grant_withdrawn}, withdrawn);

  Permit permit;
  const CategorySet gone = whole ? all : withdrawal.categories;
  Destroyed destroyed = destroy_shares_of(facts, withdrawal.grant, gone);
  withdrawn.set_counterpart(grant.grant.scope.recipient.str());
  withdrawn.set_count(destroyed.count());
  if (whole) end_referral(facts, grant, withdrawn, permit);
  permit.changes.push_back(WithdrawGrant{withdrawal.grant, withdrawal.categories, whole});
  permit.changes.push_back(Tombstone{withdrawal.grant, gone, context.next});
  permit.changes.push_back(
      PutOperation{{withdrawal.holder, withdrawal.operation, request.sha256, context.next}});
  permit.events.push_back({withdrawn, request.bytes, {}});
  if (destroyed.count() > 0)
    add_destruction(permit, grant, withdrawal.operation.str(), gone,
                    v1::AuditEvent::METHOD_UNSPECIFIED, std::move(destroyed));
  return permit;
}

Decision review(const Facts& facts, const Verified<crypto::Review>& request,
                const GateContext& context) {
  const crypto::Review& review = request.object;
  v1::AuditEvent reviewed = said_by(review, request.sha256);
  if (auto known = known_operation(facts, review.organisation, request, reviewed)) return *known;
  if (!has_active_key(facts, review.organisation, review.key_id, context.now))
    return deny({RefusalCode::unknown_key}, reviewed);
  if (is_suspended(facts, review.organisation))
    return deny({RefusalCode::sender_suspended}, reviewed);
  const auto grant = facts.grants.find(review.grant);
  if (grant == facts.grants.end() || grant->second.grant.scope.holder != review.organisation)
    return deny({RefusalCode::unknown_grant}, reviewed);
  if (!rules::is_exception(grant->second.grant.scope.ground))
    return deny({RefusalCode::ground_forbids_exchange, "no exception"}, reviewed);
  if (context.room != Room::ample) return storage_full();
  Permit permit;
  permit.changes.push_back(
      PutOperation{{review.organisation, review.operation, request.sha256, context.next}});
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
    expire_message(seen, MessageFact(message->second), context, permit);
    catch_up();
  }
  for (const GrantId& id : request.grants) {
    const auto grant = seen.grants.find(id);
    if (grant == seen.grants.end()) continue;
    expire_grant(seen, GrantFact(grant->second), context, permit);
    catch_up();
  }
  for (const ReferralId& id : request.referrals)
    if (const auto referral = seen.referrals.find(id); referral != seen.referrals.end())
      note_overdue(referral->second, context.now, permit);
  return permit;
}

// Only what is over, and only when nothing was logged since it was looked at.
Decision erase(const Facts& facts, const EraseRequest& request, const GateContext& context) {
  const Erase& what = request.what;
  if (context.next != request.seen)
    return Deny{{RefusalCode::busy, "something happened meanwhile"}, {}};
  for (const ReferralId& id : what.referrals)
    if (const auto found = facts.referrals.find(id);
        found != facts.referrals.end() && rules::is_open(found->second.state))
      return Deny{{RefusalCode::step_not_allowed, "a referral is open"}, {}};
  for (const GrantId& id : what.grants)
    if (const auto found = facts.grants.find(id);
        found != facts.grants.end() && !found->second.ended && !found->second.withdrawn)
      return Deny{{RefusalCode::step_not_allowed, "a grant is active"}, {}};
  for (const auto& [key, share] : facts.shares)
    if (what.messages.contains(share.message))
      return Deny{{RefusalCode::step_not_allowed, "a share is alive"}, {}};
  Permit permit;
  permit.changes.push_back(what);
  for (std::size_t from = 0; from < what.events.size(); from += kErasedInOneEvent) {
    v1::AuditEvent erased = audit::new_event(v1::EVENT_KIND_EVENTS_ERASED, "", "");
    erased.set_method(v1::AuditEvent::METHOD_EXPIRY);
    for (std::size_t i = from; i < std::min(what.events.size(), from + kErasedInOneEvent); ++i)
      erased.add_erased_indices(what.events[i].value);
    erased.set_count(static_cast<std::uint32_t>(erased.erased_indices_size()));
    permit.events.push_back({std::move(erased), {}, {}});
  }
  return permit;
}

}  // namespace veerpont::broker::gate
