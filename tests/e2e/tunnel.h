// An HTTP proxy that tunnels (CONNECT), on a loopback port of its own. Counts what it opened.
#pragma once

#include <memory>
#include <string>

namespace veerpont::e2e {

class Tunnel {
 public:
  Tunnel();
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;
  std::string address() const;  // HOST:PORT
  int opened() const;
  void refuse(bool refuse);  // answers 403 from now on

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace veerpont::e2e
