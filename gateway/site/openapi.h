// The API as an OpenAPI 3.1 document, from the descriptors: for whoever connects another program.
#pragma once

#include <string>

namespace veerpont::gateway {

// JSON. `origin`: "https://binnenvest.example:8600".
std::string openapi(const std::string& origin);

}  // namespace veerpont::gateway
