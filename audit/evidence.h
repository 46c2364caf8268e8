// What a file of evidence against a log shows to whoever has nothing but the log's verifier key.
#pragma once

#include <string>
#include <vector>

#include "audit/verifier.h"

namespace veerpont::audit {

struct EvidenceVerdict {
  bool convicts = false;           // the log contradicts itself in what it signed
  std::vector<std::string> shows;  // what was verified, in order
};

// Verifies every signature and proof in it. Refuses malformed for another form, and tampered for a
// file in which something is not the log's. What is signed and contradicts nothing convicts nobody:
// it shows what the log must explain.
Result<EvidenceVerdict> judge(const v1::LogEvidence& evidence, const VerifierKey& key);

}  // namespace veerpont::audit
