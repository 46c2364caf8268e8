// Sealing a message and handing it to the broker; what the person hears when that fails.
#pragma once

#include "client_sdk/operations/context.h"
#include "crypto/objects/envelope.h"
#include "schemas/categories.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// Keyed, so that nobody guesses a short document by it.
Hash document_hash(const Context& context, const v1::Referral& document);
// `written`: the document's hash before anything was taken out.
Result<OutboxRow> seal(Context& context, crypto::Draft draft, std::vector<SectionDocument> sections,
                       const v1::Referral& document, const Hash& written);
// One that is stored in the outbox; settled by what the log says. Gives up what the broker decides
// against.
Result<Sent> send(Context& context, Session& session, const OutboxRow& row);
// What the person hears who waits for it: only what may still go is kept.
Refusal not_sent(Context& context, const Refusal& why, const OutboxRow& row, WhenUnreachable when,
                 bool unanswered);
// For the person who waits for the answer: what is final is told here and not kept, what is not
// is called so.
Result<Sent> send_now(Context& context, Session& session, const OutboxRow& row,
                      WhenUnreachable when);
// Nothing for a message that is not sealed.
std::optional<crypto::Header> header_of(const OutboxRow& waiting);
// A message that is not sent any more; where it was to replace another one, that one is what
// counts.
void give_up(Context& context, const OutboxRow& row, OutboxRow::State state);

}  // namespace veerpont::sdk
