// A request and its answer over HTTP. Knows no socket.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "net/frames.h"

namespace veerpont::net {

struct HttpRequest {
  std::string method;
  std::string target;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in small letters
};
struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string cache = "no-store";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // besides those above
  // An event stream (WHATWG HTML, section 9.2): what is sent through the link follows the headers,
  // until it is closed, the peer goes, or five minutes are over; a browser then asks again.
  std::function<void(FrameLink)> stream = {};
};

// Runs on the pool: it may wait.
using HttpHandler = std::function<HttpAnswer(const HttpRequest&)>;

}  // namespace veerpont::net
