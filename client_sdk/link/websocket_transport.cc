#include <openssl/ssl.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>

#include "base/limits.h"
#include "client_sdk/link/transport.h"
#include "schemas/session_protocol.h"

namespace veerpont::sdk {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr auto kConnectTime = std::chrono::seconds(10);

Refusal unreachable(std::string why) {
  return Refusal{RefusalCode::broker_unreachable, std::move(why)};
}

// TLS 1.3 reports a refused client certificate only on the first read, as an alert.
// A certificate that has ended or not begun says that a clock is wrong: the broker renews its own,
// and ours is renewed in time.
Refusal explain(const error_code& error, SSL* ssl) {
  const long verified = ssl == nullptr ? X509_V_OK : SSL_get_verify_result(ssl);
  if (verified == X509_V_ERR_CERT_NOT_YET_VALID || verified == X509_V_ERR_CERT_HAS_EXPIRED)
    return Refusal{
        RefusalCode::clock_skew,
        "by this machine's clock the broker's certificate " +
            std::string(verified == X509_V_ERR_CERT_HAS_EXPIRED ? "has ended" : "has not begun") +
            "; look at the clock first"};
  if (error.category() == asio::error::get_ssl_category()) {
    const auto packed = static_cast<unsigned long>(error.value());
    const int reason = ERR_GET_REASON(packed);
    if (ERR_GET_LIB(packed) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET)
      return Refusal{RefusalCode::not_your_identity,
                     "the broker does not accept this organisation's certificate"};
    if (ERR_GET_LIB(packed) != ERR_LIB_SSL || reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
      return unreachable("its certificate is not of this federation");
  }
  return unreachable(error.message());
}

Status configure(asio::ssl::context& context, const BrokerAddress& address) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_3_VERSION);
  SSL_CTX_set_options(context.native_handle(),
                      SSL_OP_CLEANSE_PLAINTEXT);  // nothing read stays in the record layer
  error_code failed;
  context.add_certificate_authority(asio::buffer(address.ca_certificate), failed);
  if (failed)
    return Refusal{RefusalCode::local_failure, "the federation's CA certificate cannot be read"};
  context.set_verify_mode(asio::ssl::verify_peer);
  context.set_verify_callback(asio::ssl::host_name_verification(address.broker.host));
  return Done{};
}

Status show(asio::ssl::context& context, const ClientIdentity& identity) {
  error_code failed;
  context.use_certificate(asio::buffer(identity.certificate), asio::ssl::context::asn1, failed);
  const auto* der = reinterpret_cast<const unsigned char*>(identity.key->reveal().data());
  EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(identity.key->size()));
  const bool used =
      !failed && key != nullptr && SSL_CTX_use_PrivateKey(context.native_handle(), key) == 1;
  EVP_PKEY_free(key);
  return used ? Status(Done{})
              : Status(Refusal{RefusalCode::local_failure,
                               "this organisation's certificate cannot be used"});
}

// Runs the context until `done` or the deadline; whether it is done.
bool run_until(asio::io_context& io, const bool& done, Deadline deadline) {
  io.restart();
  while (!done && io.run_one_until(deadline) > 0) {
  }
  return done;
}

// Starts an operation through `start(handler)` and waits for it.
template <class Start>
error_code wait_for(asio::io_context& io, Deadline deadline, Start start) {
  struct Shared {
    bool done = false;
    error_code result = asio::error::timed_out;
  };
  const auto shared = std::make_shared<Shared>();
  start([shared](error_code result, auto&&...) {
    shared->done = true;
    shared->result = result;
  });
  run_until(io, shared->done, deadline);
  return shared->result;
}

Status open_tcp(asio::io_context& io, TlsStream& stream, const Endpoint& server,
                Deadline deadline) {
  tcp::resolver resolver(io);
  error_code failed;
  const auto found = resolver.resolve(server.host, std::to_string(server.port), failed);
  if (failed) return unreachable(server.host + ": " + failed.message());
  failed = wait_for(io, deadline, [&](auto handler) {
    beast::get_lowest_layer(stream).async_connect(found, std::move(handler));
  });
  return failed ? Status(unreachable(server.str() + ": " + failed.message())) : Status(Done{});
}

// Asks the proxy for a tunnel (RFC 9110, 9.3.6); it resolves the broker's name, so that nobody near
// us does.
Status open_tunnel(asio::io_context& io, TlsStream& stream, const BrokerAddress& address,
                   Deadline deadline) {
  auto& raw = beast::get_lowest_layer(stream);
  const std::string authority = address.broker.str();
  http::request<http::empty_body> request(http::verb::connect, authority, 11);
  request.set(http::field::host, authority);
  error_code failed = wait_for(
      io, deadline, [&](auto handler) { http::async_write(raw, request, std::move(handler)); });
  if (failed) return unreachable("proxy: " + failed.message());
  beast::flat_buffer buffer;
  http::response_parser<http::empty_body> answer;
  answer.skip(true);  // what follows the header is the tunnel
  failed = wait_for(io, deadline, [&](auto handler) {
    http::async_read_header(raw, buffer, answer, std::move(handler));
  });
  if (failed) return unreachable("proxy: " + failed.message());
  if (answer.get().result() != http::status::ok || buffer.size() != 0)
    return unreachable("proxy: HTTP " + std::to_string(answer.get().result_int()));
  return Done{};
}

