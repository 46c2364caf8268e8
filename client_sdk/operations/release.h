// Opening sealed sections: the broker gives its share, the recipient the rest. What does not open
// is rejected, for everyone to see.
#pragma once

#include "client_sdk/operations/context.h"
#include "crypto/objects/envelope.h"

namespace veerpont::sdk {

// Asks the broker for its share of `wanted`, opens them and keeps them. Refuses cannot-open,
// record-mismatch or malformed-document where the message itself is at fault.
Status release_sections(Context& context, const InboxRecord& record, const crypto::Header& header,
                        const v1::Envelope& envelope, CategorySet wanted);
// Logged for both sides; the message counts as rejected from then on.
Status reject(Context& context, const MessageId& message, RefusalCode code);

}  // namespace veerpont::sdk
