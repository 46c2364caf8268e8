#include "fuzz/targets.h"
#include "gateway/site/routes.h"

namespace veerpont::fuzz {

// Method, target, cookie and body, each on a line: read as the gateway reads them, up to the JSON
// of an operation.
void gateway_request(std::string_view bytes) {
  const auto line = [&] {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    std::string out(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return out;
  };
  net::HttpRequest asked;
  asked.method = line();
  asked.target = line();
  asked.headers = {{"cookie", line()}, {"accept-language", "en;q=0.5, nl"}};
  asked.body = std::string(bytes);
  const auto request = gateway::Request::parse(asked);
  if (!request) return;
  for (const std::string& segment : request->path)
    require(segment != ".." && segment.find('/') == std::string::npos && !segment.empty(),
            "a path stays where it is");
  (void)request->language();
  const gateway::Found found = gateway::find_route(request->method, request->path);
  if (found.route == nullptr) return;
  const gateway::Caller caller{"de beller", ActorRole::worker, "31415926"};
  const auto json = gateway::request_json(found, *request, caller);
  if (json && found.route->operation.shows_content())
    require(json->find(R"("person":"de beller")") != std::string::npos,
            "content is for the caller");
}

}  // namespace veerpont::fuzz
