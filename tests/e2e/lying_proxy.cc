#include "tests/e2e/lying_proxy.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <mutex>
#include <thread>

#include "broker/home/config.h"
#include "client_sdk/home/home.h"
#include "client_sdk/link/transport.h"
#include "crypto/keystore.h"
#include "schemas/session_protocol.h"
#include "schemas/wire.h"
#include "veerpont/v1/keystore.pb.h"

namespace veerpont::e2e {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Socket = beast::websocket::stream<beast::ssl_stream<tcp::socket>>;

sdk::Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

std::shared_ptr<sdk::OpenHome> open_home(const Federation& federation, const std::string& org) {
  auto unlock = crypto::Unlock::credential_file(federation.folder() + "/" + org + ".credential");
  auto home = sdk::OpenHome::open(federation.home(org), *unlock);
  EXPECT_TRUE(home);
  return *home;
}

void show_brokers_certificate(asio::ssl::context& tls, const std::string& broker_home) {
  const broker::HomePaths paths(broker_home);
  auto unlock = crypto::Unlock::credential_file(paths.credential);
  auto content = crypto::Keystore::open(paths.keystore, *unlock);
  v1::BrokerSecrets secrets;
  ASSERT_TRUE(content && secrets.ParseFromString(std::string(content->reveal())));
  const auto* der = reinterpret_cast<const unsigned char*>(secrets.server_key().data());
  EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(secrets.server_key().size()));
  tls.use_certificate_chain(asio::buffer(broker::Config::read(broker_home)->server_certificate));
  ASSERT_EQ(SSL_CTX_use_PrivateKey(tls.native_handle(), key), 1);
  EVP_PKEY_free(key);
}

}  // namespace

class LyingProxy::Server {
 public:
  Server(const Federation& federation, const std::string& org)
      : home_(open_home(federation, org)), address_(*home_->config.address()) {
    show_brokers_certificate(tls_, federation.broker_home());
    auto config = home_->config;
    config.broker = "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    EXPECT_TRUE(config.write(home_->paths.config));
    thread_ = std::thread([this] { run(); });
  }
  ~Server() {
    stopping_ = true;
    error_code ignored;
    tcp::socket(io_).connect(acceptor_.local_endpoint(), ignored);  // wakes the accept
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void tell(std::function<void(v1::BrokerFrame&)> lie) {
    const std::lock_guard lock(mutex_);
    lie_ = std::move(lie);
  }

 private:
  void change(v1::BrokerFrame& frame) {
    const std::lock_guard lock(mutex_);
    if (lie_) lie_(frame);
  }
  void run() {
    while (!stopping_) {
      error_code failed;
      tcp::socket accepted = acceptor_.accept(failed);
      if (failed || stopping_) return;
      Socket client(std::move(accepted), tls_);
      client.set_option(
          beast::websocket::stream_base::decorator([](beast::websocket::response_type& response) {
            response.set(beast::http::field::sec_websocket_protocol, kSessionProtocol);
          }));
      client.next_layer().handshake(asio::ssl::stream_base::server, failed);
      if (!failed) client.accept(failed);
      if (!failed) serve(client);
    }
  }
  // Every request has one answer that names it; whatever else the broker says goes along with the
  // next answer.
  void serve(Socket& client) {
    auto broker =
        sdk::connect_websocket(address_, home_->client_identity(),
                               std::chrono::steady_clock::now() + std::chrono::seconds(10));
    if (!broker) return;
    client.binary(true);
    beast::flat_buffer buffer;
    error_code failed;
    while (client.read(buffer, failed), !failed) {
      const std::string bytes = beast::buffers_to_string(buffer.data());
      buffer.consume(buffer.size());
      const auto request = wire::parse<v1::ClientFrame>(bytes);
      if (!request || !(*broker)->send(bytes, soon())) return;
      for (bool answered = false; !answered && !failed;) {
        auto answer = (*broker)->receive(soon());
        if (!answer || !*answer) return;
        auto frame = wire::parse<v1::BrokerFrame>(**answer);
        if (!frame) return;
        answered = frame->request_id() == request->request_id();
        change(*frame);
        client.write(asio::buffer(wire::serialise(*frame)), failed);
      }
      if (failed) return;
    }
  }

  std::shared_ptr<sdk::OpenHome> home_;
  sdk::BrokerAddress address_;  // of the real one
  asio::io_context io_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;  // guards lie_
  std::function<void(v1::BrokerFrame&)> lie_;
  std::thread thread_;
};

LyingProxy::LyingProxy(const Federation& federation, const std::string& org)
    : server_(std::make_unique<Server>(federation, org)) {}
LyingProxy::~LyingProxy() = default;
void LyingProxy::tell(std::function<void(v1::BrokerFrame&)> lie) { server_->tell(std::move(lie)); }

}  // namespace veerpont::e2e
