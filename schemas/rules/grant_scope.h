// What a grant lets through, as a pure function. docs/protocol.md, "Grants".
// Not promised: that the ground is true. That is the holder's word, on record in the sealed GrantRecord.
#pragma once

#include <optional>

#include "schemas/codes.h"
#include "schemas/ids.h"
#include "schemas/refusal.h"
#include "schemas/time.h"

namespace veerpont::rules {

struct GrantScope {
  OrgId holder;
  OrgId recipient;
  Ground ground;
  CategorySet outbound;  // as listed; grant-record is implicit
  CategorySet inbound;   // as listed; update is implicit
  Time not_before;
  Time expires;
  bool withdrawn = false;
  CategorySet withdrawn_categories = {};
};

// Every category this ground may ever carry, the implicit ones included.
CategorySet ground_cap(Ground ground);

// Whether `sender` may send these categories to `receiver` at `now`; else the first reason why not, in the
// gate's order: time, withdrawal, direction, categories, ground.
std::optional<RefusalCode> refuses(const GrantScope& grant, const OrgId& sender, const OrgId& receiver, CategorySet categories, Time now);

// Every category that has a key under this grant: listed and implicit, both directions.
CategorySet all_categories(const GrantScope& grant);

}  // namespace veerpont::rules
