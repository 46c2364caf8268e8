// Once a day the log of the federation is told how far this organisation's own access log has come,
// so that nobody can change afterwards who read what.
#pragma once

#include "client_sdk/log/verify_access_log.h"
#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// Tells the federation's log, once a day, how far the access log has come.
Status anchor_accesses(Context& context, Session& session);
// Warns when the newest entries were anchored by nobody for a week.
std::optional<Check> anchored_accesses(Context& context, const AccessLogReport& accesses);

}  // namespace veerpont::sdk
