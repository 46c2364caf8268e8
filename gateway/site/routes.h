// The routes of /api/v1: every operation of api.proto, gateway.proto and workbench.proto at the
// method and path that it names, and the JSON of its request.
#pragma once

#include <google/protobuf/descriptor.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/site/request.h"
#include "schemas/codes.h"
#include "veerpont/api/v1/api.pb.h"

namespace veerpont::gateway {

struct Route {
  const google::protobuf::MethodDescriptor* method;
  api::v1::Operation operation;
  std::string verb;               // "GET"
  std::vector<std::string> path;  // below /api/v1; "{grant_id}" stands for any segment
};

// Of the three services, in the order of their files.
const std::vector<Route>& routes();

struct Found {
  const Route* route = nullptr;                // nothing: no such path, or not with this verb
  bool path_exists = false;                    // with another verb
  std::map<std::string, std::string> in_path;  // "grant_id" → what stands there
};
// `path`: below /api/v1.
Found find_route(const std::string& verb, const std::vector<std::string>& path);

// Who asks.
struct Caller {
  std::string name;
  ActorRole role;
  std::string pin;  // with which they confirm
};
// The request's JSON: the body, and the fields that stand in path and query. Who does it
// (is_person, and a `pin` beside it) is the caller; a body that says so too is refused, but for an
// Actor, whose purpose and reason are the body's. Refuses invalid-input as read_json() does.
Result<std::string> request_json(const Found& found, const Request& request, const Caller& person);

}  // namespace veerpont::gateway
