#include "client_sdk/operations/outbox.h"

#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/grants.h"
#include "client_sdk/operations/hold.h"
#include "client_sdk/operations/send.h"
#include "crypto/objects/signed_objects.h"
#include "rules/refused_categories.h"

namespace veerpont::sdk {
namespace {

// What changed while it waited: then it does not go.
std::optional<RefusalCode> not_any_more(Context& context, const OutboxRow& row) {
  const auto header = header_of(row);
  const auto kept = context.dossier().grants.find(row.grant);
  const auto grant = kept ? crypto::Grant::parse(kept->body)
                          : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const Time now = context.clock.now();
  if (!header || !grant) return RefusalCode::unknown_grant;
  if (header->expires <= now) return RefusalCode::expired;
  if (const auto partner = context.dossier().directory.partner(header->recipient);
      !partner || !partner->is_confirmed())
    return RefusalCode::identity_unconfirmed;
  if (header->sections.empty()) return std::nullopt;
  return rules::refuses(kept->scope(*grant), context.org(), header->recipient, header->categories(),
                        now);
}

}  // namespace

// Everything of ours that the log has was learned by now: what it does not show did not arrive.
void settle_perhaps(Context& context) {
  for (const OutboxRow& row : context.dossier().outbox.perhaps_sent())
    context.dossier().outbox.settle(row.message, OutboxRow::State::dropped, {});
}

std::vector<QueuedRow> outbox(Context& context) {
  std::vector<QueuedRow> rows;
  for (const WithdrawalRow& row : context.dossier().withdrawals.waiting())
    rows.push_back({row.grant.hex(), "withdrawal", "queued", {}, {}});
  for (const GrantRecordRow& row : context.dossier().grants.pending())
    rows.push_back({row.id.hex(), "grant", "queued", {}, {}});
  for (const OutboxRow& row : context.dossier().outbox.pending())
    rows.push_back({row.message.hex(), id_of(row.step), row.has_left ? "perhaps-sent" : "queued",
                    row.referral, row.expires});
  for (const OutboxRow& row : context.dossier().outbox.perhaps_sent())
    rows.push_back({row.message.hex(), id_of(row.step), "perhaps-sent", row.referral, row.expires});
  return rows;
}

std::vector<QueuedRow> refused_later(Context& context) {
  std::vector<QueuedRow> rows;
  for (const OutboxRow& row : context.dossier().outbox.refused())
    rows.push_back({row.message.hex(), id_of(row.step), "refused", row.referral, row.expires});
  return rows;
}

Result<CancelledMessage> cancel(Context& context, const MessageId& message) {
  const auto row = context.dossier().outbox.find(message);
  if (!row) return Refusal{RefusalCode::not_found, "no such message in the outbox"};
  if (row->state == OutboxRow::State::done || row->state == OutboxRow::State::replaced)
    return Refusal{RefusalCode::invalid_input, "it was sent; what is left is to stop sharing"};
  if (context.dossier().outbox.drop_unsent(message)) return CancelledMessage{message, false};
  const auto now =
      context.dossier().outbox.find(message);  // another command may have sent it meanwhile
  if (now && now->state == OutboxRow::State::done) return cancel(context, message);
  context.dossier().outbox.settle(message, OutboxRow::State::perhaps, {});
  return CancelledMessage{message, true};
}

Status flush_outbox(Context& context, Session& session) {
  for (const GrantRecordRow& row : context.dossier().grants.pending())
    if (auto done = flush_grant(context, session, row); !done && ends_the_session(done.refusal()))
      return done;
  for (const OutboxRow& row : context.dossier().outbox.pending()) {
    if (is_unsealed(row)) continue;  // send_waiting()
    if (not_any_more(context, row)) {
      give_up(context, row, OutboxRow::State::refused);
      continue;
    }
    auto sent = send(context, session, row);
    if (!sent && ends_the_session(sent.refusal())) return sent.refusal();
  }
  return Done{};
}

}  // namespace veerpont::sdk
