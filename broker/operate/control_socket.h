// Administration of a running broker through a Unix socket (0600): one JSON line asks, one answers.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "broker/sessions/broker.h"

namespace veerpont::broker {

// Serves in a thread of its own until destroyed.
class ControlSocket {
 public:
  virtual ~ControlSocket() = default;
};
Result<std::unique_ptr<ControlSocket>> serve_control(Broker& broker);

// Does one administrative command on this broker: {"do": "invite" | "suspend" | "resume" | "clock"
// | "clock-accept" | "barrier" | "witnesses" | "name-witnesses" | "confirm-log",
// …}. The answer has "ok", or
// "refused" and "message".
boost::json::object administer(Broker& broker, const boost::json::object& command);

// Asks the running broker of this home; nothing when none runs.
std::optional<boost::json::object> ask_running(const std::string& socket,
                                               const boost::json::object& command);

}  // namespace veerpont::broker
