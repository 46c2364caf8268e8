// Which characters a text may have. Control characters and those that turn the direction of writing
// make a screen show something else than what was written.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/api.h"

namespace veerpont {

enum class Lines { one, several };

// False for control characters, for those of the Unicode property Bidi_Control, for line and
// paragraph separators, and for what is no UTF-8. `several`: tabs and line ends ("\n", "\r\n") may
// be there.
VEERPONT_API bool has_plain_characters(std::string_view text, Lines lines);

// Where a string of the message has others, as a path of JSON names, "careNeed.signals[2].fact";
// nothing when all are plain.
std::optional<std::string> unfit_text(const google::protobuf::Message& message);

}  // namespace veerpont
