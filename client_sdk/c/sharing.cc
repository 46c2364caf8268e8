// Grants, referrals and messages, as operations.
#include <algorithm>

#include "client_sdk/c/handlers.h"

namespace veerpont::api {
namespace {

Result<std::optional<Time>> time_in(const std::string& text, const char* field) {
  if (text.empty()) return std::optional<Time>();
  const auto time = parse_rfc3339(text);
  if (!time)
    return Refusal{RefusalCode::invalid_input,
                   std::string(field) + ": is written 2026-12-01T09:00:00Z"};
  return std::optional(*time);
}

Reasons reasons_in(const google::protobuf::RepeatedPtrField<v1::Reason>& list) {
  Reasons out;
  for (const auto& reason : list) out[reason.pointer()] = reason.text();
  return out;
}

WhenUnreachable when_unreachable(bool drop) {
  return drop ? WhenUnreachable::drop : WhenUnreachable::hold;
}

template <class Answer, class Made>
Result<Answer> answer(const Result<Made>& made, Answer (*form)(const Made&)) {
  return made ? Result<Answer>(form(*made)) : made.refusal();
}

// How a reply is sent.
Result<ReplyOptions> reply_options(const v1::ReplyRequest& wanted) {
  auto respond_by = time_in(wanted.respond_by(), "respondBy");
  if (!respond_by) return respond_by.refusal();
  ReplyOptions options{*respond_by, reasons_in(wanted.reasons()),
                       when_unreachable(wanted.drop_when_unreachable())};
  if (!wanted.sharing().empty())
    options.sharing = wanted.sharing() == "stop" ? Sharing::stop : Sharing::keep;
  return options;
}

}  // namespace

Result<v1::Checked> check_grant(Client& client, const v1::CheckGrantRequest& wanted) {
  std::optional<Referral> referral;
  if (wanted.has_referral()) {
    auto read = document_in<Referral>(wanted.referral());
    if (!read) return read.refusal();
    referral = *read;
  }
  return answer(client.check(DocumentJson(wanted.draft()).text(), referral), checked);
}

Result<v1::Checked> check_referral(Client& client, const v1::CheckReferralRequest& wanted) {
  if (wanted.has_siblings()) {
    auto siblings = document_in<Siblings>(wanted.siblings());
    if (!siblings) return siblings.refusal();
    return answer(client.check(*siblings), checked);
  }
  if (!wanted.grant_id().empty()) {
    auto grant = id_in<GrantId>(wanted.grant_id(), "grantId");
    auto referral = document_in<Referral>(wanted.referral());
    if (!grant) return grant.refusal();
    if (!referral) return referral.refusal();
    return answer(client.check(*referral, *grant), checked);
  }
  if (wanted.referral_id().empty())
    return invalid("grantId, referralId or siblings: one is needed");
  auto running = id_in<ReferralId>(wanted.referral_id(), "referralId");
  if (!running) return running.refusal();
  if (wanted.has_update()) {
    auto update = document_in<Update>(wanted.update());
    if (!update) return update.refusal();
    return answer(client.check(*update, *running), checked);
  }
  auto sections = document_in<Referral>(wanted.referral());
  if (!sections) return sections.refusal();
  return answer(client.check(*sections, *running), checked);
}

Result<v1::RegisteredGrant> register_grant(Client& client, const v1::RegisterGrantRequest& wanted) {
  return answer(client.register_grant(DocumentJson(wanted.draft()).text(),
                                      {wanted.operation(), wanted.registrar(),
                                       when_unreachable(wanted.drop_when_unreachable())}),
                registered);
}

Result<v1::GrantsAnswer> list_grants(Client& client, const v1::Empty&) {
  auto rows = client.grants();
  if (!rows) return rows.refusal();
  return aged(grants(*rows), age_of(client));
}

Result<v1::Grant> show_grant(Client& client, const v1::GrantRequest& wanted) {
  auto id = id_in<GrantId>(wanted.grant_id(), "grantId");
  if (!id) return id.refusal();
  auto rows = client.grants();
  if (!rows) return rows.refusal();
  const auto row = std::ranges::find(*rows, *id, &GrantRow::grant);
  if (row == rows->end()) return Refusal{RefusalCode::unknown_grant};
  return grant(*row);
}

Result<v1::WithdrawAnswer> withdraw(Client& client, const v1::WithdrawRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant_id(), "grantId");
  if (!grant) return grant.refusal();
  return answer(client.withdraw_grant(*grant, categories(wanted.categories())), withdrawn);
}

Result<v1::DueAnswer> list_due(Client& client, const v1::DueRequest& wanted) {
  constexpr std::uint32_t kDays = 30;
  constexpr std::uint32_t kMostDays = 400;
  return answer(
      client.due(static_cast<int>(wanted.has_days() ? std::min(wanted.days(), kMostDays) : kDays)),
      due);
}

Result<v1::Sent> refer(Client& client, const v1::ReferRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant_id(), "grantId");
  auto respond_by = time_in(wanted.respond_by(), "respondBy");
  auto linked = optional_id_in<ReferralId>(wanted.linked(), "linked");
  if (!grant) return grant.refusal();
  if (!respond_by) return respond_by.refusal();
  if (!linked) return linked.refusal();
  auto referral = document_in<Referral>(wanted.referral());
  if (!referral) return referral.refusal();
  const Result<Sent> done =
      client.refer(*referral, *grant,
                   {*respond_by, wanted.external_id(), *linked, reasons_in(wanted.reasons()),
                    when_unreachable(wanted.drop_when_unreachable())});
  return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
}

