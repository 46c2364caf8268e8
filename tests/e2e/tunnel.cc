#include "tests/e2e/tunnel.h"

#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <istream>
#include <thread>

namespace veerpont::e2e {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Everything from one to the other until either ends; both keep alive what they read into.
void pump(const std::shared_ptr<tcp::socket>& from, const std::shared_ptr<tcp::socket>& to) {
  const auto block = std::make_shared<std::array<char, 65536>>();
  from->async_read_some(asio::buffer(*block),
                        [from, to, block](error_code failed, std::size_t got) {
                          error_code ignored;
                          if (failed) {
                            to->shutdown(tcp::socket::shutdown_both, ignored);
                            return;
                          }
                          asio::async_write(*to, asio::buffer(block->data(), got),
                                            [from, to, block](error_code broken, std::size_t) {
                                              if (!broken) pump(from, to);
                                            });
                        });
}

}  // namespace

class Tunnel::Server {
 public:
  Server() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
    accept();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Server() {
    io_.stop();
    thread_.join();
  }
  int port() const { return acceptor_.local_endpoint().port(); }
  std::atomic<int> opened = 0;
  std::atomic<bool> refuses = false;

 private:
  void accept() {
    auto client = std::make_shared<tcp::socket>(io_);
    acceptor_.async_accept(*client, [this, client](error_code failed) {
      if (!failed) take(client);
      accept();
    });
  }
  void take(const std::shared_ptr<tcp::socket>& client) {
    const auto head = std::make_shared<asio::streambuf>(8192);
    asio::async_read_until(
        *client, *head, "\r\n\r\n", [this, client, head](error_code failed, std::size_t) {
          std::istream in(head.get());
          std::string method;
          std::string authority;
          in >> method >> authority;
          const auto colon = authority.rfind(':');
          if (failed || method != "CONNECT" || refuses || colon == std::string::npos)
            return answer(client, "403 Forbidden");
          error_code unreachable;
          const auto target = std::make_shared<tcp::socket>(io_);
          const auto port = static_cast<unsigned short>(std::stoi(authority.substr(colon + 1)));
          target->connect({asio::ip::make_address(authority.substr(0, colon)), port}, unreachable);
          if (unreachable) return answer(client, "502 Bad Gateway");
          ++opened;
          answer(client, "200 OK");
          pump(client, target);
          pump(target, client);
        });
  }
  void answer(const std::shared_ptr<tcp::socket>& client, const std::string& status) {
    error_code ignored;
    asio::write(*client, asio::buffer("HTTP/1.1 " + status + "\r\n\r\n"), ignored);
  }
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

Tunnel::Tunnel() : server_(std::make_unique<Server>()) {}
Tunnel::~Tunnel() = default;
std::string Tunnel::address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
int Tunnel::opened() const { return server_->opened; }
void Tunnel::refuse(bool refuse) { server_->refuses = refuse; }

}  // namespace veerpont::e2e
