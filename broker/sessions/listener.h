// The sockets: TLS for participants, loopback HTTP for the operator. The only file of the broker
// that knows Beast.
#pragma once

#include <memory>

#include "broker/sessions/broker.h"

namespace veerpont::broker {

class Listener {
 public:
  virtual ~Listener() = default;
  // Serves until stop(); runs in the calling thread.
  virtual void run() = 0;
  // From any thread: shown to connections from now on; of the same key.
  virtual void use_certificate(const std::string& pem) = 0;
  // From any thread: takes no new connection; run() returns when the open ones are done, or after
  // two seconds.
  virtual void stop() = 0;
};

// Binds both endpoints. Refuses local-failure with the address.
Result<std::unique_ptr<Listener>> listen(Broker& broker);

}  // namespace veerpont::broker
