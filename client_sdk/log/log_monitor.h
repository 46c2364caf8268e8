// The organisation's copy of the log, kept: fetch what is new, check it, append it, and learn from
// it what changed.
#pragma once

#include "client_sdk/link/session.h"
#include "crypto/objects/envelope.h"

namespace veerpont::sdk {

// The setting that says when the log was last read to its end (RFC 3339).
inline constexpr char kReadLogAt[] = "read-log-at";

// Fetches what is new, verifies each event and our chain, stores it and updates referrals and
// grants. A key statement of our own that we did not make is refused as tampered: an alarm.
Status sync_events(OpenHome& home, Session& session);

// The stored events about a referral or its grant once more: for what a dossier gets to know after
// their events. A message of ours that the log has: the referral or renewal that it is, and no
// longer in the outbox.
Status settle_sent(OpenHome& home, const crypto::Header& header, LogIndex index);
Status learn_again(OpenHome& home, const ReferralId& referral, const GrantId& grant);

}  // namespace veerpont::sdk
