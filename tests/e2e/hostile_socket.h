// A socket that keeps no manners: any bytes, any certificate, any source address, any pace.
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

#include "crypto/secret.h"

namespace veerpont::e2e {

class HostileSocket {
 public:
  struct Shown {
    std::string certificate;  // DER
    const crypto::SecretBytes* key;
  };
  // A TCP connection to loopback from `source` ("127.0.0.2"); TLS only when tls() is called.
  explicit HostileSocket(int port, const std::string& source = "127.0.0.1");
  ~HostileSocket();
  HostileSocket(const HostileSocket&) = delete;
  HostileSocket& operator=(const HostileSocket&) = delete;

  bool connected() const { return fd_ >= 0; }
  // Whether the handshake was done; the broker's certificate is not looked at.
  bool tls(const std::optional<Shown>& shown = {});
  // Upgrades to a session; the answer's head.
  std::string upgrade(const std::string& more_headers = {});
  bool send(const std::string& bytes);
  // One WebSocket frame, masked; `opcode` with the FIN and RSV bits as they go out (0x82: a whole
  // binary message).
  bool send_frame(unsigned char opcode, const std::string& payload);
  // What comes until `enough` bytes, the end, or the time is over.
  std::string receive(std::size_t enough, int milliseconds = 5000);
  // Everything until the broker hangs up; nothing when it does not.
  std::optional<std::string> receive_all(int milliseconds = 20'000);
  // Whether the broker hangs up.
  bool is_hung_up_on(int milliseconds = 20'000) { return receive_all(milliseconds).has_value(); }

 private:
  long read_some(char* block, std::size_t size, int milliseconds);
  int fd_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

}  // namespace veerpont::e2e
