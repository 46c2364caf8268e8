// The one JSON form of a message: camelCase fields, short ids for codes ("care-need"), hex for
// bytes, whole numbers as numbers. Read strictly; a refusal says where and what, never the text
// itself.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace veerpont {

// Reads JSON (RFC 8259, UTF-8) into `message`. Refuses invalid-input with the path, what is wrong,
// and line and column counted from 1: "careNeed.signals[2].fact: must be a text (line 7, column
// 12)". Refused are an unknown field, which is told by its place and never by its name, since a
// mistyped quote turns content into a name; a field given twice; an unknown code; null; a wrong
// type; what is required and absent; a text that is not UTF-8. A field whose name begins with
// "$hint" is skipped.
Status read_json(std::string_view json, google::protobuf::Message& message);

// The JSON of a document, indented when `pretty`.
std::string write_json(const google::protobuf::Message& message, bool pretty = true);

}  // namespace veerpont
