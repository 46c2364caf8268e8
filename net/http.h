// A request and its answer over HTTP. Knows no socket.
#pragma once

#include <functional>
#include <string>

namespace veerpont::net {

struct HttpRequest {
  std::string method;
  std::string target;
  std::string body;
};
struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string cache = "no-store";
  std::string body;
};

// Runs on the pool: it may wait.
using HttpHandler = std::function<HttpAnswer(const HttpRequest&)>;

}  // namespace veerpont::net
