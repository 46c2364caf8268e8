// Binary messages over a WebSocket, one session a connection. Knows no socket.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "crypto/hash.h"

namespace veerpont::net {

struct ClientCertificate {
  crypto::Hash key;    // SHA-256 of its public key (SubjectPublicKeyInfo, DER)
  bool ended = false;  // its time is over; in all else it is of our CA
};

// How frames leave, in order; both may be called from any thread, and do nothing after the
// connection is gone.
struct FrameLink {
  std::function<void(std::vector<std::string>)> send;
  std::function<void()> close;
};

// Called on the connection's strand.
class FrameSession {
 public:
  virtual ~FrameSession() = default;
  virtual void receive(std::string frame) = 0;
  virtual void closed() = 0;
};

// A session, or the one frame that says why there is none.
using FrameHandler = std::function<std::variant<std::shared_ptr<FrameSession>, std::string>(
    const ClientCertificate&, FrameLink)>;

}  // namespace veerpont::net
