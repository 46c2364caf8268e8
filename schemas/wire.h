// Strict protobuf: what protobuf itself forgives is refused here. docs/protocol.md, "Strict
// parsing".
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace veerpont::wire {

// Parses exactly one message: no unknown field and no undefined enum value at any depth, and the
// canonical encoding only (so no repeated singular field and no overlong varint). Refuses malformed
// or too-large; the detail is the message's type.
Status parse_into(std::string_view bytes, google::protobuf::Message& message,
                  std::size_t most = limits::frame_bytes);

template <class M>
Result<M> parse(std::string_view bytes, std::size_t most = limits::frame_bytes) {
  M message;
  if (auto parsed = parse_into(bytes, message, most); !parsed) return parsed.refusal();
  return message;
}

// For bytes that this program wrote itself after they had passed the rules above, which cost more
// than parsing does.
bool parse_stored(std::string_view bytes, google::protobuf::Message& message);

// Deterministic bytes: fields in order, what every signature and commitment here is made over.
std::string serialise(const google::protobuf::Message& message);

}  // namespace veerpont::wire
