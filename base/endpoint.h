// Where a server listens or a client connects to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace veerpont {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  // "HOST:PORT", "[v6]:PORT". Refuses invalid-input: a host is letters, digits, dots, dashes and
  // (in brackets) colons, and nothing else that a name service, a proxy or a header could read in
  // its own way.
  static Result<Endpoint> parse(std::string_view text);
  std::string str() const;
};

}  // namespace veerpont
