// Messages that were fetched, as rows.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

std::vector<InboxRow> stored_inbox(Context& context, const InboxQuery& query);
InboxRow row_of(Context& context, const InboxRecord& record);
Status mark_done(Context& context, const MessageId& message);

}  // namespace veerpont::sdk
