// What the child does not agree to share never leaves: it is taken out before anything is judged,
// sealed or stored to be sent.
#pragma once

#include <vector>

#include "schemas/finding.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// The document as it travels: without the answers that the child did not agree to share, and
// without a section that is left empty.
v1::Referral as_it_travels(v1::Referral document);
// The same, each answer that stays an empty one, so that pointers into the document still hold.
v1::Referral as_judged(v1::Referral document);
// "stays here" for a no, by pointer alone; a child that was not asked blocks.
std::vector<Finding> stays_here_findings(const v1::Referral& document);

}  // namespace veerpont::sdk
