// What is answered over plain HTTPS, without a client certificate, and on the loopback admin
// listener. Knows no socket.
#pragma once

#include <string>

#include "broker/sessions/broker.h"

namespace veerpont::broker {

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

// /log/…, /enrol, /livez, /readyz. Runs on the pool: it may wait for the committer.
HttpAnswer answer_public(Broker& broker, const HttpRequest& request);
// /metrics, /livez, /readyz.
HttpAnswer answer_admin(Broker& broker, const HttpRequest& request);

}  // namespace veerpont::broker
