// The sealed record of a grant of ours, as the dossier keeps it.
#pragma once

#include <optional>

#include "client_sdk/dossier.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// Nothing at the recipient, who gets it with the first message.
std::optional<v1::GrantRecord> record_in(const GrantRecordRow& row);

}  // namespace veerpont::sdk
