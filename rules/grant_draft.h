// A grant as a worker writes it: whether it may be made, and what is filled in. The rules
// themselves are beside it.
#pragma once

#include <optional>
#include <vector>

#include "rules/consent_rules.h"
#include "rules/grant_scope.h"
#include "rules/working_days.h"
#include "schemas/finding.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont {

// What is missing or in the way at one place of a document, with its labels.
Finding finding(std::string pointer, ConsentGap gap, bool blocks = true);

struct DraftContext {
  OrgKind holder;
  std::optional<OrgKind> recipient;  // nothing: not known here
  Date today;
  rules::ConsentPolicy consent = {};
  bool first_referral_when_involved = false;  // under directly-involved, from a shelter
  int authority_check_days = 5;               // working days, after a parent's own statement
  bool linked = false;  // another referral of this child runs: not a first one
};

struct JudgedDraft {
  v1::GrantDraft draft;  // with ages, day of signing, end and due dates filled in
  std::vector<Finding> findings = {};
  std::vector<ConsentRoute> routes = {};
  bool allowed() const;
};

// Everything that is wrong at once. Does not look whether the recipient exists.
JudgedDraft judge(const v1::GrantDraft& draft, const DraftContext& context);

// The parts of a referral that this grant would not let through.
std::vector<Finding> outside(const v1::Referral& referral, const v1::GrantDraft& draft);

// What a recipient sees otherwise in a record that it was sent: warnings, none of which blocks.
std::vector<Finding> judge_received(const v1::GrantRecord& record, const rules::GrantScope& grant,
                                    const rules::ConsentPolicy& policy);

}  // namespace veerpont
