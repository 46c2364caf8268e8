// The operations of api.proto over a Client: JSON in, JSON out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "veerpont/veerpont.h"

namespace veerpont::api {

struct Called {
  int exit = 0;      // exit_code_of the refusal
  std::string json;  // the answer, or a Refused
};
// `client`: null for an operation that needs no home.
Called call(Client* client, std::string_view operation, std::string_view json);
Called answer_refused(const Refusal& refusal);

// Those of api.proto that can be called, by name, in its order.
std::vector<std::string> operations();

}  // namespace veerpont::api
