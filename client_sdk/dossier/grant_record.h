// The sealed record of a grant of ours, as the dossier keeps it.
#pragma once

#include <optional>

#include "client_sdk/dossier/dossier.h"
#include "veerpont/v1/documents.pb.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {

// Nothing at the recipient, who gets it with the first message.
std::optional<v1::GrantRecord> record_in(const GrantRecordRow& row);
// What is kept beside it; empty when it was destroyed.
v1::GrantNotes notes_of(const GrantRecordRow& row);
// Who confirms an exception; empty when the record names none.
std::string second_professional(const v1::GrantRecord& record);

}  // namespace veerpont::sdk
