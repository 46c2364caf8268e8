// The organisation's own view of the log: fetch its events, check them, keep them, and learn from
// them what changed.
#pragma once

#include "client_sdk/link/session.h"
#include "crypto/objects/envelope.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

// Fetches what is new, verifies each event and our chain, stores it and updates referrals and
// grants. A key statement of our own that we did not make is refused as tampered: an alarm.
Status sync_events(OpenHome& home, Session& session);

// The stored events about a referral or its grant once more: for what a dossier gets to know after
// their events. A message of ours that the log has: the referral or renewal that it is, and no
// longer in the outbox.
Status settle_sent(OpenHome& home, const crypto::Header& header, LogIndex index);
Status learn_again(OpenHome& home, const ReferralId& referral, const GrantId& grant);

// Everything stored, from the beginning: inclusion, signatures, chain without a gap, transitions,
// every receipt. Needs no network.
Result<LogReport> verify_events(OpenHome& home);

// Whether an event moves our grants and referrals: one about us that is not about keys or about who
// takes part.
bool is_our_business(const v1::AuditEvent& event, const OrgId& org);

// As rows for people. Only those of one referral when given.
Result<std::vector<EventRow>> list_events(OpenHome& home,
                                          const std::optional<ReferralId>& referral);

}  // namespace veerpont::sdk
