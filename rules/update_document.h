// What a step must say in its Update. docs/domain.md, "The loop".
#pragma once

#include <optional>
#include <string>

#include "schemas/codes.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont {

// The JSON name of the first field that this step needs and the update does not have.
std::optional<std::string> missing_field(Step step, const v1::Update& update);

}  // namespace veerpont
