// Old events are erased: only what is over, and only when nothing was logged since it was looked
// at.
#include <algorithm>

#include "broker/gate/parts.h"
#include "rules/referral_states.h"

namespace veerpont::broker::gate {
namespace {

constexpr std::size_t kErasedInOneEvent = 50'000;  // its list stays far below what a frame may hold

}  // namespace

std::vector<Question> questions_of(const EraseRequest& request) {
  std::vector<Question> questions;
  for (const ReferralId& referral : request.what.referrals)
    questions.push_back(AskReferral{referral});
  for (const GrantId& grant : request.what.grants) questions.push_back(AskGrant{grant});
  for (const MessageId& message : request.what.messages) questions.push_back(AskMessage{message});
  return questions;
}

Decision decide(const Facts& facts, const EraseRequest& request, const GateContext& context) {
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
