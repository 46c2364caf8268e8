// What a grant lets through, as a pure function. docs/protocol.md, "Grants".
// Not promised: that the ground is true. That is the holder's word, on record in the sealed
// GrantRecord.
#pragma once

#include <optional>

#include "base/ids.h"
#include "base/refusal.h"
#include "base/time.h"
#include "schemas/codes.h"

namespace veerpont::rules {

struct GrantScope {
  OrgId holder;
  OrgId recipient;
  Ground ground;
  CategorySet outbound;  // as listed; grant-record is implicit
  CategorySet inbound;   // as listed; update is implicit
  Time not_before;
  Time expires;
  ExchangeKind kind = ExchangeKind::referral;
  bool withdrawn = false;
  CategorySet withdrawn_categories = {};
};

// Every category this ground may ever carry, the implicit ones included.
CategorySet ground_cap(Ground ground);

// Whether this ground is an exception: two professionals, and the privacy officer looks at it
// afterwards.
bool is_exception(Ground ground);

// How many days after it begins a grant on this ground ends: the least, and the most (nothing: as
// the holder's own policy allows). An exception leaves time to answer, and vital interest lasts no
// longer than a month.
struct GrantDays {
  int least = 0;
  std::optional<int> most = {};
};
GrantDays grant_days(Ground ground);

// Whether a grant on this ground may end at `expires`: at 00:00 in Amsterdam of the first of a
// month, under vital interest of any day, so that the day says nothing about the child; and as many
// days after it begins as grant_days() says, at least.
bool may_end_at(Ground ground, Time not_before, Time expires);

// Why there cannot be such a grant between organisations of these kinds; nothing when there can.
// Checked where it is made, at the broker and again at the recipient.
std::optional<RefusalCode> forbids(const GrantScope& grant, OrgKind holder, OrgKind recipient);

// Whether `sender` may send these categories to `receiver` at `now`; else the first reason why not,
// in the gate's order: time, withdrawal, direction, categories, ground.
std::optional<RefusalCode> refuses(const GrantScope& grant, const OrgId& sender,
                                   const OrgId& receiver, CategorySet categories, Time now);

// Every category that has a key under this grant: listed and implicit, both directions.
CategorySet all_categories(const GrantScope& grant);

}  // namespace veerpont::rules
