// Grants: judged by the rules, registered, listed, withdrawn.
#pragma once

#include "client_sdk/operations/context.h"
#include "rules/grant_draft.h"

namespace veerpont::sdk {

// What the rules and this organisation's policy say of a draft; needs no network.
Result<JudgedDraft> judge_draft(Context& context, std::string_view json);
// Durable here before it is registered. Refuses queued when the broker is away.
Result<RegisteredGrant> register_grant(Context& context, std::string_view draft,
                                       const GrantOptions& options = {});
// Registers a grant that waits; repeating it is the same registration.
Status flush_grant(Context& context, Session& session, const GrantRecordRow& row);
Result<std::vector<GrantRow>> grants(Context& context);

}  // namespace veerpont::sdk