Status open_tls(asio::io_context& io, TlsStream& stream, const BrokerAddress& address,
                Deadline deadline) {
  if (auto opened = open_tcp(io, stream, address.proxy.value_or(address.broker), deadline); !opened)
    return opened;
  if (address.proxy)
    if (auto opened = open_tunnel(io, stream, address, deadline); !opened) return opened;
  error_code ignored;
  beast::get_lowest_layer(stream).socket().set_option(tcp::no_delay(true), ignored);
  SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(address.broker.host.c_str()));
  const error_code failed = wait_for(io, deadline, [&](auto handler) {
    stream.async_handshake(asio::ssl::stream_base::client, std::move(handler));
  });
  return failed ? Status(explain(failed, stream.native_handle())) : Status(Done{});
}

class WebSocketTransport final : public Transport {
 public:
  explicit WebSocketTransport(asio::ssl::context context)
      : context_(std::move(context)), socket_(asio::make_strand(io_), context_) {}

  ~WebSocketTransport() override {
    // Not a promise to anyone: what matters was acknowledged before.
    if (open_)
      wait_for(io_, std::chrono::steady_clock::now() + std::chrono::seconds(1),
               [&](auto handler) { socket_.async_close(websocket::close_code::normal, handler); });
  }

  Status open(const BrokerAddress& address, Deadline deadline) {
    if (auto opened = open_tls(io_, socket_.next_layer(), address, deadline); !opened)
      return opened;
    socket_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
      request.set(http::field::sec_websocket_protocol, kSessionProtocol);
    }));
    socket_.read_message_max(limits::frame_bytes);
    socket_.binary(true);
    websocket::response_type answer;
    const error_code failed = wait_for(io_, deadline, [&](auto handler) {
      socket_.async_handshake(answer, address.broker.str(), "/v1/session", std::move(handler));
    });
    if (failed) return explain(failed, socket_.next_layer().native_handle());
    if (answer[http::field::sec_websocket_protocol] != kSessionProtocol)
      return unreachable("it does not speak " + std::string(kSessionProtocol) +
                         ": the broker must be updated first");
    open_ = true;
    return Done{};
  }

  Status send(const std::string& frame, Deadline deadline) override {
    const error_code failed = wait_for(io_, deadline, [&](auto handler) {
      socket_.async_write(asio::buffer(frame), std::move(handler));
    });
    if (!failed) return Done{};
    open_ = false;
    // The write may still be pending on `frame`: end it before the frame goes.
    beast::get_lowest_layer(socket_).close();
    io_.restart();
    io_.poll();
    return explain(failed, socket_.next_layer().native_handle());
  }

  Result<std::optional<std::string>> receive(Deadline deadline) override {
    if (!reading_) {  // one read is always the same read, also when a deadline passes in between
      reading_ = true;
      arrived_ = false;
      socket_.async_read(buffer_, [this](error_code result, std::size_t) {
        arrived_ = true;
        result_ = result;
      });
    }
    if (!run_until(io_, arrived_, deadline)) return std::optional<std::string>();
    reading_ = false;
    if (result_) {
      open_ = false;
      return explain(result_, socket_.next_layer().native_handle());
    }
    auto* bytes = static_cast<char*>(buffer_.data().data());
    std::string frame(bytes, buffer_.size());
    crypto::wipe(bytes, buffer_.size());  // may carry shares
    buffer_.consume(buffer_.size());
    return std::optional(std::move(frame));
  }

  int descriptor() override {
    return static_cast<int>(beast::get_lowest_layer(socket_).socket().native_handle());
  }

 private:
  asio::io_context io_{1};
  asio::ssl::context context_;
  websocket::stream<TlsStream> socket_;
  beast::flat_buffer buffer_;
  bool open_ = false;
  bool reading_ = false;
  bool arrived_ = false;
  error_code result_;
};

}  // namespace

Result<std::unique_ptr<Transport>> connect_websocket(const BrokerAddress& address,
                                                     const ClientIdentity& identity,
                                                     Deadline deadline) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  if (auto configured = configure(context, address); !configured) return configured.refusal();
  if (auto shown = show(context, identity); !shown) return shown.refusal();
  auto transport = std::make_unique<WebSocketTransport>(std::move(context));
  if (auto opened = transport->open(address, deadline); !opened) return opened.refusal();
  return std::unique_ptr<Transport>(std::move(transport));
}

Result<std::string> https_post(const BrokerAddress& address, const std::string& target,
                               const std::string& body) {
  asio::io_context io;
  asio::ssl::context context(asio::ssl::context::tls_client);
  if (auto configured = configure(context, address); !configured) return configured.refusal();
  TlsStream stream(io, context);
  const Deadline deadline = std::chrono::steady_clock::now() + 2 * kConnectTime;
  if (auto opened = open_tls(io, stream, address, deadline); !opened) return opened.refusal();
  http::request<http::string_body> request(http::verb::post, target, 11);
  request.set(http::field::host, address.broker.host);
  request.set(http::field::connection, "close");
  request.body() = body;
  request.prepare_payload();
  error_code failed = wait_for(
      io, deadline, [&](auto handler) { http::async_write(stream, request, std::move(handler)); });
  if (failed) return explain(failed, stream.native_handle());
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  failed = wait_for(io, deadline, [&](auto handler) {
    http::async_read(stream, buffer, response, std::move(handler));
  });
  if (failed) return explain(failed, stream.native_handle());
  if (response.result() != http::status::ok)
    return unreachable("HTTP " + std::to_string(response.result_int()));
  return std::move(response.body());
}

}  // namespace veerpont::sdk
