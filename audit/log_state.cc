#include "audit/log_state.h"

#include <algorithm>

#include "audit/state_leaf.h"

namespace veerpont::audit {
namespace {

using rules::Occurrence;

// An object of this type; nothing when the bytes are none.
template <class Object>
std::optional<Object> parsed(const std::string& bytes) {
  auto object = Object::parse(bytes);
  if (!object) return std::nullopt;
  return std::move(*object);
}

crypto::Hash hash_of(const std::string& bytes) { return crypto::sha256(bytes); }

template <class Id, class Value>
Value* find(std::map<Id, Value>& map, const std::optional<Id>& id) {
  const auto found = id ? map.find(*id) : map.end();
  return found == map.end() ? nullptr : &found->second;
}
template <class Id, class Value>
const Value* find(const std::map<Id, Value>& map, const std::optional<Id>& id) {
  const auto found = id ? map.find(*id) : map.end();
  return found == map.end() ? nullptr : &found->second;
}

// What the recipient says of a message, it says to the sender.
void name_business(v1::AuditEvent& event, const crypto::Header& header) {
  event.set_counterpart(header.sender.str());
  event.set_referral_id(header.referral.str());
  event.set_grant_id(header.grant.str());
}

std::size_t count_of(CategorySet set) { return set.list().size(); }

}  // namespace

ExchangeKind LogState::kind_of(const GrantId& grant) const {
  const auto found = grants_.find(grant);
  return found == grants_.end() ? ExchangeKind::referral : found->second.body.scope.kind;
}

LogState::Fault LogState::take(const v1::AuditEvent& event, const std::string& object,
                               LogIndex index) {
  if (!next_.empty()) {
    const LogIndex next{last_.value + 1};  // a state may stand between
    if ((index != next && index != event_place(next, 0)) || event.kind() != next_.back().kind())
      return "shares-destroyed is missing";
    auto differs = difference(event, next_.back());
    next_.pop_back();
    last_ = index;
    return differs;
  }
  last_ = index;
  const EventRow& row = row_of(event.kind());
  if (row.changes_nothing) return event.transitions().empty() ? Fault() : Fault("transitions");
  return row.signed_type                                ? take_signed(event, object, index)
         : event.kind() == v1::EVENT_KIND_GRANT_EXPIRED ? grant_expired(event, index)
                                                        : take_made(event);
}

void LogState::take_again(const v1::AuditEvent& event, const std::string& object, LogIndex index) {
  partial_ = true;
  take(event, object, index);
  partial_ = false;
}

LogState::Fault LogState::take_signed(const v1::AuditEvent& event, const std::string& object,
                                      LogIndex index) {
  if (row_of(event.kind()).keeps_operation &&
      !operations_.emplace(event.actor(), event.operation_id()).second)
    return "operationId was used before";
  switch (event.kind()) {
    case v1::EVENT_KIND_SUBMITTED:
      return submitted(event, object, index);
    case v1::EVENT_KIND_RESTORED:
      return restored(event, object);
    case v1::EVENT_KIND_GRANT_REGISTERED:
      return registered(event, object, index);
    case v1::EVENT_KIND_GRANT_WITHDRAWN:
      return withdrawn(event, object, index);
    case v1::EVENT_KIND_RECEIVED:
      return received(event, object);
    case v1::EVENT_KIND_REJECTED:
      return rejected(event, object);
    case v1::EVENT_KIND_RELEASED:
      return released(event, object);
    case v1::EVENT_KIND_EXCEPTION_REVIEWED:
      return reviewed(event, object);
    default: {  // what changes no grant, message or referral
      const auto expected = row_of(event.kind()).said(object);
      return expected ? difference(event, *expected) : Fault("no object");
    }
  }
}

// What the broker makes by itself: a closed list, each with its own justification.
LogState::Fault LogState::take_made(const v1::AuditEvent& event) {
  switch (event.kind()) {
    case v1::EVENT_KIND_MESSAGE_EXPIRED:
      return message_expired(event);
    case v1::EVENT_KIND_OVERDUE:
      return overdue(event);
    case v1::EVENT_KIND_SHARES_DESTROYED:
      return "shares-destroyed without a cause";
    case v1::EVENT_KIND_GENESIS:
    case v1::EVENT_KIND_PARTICIPANT_ADMITTED:
    case v1::EVENT_KIND_PARTICIPANT_SUSPENDED:
    case v1::EVENT_KIND_PARTICIPANT_RESUMED:
    case v1::EVENT_KIND_KEYS_PUBLISHED:
    case v1::EVENT_KIND_WITNESSES_NAMED:
    case v1::EVENT_KIND_LOG_RESTORED:
    case v1::EVENT_KIND_EVENTS_ERASED: {
      const bool about_business = !event.grant_id().empty() || !event.referral_id().empty() ||
                                  !event.message_id().empty() || !event.message_ids().empty();
      return about_business                ? Fault("business of others")
             : event.transitions().empty() ? Fault()
                                           : Fault("transitions");
    }
    default:
      return "a kind that the broker does not make";
  }
}

LogState::Fault LogState::submitted(const v1::AuditEvent& event, const std::string& object,
                                    LogIndex index) {
  auto header = parsed<crypto::Header>(object);
  if (!header) return "no header";
  if (messages_.contains(header->message)) return "messageId was used before";
  v1::AuditEvent expected = said_by(*header);
  auto found = referrals_.find(header->referral);
  const bool begins = found == referrals_.end();
  const bool outward = begins || (header->sender == found->second.referrer &&
                                  header->recipient == found->second.provider);
  const bool inward = !begins && header->sender == found->second.provider &&
                      header->recipient == found->second.referrer;
  if (!outward && !inward) return "referralId of other organisations";
  Grant* grant = find(grants_, std::optional(header->grant));
  if (grant == nullptr && (begins || !header->sections.empty())) return "grantId is not known";
  const bool binds = begins || header->step == Step::renew;
  if (binds && grant != nullptr && grant->referral && grant->referral != header->referral)
    return "grantId of another referral";
  if (!begins && !binds && header->grant != found->second.grant)
    return "grantId is not the referral's";
  const auto before = begins ? std::nullopt : std::optional(found->second.state);
  const auto next =
      rules::after_step(before, outward ? rules::Role::referrer : rules::Role::provider,
                        header->step, kind_of(header->grant));
  if (!next) return "step";
  if (begins || *next != *before) add_transition(expected, header->referral, *next);
  if (auto differs = difference(event, expected)) return differs;

  if (begins)
    found = referrals_
                .emplace(header->referral,
                         Referral{header->sender, header->recipient, header->grant, {}, *next})
                .first;
  Referral& referral = found->second;
  referral.state = *next;
  if (binds) {
    referral.grant = header->grant;
    referral.grants.insert(header->grant);
    if (grant != nullptr) grant->referral = header->referral;
  }
  if (header->step == Step::access_requested) {
    referral.access_by = header->respond_by.value_or(Time{});
    referral.access_overdue = false;
  } else if (header->step == Step::access_answered) {
    referral.access_by = {};
    referral.access_overdue = false;
  } else if (header->respond_by && *header->respond_by != referral.respond_by) {
    referral.respond_by = *header->respond_by;
    referral.overdue = false;
  }
  if (header->step == Step::refer)
    referral.refer_until = std::max(referral.refer_until, header->expires);
  if (before) take_back(*header, referral, *before, index);
  messages_of_[header->grant].insert(header->message);
  const MessageId id = header->message;
  const CategorySet live = header->categories();
  messages_.emplace(
      id, Message{index, std::move(*header), object.size(), false, false, false, {}, live});
  return std::nullopt;
}

// A referral that is taken back, declined, redirected or not started stops content under every
// grant that it ever had.
void LogState::take_back(const crypto::Header& header, const Referral& referral,
                         ReferralState before, LogIndex index) {
  const auto stopped = rules::stopped_by(header.step, before);
  if (stopped == rules::Stopped::nothing) return;
  for (const GrantId& id : referral.grants) {
    Grant* grant = find(grants_, std::optional(id));
    if (grant == nullptr || grant->withdrawn || grant->ended) continue;
    CategorySet gone = rules::all_categories(grant->body.scope)
                           .minus(grant->withdrawn_categories)
                           .minus({Category::update});
    if (stopped == rules::Stopped::unread) {
      CategorySet unread;
      for (const MessageId& message : messages_of_[id]) {
        const Message& m = messages_.at(message);
        if (m.header.recipient == referral.provider) unread = unread | m.live.minus(m.released);
      }
      gone = gone & unread;
    }
    if (gone.empty()) continue;
    grant->withdrawn_categories = grant->withdrawn_categories | gone;
    const auto events =
        destruction_events(grant->body.scope, id, header.operation.str(), gone,
                           v1::AuditEvent::METHOD_UNSPECIFIED, destroy(id, gone, index));
    next_.insert(next_.begin(), events.rbegin(), events.rend());
  }
}

std::map<MessageId, CategorySet> LogState::destroy(const GrantId& grant, CategorySet categories,
                                                   LogIndex index) {
  std::map<MessageId, CategorySet> shares;
  for (const Category category : categories.list())
    grants_.at(grant).tombstones.try_emplace(category, index);
  for (const MessageId& id : messages_of_[grant]) {
    Message& message = messages_.at(id);
    const CategorySet gone = message.live & categories;
    if (gone.empty()) continue;
    shares.emplace(id, gone);
    message.live = message.live.minus(gone);
  }
  return shares;
}

LogState::Fault LogState::restored(const v1::AuditEvent& event, const std::string& object) const {
  const auto header = parsed<crypto::Header>(object);
  if (!header) return "no header";
  const Message* message = find(messages_, std::optional(header->message));
  if (message == nullptr || message->header.sha256 != header->sha256 || message->received ||
      message->expired)
    return "messageId does not wait";
  v1::AuditEvent expected = said_by(*header);
  expected.set_kind(v1::EVENT_KIND_RESTORED);
  return difference(event, expected);
}

LogState::Fault LogState::registered(const v1::AuditEvent& event, const std::string& object,
                                     LogIndex index) {
  auto grant = parsed<crypto::Grant>(object);
  if (!grant) return "no grant";
  if (grants_.contains(grant->id)) return "grantId was used before";
  if (auto differs = difference(event, said_by(*grant, hash_of(object)))) return differs;
  const GrantId id = grant->id;
  grants_.emplace(id, Grant{index, std::move(*grant)});
  return std::nullopt;
}

LogState::Fault LogState::withdrawn(const v1::AuditEvent& event, const std::string& object,
                                    LogIndex index) {
  const auto withdrawal = parsed<crypto::Withdrawal>(object);
  if (!withdrawal) return "no withdrawal";
  Grant* grant = find(grants_, std::optional(withdrawal->grant));
  if (grant == nullptr || grant->body.scope.holder != withdrawal->holder)
    return "grantId is not the actor's";
  if (grant->withdrawn || grant->ended) return "grantId has ended";
  const CategorySet all = rules::all_categories(grant->body.scope);
  const bool whole = withdrawal->categories.empty();
  if (!all.covers(withdrawal->categories)) return "categories";
  if (!whole && grant->withdrawn_categories.covers(withdrawal->categories))
    return "categories were withdrawn before";
  const CategorySet gone = whole ? all : withdrawal->categories;
  v1::AuditEvent expected = said_by(*withdrawal, hash_of(object));
  expected.set_counterpart(grant->body.scope.recipient.str());
  Referral* referral = whole ? find(referrals_, grant->referral) : nullptr;
  std::optional<ReferralState> next;
  if (referral != nullptr && referral->grant == withdrawal->grant) {
    expected.set_referral_id(grant->referral->str());
    next = rules::after_occurrence(referral->state, Occurrence::grant_withdrawn);
    if (next) add_transition(expected, *grant->referral, *next);
  }
  const auto shares = destroy(withdrawal->grant, gone, index);
  std::size_t count = 0;
  for (const auto& [message, categories] : shares) count += count_of(categories);
  expected.set_count(static_cast<std::uint32_t>(count));
  if (next) referral->state = *next, referral->respond_by = {}, referral->overdue = false;
  grant->withdrawn = grant->withdrawn || whole;
  grant->withdrawn_categories = grant->withdrawn_categories | withdrawal->categories;
  if (!shares.empty()) {
    next_ = destruction_events(grant->body.scope, withdrawal->grant, withdrawal->operation.str(),
                               gone, v1::AuditEvent::METHOD_UNSPECIFIED, shares);
    std::ranges::reverse(next_);
  }
  return difference(event, expected);
}

LogState::Fault LogState::received(const v1::AuditEvent& event, const std::string& object) {
  const auto received = parsed<crypto::Received>(object);
  if (!received) return "no Received";
  v1::AuditEvent expected = said_by(*received, hash_of(object));
  bool any_new = false;
  bool names_erased = false;
  for (const MessageId& id : received->messages) {
    Message* message = find(messages_, std::optional(id));
    if (message == nullptr && (erased_ || partial_)) {
      names_erased = true;
      continue;
    }
    if (message == nullptr || message->header.recipient != received->organisation ||
        message->header.sender != received->sender)
      return "messageIds";
    if (message->received || message->expired) continue;
    any_new = true;
    message->received = true;
    Referral* referral = message->header.step == Step::refer
                             ? find(referrals_, std::optional(message->header.referral))
                             : nullptr;
    const auto next = referral == nullptr
                          ? std::nullopt
                          : rules::after_occurrence(referral->state, Occurrence::received);
    if (!next) continue;
    referral->state = *next;
    add_transition(expected, message->header.referral, *next);
  }
  if (!any_new && !names_erased) return "messageIds were received before";
  v1::AuditEvent known = event;  // without what it did to referrals that are erased
  if (names_erased)
    for (int i = known.transitions_size() - 1; i >= 0; --i)
      if (find(referrals_, ReferralId::from_bytes(known.transitions(i).referral_id())) == nullptr)
        known.mutable_transitions()->DeleteSubrange(i, 1);
  return difference(known, expected);
}

LogState::Fault LogState::rejected(const v1::AuditEvent& event, const std::string& object) {
  const auto rejected = parsed<crypto::Rejected>(object);
  if (!rejected) return "no Rejected";
  Message* message = find(messages_, std::optional(rejected->message));
  if (message == nullptr || message->header.recipient != rejected->organisation) return "messageId";
  v1::AuditEvent expected = said_by(*rejected, hash_of(object));
  name_business(expected, message->header);
  message->rejected = message->received = true;
  return difference(event, expected);
}

LogState::Fault LogState::released(const v1::AuditEvent& event, const std::string& object) {
  const auto release = parsed<crypto::Release>(object);
  if (!release) return "no Release";
  Message* message = find(messages_, std::optional(release->message));
  if (message == nullptr || message->header.recipient != release->organisation) return "messageId";
  if (!message->live.covers(release->categories)) return "categories were destroyed before";
  v1::AuditEvent expected = said_by(*release, hash_of(object));
  name_business(expected, message->header);
  Referral* referral = find(referrals_, std::optional(message->header.referral));
  const bool reads_referral = referral != nullptr && message->header.step == Step::refer &&
                              referral->provider == release->organisation;
  if (const auto next = reads_referral
                            ? rules::after_occurrence(referral->state, Occurrence::first_release)
                            : std::nullopt) {
    referral->state = *next;
    add_transition(expected, message->header.referral, *next);
  }
  message->released = message->released | release->categories;
  return difference(event, expected);
}

LogState::Fault LogState::reviewed(const v1::AuditEvent& event, const std::string& object) const {
  const auto review = parsed<crypto::Review>(object);
  if (!review) return "no Review";
  const Grant* grant = find(grants_, std::optional(review->grant));
  if (grant == nullptr || grant->body.scope.holder != review->organisation)
    return "grantId is not the actor's";
  return difference(event, said_by(*review, hash_of(object)));
}

LogState::Fault LogState::message_expired(const v1::AuditEvent& event) {
  Message* message = find(messages_, MessageId::from_bytes(event.message_id()));
  if (message == nullptr || message->expired) return "messageId";
  const Time time = time_from_ms(event.time());
  if (message->header.expires > time) return "a message that has not ended";
  v1::AuditEvent expected = new_event(v1::EVENT_KIND_MESSAGE_EXPIRED, message->header.sender.str(),
                                      message->header.recipient.str());
  expected.set_message_id(message->header.message.str());
  expected.set_referral_id(message->header.referral.str());
  expected.set_grant_id(message->header.grant.str());
  expected.set_method(v1::AuditEvent::METHOD_EXPIRY);
  expected.set_count(static_cast<std::uint32_t>(count_of(message->live)));
  Referral* referral = find(referrals_, std::optional(message->header.referral));
  const bool closes = referral != nullptr && !message->received &&
                      message->header.step == Step::refer && referral->refer_until <= time;
  if (const auto next = closes
                            ? rules::after_occurrence(referral->state, Occurrence::message_expired)
                            : std::nullopt) {
    add_transition(expected, message->header.referral, *next);
    referral->state = *next;
    referral->respond_by = {};
    referral->overdue = false;
  }
  message->live = {};
  message->expired = true;
  return difference(event, expected);
}

LogState::Fault LogState::grant_expired(const v1::AuditEvent& event, LogIndex index) {
  const auto id = GrantId::from_bytes(event.grant_id());
  Grant* grant = find(grants_, id);
  if (grant == nullptr || grant->withdrawn || grant->ended) return "grantId";
  const rules::GrantScope& scope = grant->body.scope;
  if (scope.expires > time_from_ms(event.time())) return "a grant that has not ended";
  v1::AuditEvent expected =
      new_event(v1::EVENT_KIND_GRANT_EXPIRED, scope.holder.str(), scope.recipient.str());
  expected.set_grant_id(event.grant_id());
  if (grant->referral) expected.set_referral_id(grant->referral->str());
  expected.set_method(v1::AuditEvent::METHOD_EXPIRY);
  const CategorySet all = rules::all_categories(scope);
  const auto shares = destroy(*id, all, index);
  std::size_t count = 0;
  for (const auto& [message, categories] : shares) count += count_of(categories);
  expected.set_count(static_cast<std::uint32_t>(count));
  grant->ended = true;
  if (!shares.empty()) {
    next_ = destruction_events(scope, *id, "", all, v1::AuditEvent::METHOD_EXPIRY, shares);
    std::ranges::reverse(next_);
  }
  return difference(event, expected);
}

LogState::Fault LogState::overdue(const v1::AuditEvent& event) {
  Referral* referral = find(referrals_, ReferralId::from_bytes(event.referral_id()));
  if (referral == nullptr) return "referralId";
  const bool access = event.step() == v1::STEP_ACCESS_REQUESTED;
  const Time by = access ? referral->access_by : referral->respond_by;
  bool& told = access ? referral->access_overdue : referral->overdue;
  if (by == Time{} || by > time_from_ms(event.time()) || told ||
      (!access && !rules::is_open(referral->state)))
    return "nothing that is overdue";
  v1::AuditEvent expected =
      new_event(v1::EVENT_KIND_OVERDUE, referral->referrer.str(), referral->provider.str());
  expected.set_referral_id(event.referral_id());
  expected.set_grant_id(referral->grant.str());
  if (access) expected.set_step(v1::STEP_ACCESS_REQUESTED);
  told = true;
  return difference(event, expected);
}

}  // namespace veerpont::audit
