// The broker's two listeners: TLS for participants, loopback HTTP for the operator.
#pragma once

#include <memory>

#include "broker/sessions/broker.h"
#include "net/server.h"

namespace veerpont::broker {

// Binds both listeners. Refuses local-failure with the address. The broker must outlive the server.
Result<std::unique_ptr<net::Server>> listen(Broker& broker);

}  // namespace veerpont::broker
