// Sockets that listen: HTTP and WebSocket, over TLS or, on a loopback address, without it.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"
#include "net/frames.h"
#include "net/http.h"
#include "net/tls.h"

namespace veerpont::net {

// WebSocket at one address, for clients that showed a certificate.
struct FrameRoute {
  std::string target;       // the path
  std::string subprotocol;  // named in the answer to the upgrade (RFC 6455, section 1.9)
  std::size_t most_bytes;   // of one frame
  std::size_t most_unsent;  // bytes that wait for one client; it is cut off past them
  std::chrono::seconds idle_ping;
  FrameHandler open;
  std::string refusal;  // the frame for a client that does not offer that subprotocol
};

struct Listener {
  Endpoint listen;
  std::optional<TlsIdentity> tls;
  std::size_t most_strangers;     // connections that showed no certificate
  std::size_t most_of_one_block;  // of them, of one block of addresses
  std::chrono::seconds handshake_time;
  HttpHandler http;
  std::optional<FrameRoute> frames;
};

// Called on the network's thread.
struct Reports {
  std::function<void(const char* reason)> refused;  // handshake, crowd, unread
  std::function<void(const char* event, const std::string& error)> failed;
};

class Server {
 public:
  virtual ~Server() = default;
  // Serves until stop(); runs in the calling thread.
  virtual void run() = 0;
  // From any thread: shown to connections from now on, at every listener with TLS; of the same key.
  virtual void use_certificate(const std::string& pem) = 0;
  // From any thread: takes no new connection; run() returns when the open ones are done, or after
  // two seconds.
  virtual void stop() = 0;
};

// Binds every listener. Refuses local-failure with the address. The pool must outlive the server.
Result<std::unique_ptr<Server>> listen(std::vector<Listener> listeners,
                                       boost::asio::thread_pool& pool, Reports reports);

}  // namespace veerpont::net
