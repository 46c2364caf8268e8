// What is answered over plain HTTPS, without a client certificate, and on the loopback admin
// listener. Knows no socket.
#pragma once

#include "broker/sessions/broker.h"
#include "net/http.h"

namespace veerpont::broker {

// /log/…, /enrol, /livez, /readyz. Runs on the pool: it may wait for the committer.
net::HttpAnswer answer_public(Broker& broker, const net::HttpRequest& request);
// /metrics, /livez, /readyz.
net::HttpAnswer answer_admin(Broker& broker, const net::HttpRequest& request);

}  // namespace veerpont::broker
