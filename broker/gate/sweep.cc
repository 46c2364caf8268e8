// What ended by itself: messages and grants past their end, referrals past their answer.
#include "audit/state_leaf.h"
#include "broker/gate/parts.h"
#include "rules/referral_states.h"

namespace veerpont::broker::gate {
namespace {

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
  permit.changes.push_back(
      SetMessageStatus{message.id, MessageFact::Status::expired,
                       audit::event_place(context.next, permit.events.size())});
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
      Tombstone{grant.grant.id, all, audit::event_place(context.next, permit.events.size())});
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

std::vector<Question> questions_of(const SweepRequest& request) {
  std::vector<Question> questions;
  for (const MessageId& message : request.messages) questions.push_back(AskMessage{message});
  for (const GrantId& grant : request.grants) questions.push_back(AskGrantShares{grant});
  for (const ReferralId& referral : request.referrals) questions.push_back(AskReferral{referral});
  return questions;
}

Decision decide(const Facts& facts, const SweepRequest& request, const GateContext& context) {
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

}  // namespace veerpont::broker::gate
