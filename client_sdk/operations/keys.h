// Looking after this organisation's own keys: epochs and statements, replacing keys, renewing the
// certificate.
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// A statement when one is due, with the epochs that lie ahead.
Status publish_keys(Context& context, Session& session);
// As Client::replace_keys().
Result<Identity> replace_keys(Context& context, const crypto::Unlock& unlock, bool identity);
// For doctor: 60 days before the first of them ends it warns, 14 days before it fails.
Check lasting_keys(Context& context);
// By the broker's clock.
bool certificate_has_ended(const Context& context, const Session& session);
// When it ends soon; done when the broker does not renew it now.
Status renew_certificate(Context& context, Session& session);

}  // namespace veerpont::sdk
