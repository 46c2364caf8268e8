// A file that this organisation hands over, and the manifest beside it: what it is, of which log,
// signed with a key that the log says is the organisation's. docs/protocol.md, "What is handed
// over".
#pragma once

#include "client_sdk/operations/context.h"

namespace veerpont::sdk {

// What a manifest says of a file that the file itself does not.
struct Contents {
  std::string what, format, selection;
  std::uint64_t rows = 0;
};

// Named by what it is and when it was made, so that no earlier one is overwritten; `ending`:
// ".csv". Refuses not-found before this home has read its own keys in the log.
Result<HandedOver> hand_over(Context& context, const Contents& contents, const std::string& ending,
                             std::string bytes);

}  // namespace veerpont::sdk
