// The file that admits an organisation: where the broker is, how it is known, and a token that
// works once.
#pragma once

#include <string>
#include <string_view>

#include "client_sdk/home/home.h"

namespace veerpont::sdk {

struct Invitation {
  HomeConfig config;
  std::string token;  // 32 bytes
  // Refuses invalid-input with the field, never its text.
  static Result<Invitation> parse(std::string_view json);
  static Result<Invitation> read(const std::string& path);
};

}  // namespace veerpont::sdk
