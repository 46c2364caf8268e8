// The recipient opens: the shares of the categories that it asks for are released.
#include "broker/gate/parts.h"
#include "rules/referral_states.h"

namespace veerpont::broker::gate {
namespace {

// The live shares asked for, all or nothing.
std::optional<std::vector<ShareFact>> live_shares(const Facts& facts,
                                                  const crypto::Release& release) {
  std::vector<ShareFact> shares;
  for (const Category category : release.categories.list()) {
    const auto found = facts.shares.find({release.message, category});
    if (found == facts.shares.end()) return std::nullopt;
    shares.push_back(found->second);
  }
  return shares;
}

std::optional<RefusalCode> release_fault(const Facts& facts, const crypto::Release& release,
                                         const MessageFact* message, Time now) {
  if (!has_active_key(facts, release.organisation, release.key_id, now))
    return RefusalCode::unknown_key;
  if (is_suspended(facts, release.organisation)) return RefusalCode::sender_suspended;
  if (message == nullptr) return RefusalCode::unknown_message;
  if (!message->categories.covers(release.categories)) return RefusalCode::category_not_granted;
  const auto grant = facts.grants.find(message->grant);
  if (grant == facts.grants.end()) return RefusalCode::unknown_grant;
  const rules::GrantScope scope = grant->second.scope();
  if (grant->second.withdrawn) return RefusalCode::grant_withdrawn;
  if (scope.expires <= now || grant->second.ended) return RefusalCode::grant_expired;
  if (!(scope.withdrawn_categories & release.categories).empty())
    return RefusalCode::grant_withdrawn;
  if (message->expires <= now || message->status == MessageFact::Status::expired)
    return RefusalCode::expired;
  return std::nullopt;
}

}  // namespace

std::vector<Question> questions_of(const Verified<crypto::Release>& request) {
  const crypto::Release& release = request.object;
  return {AskOrg{release.organisation}, AskMessage{release.message},
          AskOperation{release.organisation, release.operation}};
}

Decision decide(const Facts& facts, const Verified<crypto::Release>& request,
                const GateContext& context) {
  const crypto::Release& release = request.object;
  const MessageFact* message = message_to(facts, release.organisation, release.message);
  v1::AuditEvent released = said_by(release, request.sha256);
  released.set_kind(v1::EVENT_KIND_RELEASE_REFUSED);
  if (auto known = known_operation(facts, release.organisation, request, released)) {
    auto* again = std::get_if<Known>(&*known);
    if (again == nullptr) return *known;
    // Known, but what ended since has ended: nothing is released to a suspended organisation or
    // after the grant.
    if (const auto code = release_fault(facts, release, message, context.now);
        code && *code != RefusalCode::unknown_key) {
      const bool gone = *code == RefusalCode::grant_withdrawn;
      return deny({gone ? RefusalCode::share_destroyed : *code}, released);
    }
    auto shares = live_shares(facts, release);
    if (!shares) return deny({RefusalCode::share_destroyed}, released);
    again->released = std::move(*shares);
    return *known;
  }
  if (const auto code = release_fault(facts, release, message, context.now))
    return deny({*code}, released);
  auto shares = live_shares(facts, release);
  if (!shares) return deny({RefusalCode::share_destroyed}, released);
  if (context.room == Room::least) return storage_full();

  Permit permit;
  permit.released = std::move(*shares);
  released.set_kind(v1::EVENT_KIND_RELEASED);
  released.set_counterpart(message->sender.str());
  released.set_referral_id(message->referral.str());
  released.set_grant_id(message->grant.str());
  if (const auto referral = facts.referrals.find(message->referral);
      referral != facts.referrals.end()) {
    permit.state = referral->second.state;
    const bool reads_referral =
        message->step == Step::refer && referral->second.provider == release.organisation;
    const auto next = reads_referral ? rules::after_occurrence(referral->second.state,
                                                               rules::Occurrence::first_release)
                                     : std::nullopt;
    if (next) {
      permit.state = next;
      add_transition(released, message->referral, *next);
      permit.changes.push_back(moved(referral->second, *next, referral->second.respond_by));
    }
  }
  permit.changes.push_back(MarkReleased{release.message, release.categories});
  permit.changes.push_back(
      PutOperation{{release.organisation, release.operation, request.sha256, context.next}});
  permit.events.push_back({std::move(released), request.bytes, {}});
  return permit;
}

}  // namespace veerpont::broker::gate
