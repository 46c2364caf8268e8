// Messages that were fetched, as rows.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

std::vector<InboxRow> stored_inbox(Context& context, const InboxQuery& query);
InboxRow row_of(Context& context, const InboxRecord& record);
// Of a message that was received or sent; nothing: not known here.
std::optional<ReferralId> referral_of(Context& context, const MessageId& message);
Status mark_done(Context& context, const MessageId& message);

}  // namespace veerpont::sdk
