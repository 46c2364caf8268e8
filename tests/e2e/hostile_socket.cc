#include "tests/e2e/hostile_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

namespace veerpont::e2e {
namespace {

sockaddr_in loopback(const std::string& address, int port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &out.sin_addr);
  return out;
}

}  // namespace

HostileSocket::HostileSocket(int port, const std::string& source)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  std::signal(SIGPIPE, SIG_IGN);  // being hung up on is what it expects
  const auto from = loopback(source, 0);
  const auto to = loopback("127.0.0.1", port);
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

HostileSocket::~HostileSocket() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  if (fd_ >= 0) ::close(fd_);
}

bool HostileSocket::tls(const std::optional<Shown>& shown) {
  context_ = SSL_CTX_new(TLS_client_method());
  if (shown) {
    const auto* der = reinterpret_cast<const unsigned char*>(shown->key->reveal().data());
    EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(shown->key->size()));
    SSL_CTX_use_certificate_ASN1(context_, static_cast<int>(shown->certificate.size()),
                                 reinterpret_cast<const unsigned char*>(shown->certificate.data()));
    SSL_CTX_use_PrivateKey(context_, key);
    EVP_PKEY_free(key);
  }
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, fd_);
  return SSL_connect(ssl_) == 1;
}

std::string HostileSocket::upgrade(const std::string& more_headers) {
  send(
      "GET /v1/session HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: "
      "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: veerpont.v2\r\n" +
      more_headers + "\r\n");
  std::string head;
  while (head.find("\r\n\r\n") == head.npos) {
    const std::string more = receive(1);
    if (more.empty()) break;
    head += more;
  }
  return head;
}

bool HostileSocket::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto left = bytes.size() - sent;
    const auto done =
        ssl_ != nullptr
            ? static_cast<ssize_t>(SSL_write(ssl_, bytes.data() + sent, static_cast<int>(left)))
            : ::send(fd_, bytes.data() + sent, left, MSG_NOSIGNAL);
    if (done <= 0) return false;
    sent += static_cast<std::size_t>(done);
  }
  return true;
}

bool HostileSocket::send_frame(unsigned char opcode, const std::string& payload) {
  std::string frame(1, static_cast<char>(opcode));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += '\xff';
    for (int shift = 56; shift >= 0; shift -= 8)
      frame += static_cast<char>(payload.size() >> shift);
  }
  return send(frame + std::string(4, '\0') + payload);  // a mask of zeros changes nothing
}

long HostileSocket::read_some(char* block, std::size_t size, int milliseconds) {
  pollfd ready{fd_, POLLIN, 0};
  if (!(ssl_ != nullptr && SSL_pending(ssl_) > 0) && ::poll(&ready, 1, milliseconds) <= 0)
    return -1;
  return ssl_ != nullptr ? SSL_read(ssl_, block, static_cast<int>(size))
                         : ::recv(fd_, block, size, 0);
}

std::string HostileSocket::receive(std::size_t enough, int milliseconds) {
  std::string text;
  char block[65536];
  while (text.size() < enough) {
    const long got = read_some(block, std::min(sizeof block, enough - text.size()), milliseconds);
    if (got <= 0) break;
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

std::optional<std::string> HostileSocket::receive_all(int milliseconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  std::string text;
  char block[65536];
  while (std::chrono::steady_clock::now() < deadline) {
    pollfd ready{fd_, POLLIN, 0};
    if (!(ssl_ != nullptr && SSL_pending(ssl_) > 0) && ::poll(&ready, 1, 100) <= 0) continue;
    const long got =
        ssl_ != nullptr ? SSL_read(ssl_, block, sizeof block) : ::recv(fd_, block, sizeof block, 0);
    if (got <= 0) return text;
    text.append(block, static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

}  // namespace veerpont::e2e
