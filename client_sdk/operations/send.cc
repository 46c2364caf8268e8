#include "client_sdk/operations/send.h"

#include "base/kill_point.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/log/views.h"
#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/directory.h"
#include "crypto/objects/envelope.h"
#include "schemas/categories.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

Hash document_hash(const Context& context, const v1::Referral& document) {
  // Keyed: from a stolen disk nobody may guess a short document by its hash.
  return crypto::Transcript("veerpont/outbox-document/v1")
      .bytes(context.home->storage_key.reveal())
      .bytes(wire::serialise(document))
      .sha256();
}

Result<OutboxRow> seal(Context& context, crypto::Draft draft, std::vector<SectionDocument> sections,
                       const v1::Referral& document, const Hash& written) {
  auto recipient = confirmed_statement(context, draft.recipient);
  if (!recipient) return recipient.refusal();
  if (context.session) draft.view = view_now(*context.home, *context.session, draft.recipient);
  auto sealed = crypto::seal_envelope(draft, sections, *recipient, context.home->signing);
  if (!sealed) return sealed.refusal();
  v1::Submit submit;
  *submit.mutable_envelope() = std::move(sealed->envelope);
  for (const auto& share : sealed->shares) submit.add_shares(std::string(share.reveal()));
  auto submit_bytes = crypto::SecretBytes::take(wire::serialise(submit));
  for (auto& share : *submit.mutable_shares()) crypto::wipe(share.data(), share.size());
  return OutboxRow{draft.message,
                   draft.referral,
                   draft.grant,
                   draft.step,
                   written,
                   std::move(submit_bytes),
                   crypto::SecretBytes::take(wire::serialise(document)),
                   OutboxRow::State::pending,
                   std::nullopt,
                   draft.expires,
                   false,
                   false,
                   draft.created};
}

Result<Sent> send(Context& context, Session& session, const OutboxRow& row) {
  v1::ClientFrame frame;
  if (!frame.mutable_submit()->ParseFromArray(row.submit.reveal().data(),
                                              static_cast<int>(row.submit.size())))
    return Refusal{RefusalCode::local_failure, "outbox"};
  const std::string header_bytes = frame.submit().envelope().header();
  auto header = crypto::Header::parse(header_bytes);
  if (!header) return header.refusal();
  // Marked before its bytes leave: whatever becomes of this program, nobody is told that it was not
  // sent.
  if (!context.dossier().outbox.mark_left(row.message, true))
    return Refusal{RefusalCode::not_found, "another command cancelled it"};
  kill_point("submit-leaves");
  auto answer = session.request(std::move(frame));
  if (!answer) {
    if (!session.unanswered()) context.dossier().outbox.mark_left(row.message, false);
    if (is_decided(answer.refusal()) && row.state == OutboxRow::State::pending)
      give_up(context, row, OutboxRow::State::refused);
    return answer.refusal();
  }
  if (!answer->has_receipt()) return Refusal{RefusalCode::tampered, "Receipt"};
  auto receipt =
      session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_SUBMITTED, header_bytes);
  if (!receipt) return receipt.refusal();
  kill_point("submit-answered");
  if (auto settled = settle_sent(*context.home, *header, receipt->index); !settled)
    return settled.refusal();
  kill_point("submit-settled");
  // The state is what the log says and the table allows, not what the answer says.
  if (auto synced = sync_events(*context.home, session); !synced) return synced.refusal();
  const auto referral = context.dossier().referrals.find(row.referral);
  return Sent{row.referral, row.message, receipt->index,
              referral ? std::optional(referral->state) : std::nullopt};
}

// What the person hears who waits for it. Only what may still go is kept: a refusal is never sent
// later.
Refusal not_sent(Context& context, const Refusal& why, const OutboxRow& row, WhenUnreachable when,
                 bool unanswered) {
  using State = OutboxRow::State;
  const std::string said = row.message.hex() + "; " + std::string(id_of(why.code)) +
                           (why.detail.empty() ? "" : ": " + why.detail);
  if (why.code == RefusalCode::tampered) return why;
  if (is_decided(why)) {
    if (const auto now = context.dossier().outbox.find(row.message);
        now && now->state == State::refused)
      context.dossier().outbox.settle(row.message, State::dropped, {});
    return why;
  }
  if (when == WhenUnreachable::hold)
    return {unanswered ? RefusalCode::perhaps_sent : RefusalCode::queued, said};
  if (!unanswered && context.dossier().outbox.drop_unsent(row.message)) return why;
  context.dossier().outbox.settle(row.message, State::perhaps, {});
  return Refusal{RefusalCode::perhaps_sent, said};
}

Result<Sent> send_now(Context& context, Session& session, const OutboxRow& row,
                      WhenUnreachable when) {
  auto sent = send(context, session, row);
  if (sent) return sent;
  if (const auto now = context.dossier().outbox.find(row.message);
      now && now->state == OutboxRow::State::done) {  // by another command
    const auto referral = context.dossier().referrals.find(row.referral);
    return Sent{row.referral, row.message, *now->index,
                referral ? std::optional(referral->state) : std::nullopt};
  }
  return not_sent(context, sent.refusal(), row, when, session.unanswered());
}

std::optional<crypto::Header> header_of(const OutboxRow& waiting) {
  v1::Submit submit;
  const bool read = submit.ParseFromArray(waiting.submit.reveal().data(),
                                          static_cast<int>(waiting.submit.size()));
  for (auto& share : *submit.mutable_shares()) crypto::wipe(share.data(), share.size());
  auto header = crypto::Header::parse(submit.envelope().header());
  return read && header ? std::optional(std::move(*header)) : std::nullopt;
}

void give_up(Context& context, const OutboxRow& row, OutboxRow::State state) {
  const auto header = header_of(row);
  context.dossier().outbox.settle(
      row.message, header && header->in_reply_to ? OutboxRow::State::dropped : state, {});
}

}  // namespace veerpont::sdk
