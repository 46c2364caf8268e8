// A document to begin with: every field as a "$hint" that says what belongs there. The reader skips
// hints, so what nobody fills in is not said.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>

#include "schemas/codes.h"

namespace veerpont {

// JSON, indented. To fill a field in, its name loses "$hint " and its hint becomes a value.
std::string starting_document(const google::protobuf::Descriptor* type, Language language);

}  // namespace veerpont
