// Documents as proto3 JSON, read strictly. Errors carry the path of what is wrong, never its text.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace veerpont {

// Reads proto3 JSON into `message`: field names in either form, enum values by their protobuf
// names. An unknown or repeated field, an unknown value, a wrong type, a trailing comma:
// invalid-input with a path like "careNeed.signals[2].fact".
Status read_json(std::string_view json, google::protobuf::Message& message);

// Proto3 JSON of a document, indented when `pretty`.
std::string write_json(const google::protobuf::Message& message, bool pretty = true);

}  // namespace veerpont
