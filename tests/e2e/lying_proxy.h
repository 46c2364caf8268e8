// A broker that lies to one organisation: it shows the real broker's certificate, passes every
// frame on to the real broker under that organisation's identity, and changes what comes back.
// Answers one connection at a time.
#pragma once

#include <functional>
#include <memory>

#include "tests/e2e/federation.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::e2e {

class LyingProxy {
 public:
  // From now on the organisation's home names this proxy as its broker.
  LyingProxy(const Federation& federation, const std::string& org);
  ~LyingProxy();
  LyingProxy(const LyingProxy&) = delete;
  LyingProxy& operator=(const LyingProxy&) = delete;

  // What happens to every frame of the broker's until another lie is told; null: nothing.
  void tell(std::function<void(v1::BrokerFrame&)> lie);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace veerpont::e2e
