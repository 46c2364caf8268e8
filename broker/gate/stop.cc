// Sharing stops: which shares go, and the events that say so.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

Destroyed destroy_shares_of(const Facts& facts, const GrantId& grant, CategorySet categories) {
  Destroyed out;
  for (const auto& [key, share] : facts.shares) {
    if (share.grant != grant || !categories.has(share.category)) continue;
    out.change.shares.push_back(key);
    out.shares[share.message].add(share.category);
  }
  return out;
}

void add_destruction(Permit& permit, const GrantFact& grant, const std::string& operation,
                     CategorySet categories, v1::AuditEvent::Method method, Destroyed destroyed) {
  for (v1::AuditEvent& event : audit::destruction_events(
           grant.grant.scope, grant.grant.id, operation, categories, method, destroyed.shares))
    permit.events.push_back({std::move(event), {}, {}});
  permit.changes.push_back(std::move(destroyed.change));
}

void stop_sharing(const Facts& facts, const ReferralFact& referral, const crypto::Header& header,
                  const GateContext& context, Permit& permit) {
  const auto stopped = rules::stopped_by(header.step, referral.state);
  if (stopped == rules::Stopped::nothing) return;
  for (const auto& [id, grant] : facts.grants) {
    if (grant.referral != referral.id || grant.withdrawn || grant.ended) continue;
    CategorySet gone = rules::all_categories(grant.grant.scope)
                           .minus(grant.withdrawn_categories)
                           .minus({Category::update});
    if (stopped == rules::Stopped::unread) {
      CategorySet unread;
      for (const auto& [key, share] : facts.shares) {
        const auto message = facts.messages.find(share.message);
        const bool to_provider = share.grant == id && message != facts.messages.end() &&
                                 message->second.recipient == referral.provider;
        if (to_provider && !message->second.released.has(share.category))
          unread.add(share.category);
      }
      gone = gone & unread;
    }
    if (gone.empty()) continue;
    permit.changes.push_back(WithdrawGrant{id, gone, false});
    permit.changes.push_back(Tombstone{id, gone, context.next});
    add_destruction(permit, grant, header.operation.str(), gone, v1::AuditEvent::METHOD_UNSPECIFIED,
                    destroy_shares_of(facts, id, gone));
  }
}

}  // namespace veerpont::broker::gate
