// When the log does not hold: what was found stays until two people of this house have looked, with
// the evidence in a file. Until then nothing is sent; withdrawing and reading what is here go on.
// docs/protocol.md, "When the log does not hold".
#pragma once

#include <optional>
#include <string>

#include "client_sdk/home/home.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::sdk {

struct KeptVerdict {
  std::string says;  // what does not hold
  Time found{};
  std::string file;  // the evidence
};

// Nothing while the log holds.
std::optional<KeptVerdict> log_verdict(const OpenHome& home);
// The same as a refusal, for what is not done until it is resolved.
Status log_holds(const OpenHome& home);

// Begins evidence: who found what, when, of which log.
v1::LogEvidence evidence_of(const OpenHome& home, const std::string& says, Time now);
// What the log signed contradicts itself, or what it signed before: the verdict stands at once.
void condemn(OpenHome& home, const v1::LogEvidence& evidence);
// What it told us is not what it signed, which a mistake or a lost answer could be: the verdict
// stands when it is so at two contacts in a row. `contact`: which one it is.
void doubt(OpenHome& home, const v1::LogEvidence& evidence, const std::string& contact);
// A contact at which everything held.
void trust(OpenHome& home);
// Two people looked, and say why it goes on. The evidence stays. Refuses not-found.
Status resolve_verdict(OpenHome& home, const std::string& reason, const std::string& first,
                       const std::string& second, Time now);

}  // namespace veerpont::sdk
