// The access log of an organisation: who sees content leaves a trace first.
#pragma once

#include "client_sdk/home/home.h"
#include "veerpont/v1/dossier.pb.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

// Refuses invalid-input without a person, and not-found for one that is not among the workers.
Status may_look(OpenHome& home, const Actor& actor);
// What is said of an access by whom; the caller adds what was seen.
v1::Access access_by(const Actor& actor, AccessKind kind);
// Durable when it returns; only then may anything be shown. Refuses local-failure. Answers its
// number.
Result<std::uint64_t> record_access(OpenHome& home, const v1::Access& access, Time when);
Result<std::uint64_t> report_access(OpenHome& home, const AccessReport& report, const Actor& actor,
                                    Time when);
Result<std::vector<AccessRow>> accesses(OpenHome& home, const AccessQuery& query);

}  // namespace veerpont::sdk
