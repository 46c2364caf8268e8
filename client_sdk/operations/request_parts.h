// What this house holds of a child whom a request is about, part by part, and what the rules say of
// each until a person decides.
#pragma once

#include "client_sdk/operations/context.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {

// In the order in which it was sent and came.
std::vector<RequestPart> parts_of(Context& context, const v1::SubjectRequest& request);

}  // namespace veerpont::sdk
