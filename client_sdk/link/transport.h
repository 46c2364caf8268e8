// Frames to and from the broker. The SDK talks through this; tests put a recorder or a lying broker
// in its place.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "client_sdk/home/broker_address.h"

namespace veerpont::sdk {

using Deadline = std::chrono::steady_clock::time_point;

class Transport {
 public:
  virtual ~Transport() = default;
  // Refuses broker-unreachable.
  virtual Status send(const std::string& frame, Deadline deadline) = 0;
  // The next frame; nothing when none came before the deadline. Refuses broker-unreachable when the
  // connection ended.
  virtual Result<std::optional<std::string>> receive(Deadline deadline) = 0;
  // Of the connection, for poll(); -1 when there is none.
  virtual int descriptor() { return -1; }
};

// Connected by the deadline, or broker-unreachable.
using Connect = std::function<Result<std::unique_ptr<Transport>>(Deadline)>;

// A TLS 1.3 WebSocket. Refuses broker-unreachable (detail: what failed), not-your-identity when the
// broker does not take the certificate.
Result<std::unique_ptr<Transport>> connect_websocket(const BrokerAddress& address,
                                                     const ClientIdentity& identity,
                                                     Deadline deadline);

// POST without a client certificate, for enrolment; the body of a 200 answer.
Result<std::string> https_post(const BrokerAddress& address, const std::string& target,
                               const std::string& body);

}  // namespace veerpont::sdk
