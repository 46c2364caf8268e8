// What is kept while the broker is away: judged now, and sealed when the broker is there and has
// said what time it is.
#pragma once

#include "client_sdk/operations/context.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// A message that was written while the broker was away.
struct Unsealed {
  MessageId id;
  ReferralId referral;
  GrantId grant;
  OrgId to;
  Step step;
  std::optional<Time> respond_by = {};
  std::optional<ReferralId> linked = {};
  Time until = {};  // the end of its grant
};
bool is_unsealed(const OutboxRow& row);
// Answers queued.
Refusal keep_unsealed(Context& context, const Unsealed& message, const v1::Referral& travels,
                      const Hash& written, const AboutChild& about);
// It waits although the broker is there: the clock is not confirmed, or it could not be sealed.
Refusal still_waits(Context& context, const Session& session, const OutboxRow& row,
                    WhenUnreachable when);
// Seals and sends what was written while the broker was away. Stops at what ends the session.
Status send_waiting(Context& context);

}  // namespace veerpont::sdk