Result<v1::ReferSiblingsAnswer> refer_siblings(Client& client,
                                               const v1::ReferSiblingsRequest& wanted) {
  auto respond_by = time_in(wanted.respond_by(), "respondBy");
  if (!respond_by) return respond_by.refusal();
  auto siblings = document_in<Siblings>(wanted.siblings());
  if (!siblings) return siblings.refusal();
  const auto done = client.refer(*siblings, {*respond_by,
                                             {},
                                             {},
                                             reasons_in(wanted.reasons()),
                                             when_unreachable(wanted.drop_when_unreachable())});
  return done ? Result<v1::ReferSiblingsAnswer>(sent(*done)) : done.refusal();
}

Result<v1::Sent> reply(Client& client, const v1::ReplyRequest& wanted) {
  auto referral = id_in<ReferralId>(wanted.referral_id(), "referralId");
  auto options = reply_options(wanted);
  if (!referral) return referral.refusal();
  if (!options) return options.refusal();
  if (wanted.step() == veerpont::v1::STEP_PROVIDE_INFO) {
    auto sections = document_in<Referral>(wanted.sections());
    if (!sections) return sections.refusal();
    const auto done = client.provide_info(*referral, *sections, *options);
    return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
  }
  std::optional<Update> update;
  if (wanted.has_update()) {
    auto read = document_in<Update>(wanted.update());
    if (!read) return read.refusal();
    update = *read;
  }
  const auto done = client.reply(*referral, static_cast<Step>(wanted.step()), update, *options);
  return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
}

Result<v1::Sent> renew(Client& client, const v1::RenewRequest& wanted) {
  auto referral = id_in<ReferralId>(wanted.referral_id(), "referralId");
  auto grant = id_in<GrantId>(wanted.grant_id(), "grantId");
  if (!referral) return referral.refusal();
  if (!grant) return grant.refusal();
  const auto done = client.renew(*referral, *grant);
  return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
}

namespace {

Result<ReferralQuery> query_in(const v1::ReferralsRequest& wanted) {
  auto after = optional_id_in<ReferralId>(wanted.after(), "after");
  if (!after) return after.refusal();
  ReferralQuery query{wanted.open_only(), wanted.limit(), *after};
  for (const int state : wanted.states()) query.states.push_back(static_cast<ReferralState>(state));
  query.with = wanted.with();
  query.own_number = wanted.own_number();
  query.overdue_only = wanted.overdue_only();
  return query;
}

Result<v1::ReferralsAnswer> listed(Client& client, const Result<ReferralQuery>& query) {
  if (!query) return query.refusal();
  auto rows = client.referrals(*query);
  if (!rows) return rows.refusal();
  return aged(referrals(*rows), age_of(client));
}

}  // namespace

Result<v1::ReferralsAnswer> list_referrals(Client& client, const v1::ReferralsRequest& wanted) {
  return listed(client, query_in(wanted));
}

Result<v1::ReferralsAnswer> shown_referrals(Client& client,
                                            const v1::ShownReferralsRequest& wanted) {
  auto query = query_in(wanted.query());
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  if (query) query->shown_to = *actor;
  return listed(client, query);
}

Result<v1::EventsAnswer> timeline(Client& client, const v1::TimelineRequest& wanted) {
  auto referral = id_in<ReferralId>(wanted.referral_id(), "referralId");
  if (!referral) return referral.refusal();
  auto rows = client.timeline(*referral);
  if (!rows) return rows.refusal();
  return aged(events(*rows), age_of(client));
}

Result<v1::InboxAnswer> list_inbox(Client& client, const v1::InboxRequest& wanted) {
  constexpr std::uint32_t kLongest = 86'400;
  auto referral = optional_id_in<ReferralId>(wanted.referral_id(), "referralId");
  auto after = optional_id_in<MessageId>(wanted.after(), "after");
  if (!referral) return referral.refusal();
  if (!after) return after.refusal();
  auto rows =
      client.inbox({wanted.all(), std::chrono::seconds(std::min(wanted.wait_seconds(), kLongest)),
                    wanted.from(), *referral, *after, wanted.limit()});
  if (!rows) return rows.refusal();
  return aged(inbox(*rows), age_of(client));
}

Result<v1::OpenAnswer> open(Client& client, const v1::OpenRequest& wanted) {
  auto message = id_in<MessageId>(wanted.message_id(), "messageId");
  auto actor = actor_in(wanted.actor());
  if (!message) return message.refusal();
  if (!actor) return actor.refusal();
  auto shown = client.open(*message, categories(wanted.categories()), *actor);
  return shown ? opened(*shown) : shown.refusal();
}

Result<v1::OpenAnswer> read_sent(Client& client, const v1::ReadSentRequest& wanted) {
  auto message = id_in<MessageId>(wanted.message_id(), "messageId");
  auto actor = actor_in(wanted.actor());
  if (!message) return message.refusal();
  if (!actor) return actor.refusal();
  auto shown = client.sent(*message, *actor);
  return shown ? opened(*shown) : shown.refusal();
}

Result<v1::OutboxAnswer> list_outbox(Client& client, const v1::Empty&) {
  return outbox(client.outbox());
}

Result<v1::CancelAnswer> cancel(Client& client, const v1::CancelRequest& wanted) {
  auto message = id_in<MessageId>(wanted.message_id(), "messageId");
  if (!message) return message.refusal();
  return answer(client.cancel(*message), cancelled);
}

}  // namespace veerpont::api
