// Withdrawing: in effect here at once and never forgotten, passed on before anything else, on an
// exchange of its own.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// What a waiting message carries, sealed or not.
CategorySet categories_in(const OutboxRow& waiting);
// Needs no turn: on a home of its own, it waits for nothing else that this program does.
Result<WithdrawnGrant> withdraw_grant(Context& context, const GrantId& grant,
                                      CategorySet categories);
// Those that wait, on an exchange of their own.
Status pass_on_withdrawals(Context& context);

}  // namespace veerpont::sdk
