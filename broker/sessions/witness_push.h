// Asks the witnesses outside, which cannot come to us, to cosign (C2SP tlog-witness), in a thread
// of its own.
#pragma once

#include <memory>

#include "broker/sessions/broker.h"

namespace veerpont::broker {

class WitnessPush {
 public:
  virtual ~WitnessPush() = default;
};
// Until it is destroyed. The broker must outlive it.
std::unique_ptr<WitnessPush> push_to_witnesses(Broker& broker);

}  // namespace veerpont::broker
