#include "client_sdk/operations/inbox.h"

#include "client_sdk/operations/partner_names.h"
#include "client_sdk/operations/stops.h"

namespace veerpont::sdk {

std::vector<InboxRow> stored_inbox(Context& context, const InboxQuery& query) {
  using enum InboxRecord::State;
  InboxFilter filter{{stored}, query.from, query.referral, query.after, query.limit};
  if (query.all) filter.states = {stored, opened, done};
  std::vector<InboxRow> rows;
  for (const InboxRecord& record : context.dossier().inbox.list(filter))
    rows.push_back(row_of(context, record));
  return rows;
}

InboxRow row_of(Context& context, const InboxRecord& record) {
  const auto partner = context.dossier().directory.partner(record.sender);
  InboxRow row{
      record.message,
      record.referral,
      record.sender.str(),
      id_of(record.step),
      record.created,
      record.categories,
      record.state == InboxRecord::State::opened || record.state == InboxRecord::State::done,
      partner && partner->was_confirmed(record.fingerprint),
      record.replaces,
      stopped(context, record.grant)};
  name_partner(context, row, record.sender);
  return row;
}

std::optional<ReferralId> referral_of(Context& context, const MessageId& message) {
  if (const auto received = context.dossier().inbox.find(message)) return received->referral;
  const auto sent = context.dossier().outbox.find(message);
  return sent ? std::optional(sent->referral) : std::nullopt;
}

Status mark_done(Context& context, const MessageId& message) {
  context.dossier().inbox.set_state(message, InboxRecord::State::done);
  return Done{};
}

}  // namespace veerpont::sdk
