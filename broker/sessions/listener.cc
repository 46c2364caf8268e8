#include "broker/sessions/listener.h"

#include <sys/socket.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <functional>

#include "broker/sessions/crowd.h"
#include "broker/sessions/http_routes.h"
#include "broker/sessions/session.h"
#include "broker/telemetry/journal.h"

namespace veerpont::broker {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t kMostHttpBody = 64u << 10;
constexpr int kHttpRequests = 64;  // of one connection
constexpr auto kHttpTime = std::chrono::seconds(30);
constexpr auto kGrace = std::chrono::seconds(1);  // to show a certificate
constexpr std::size_t kMostOperators = 64;

// TLS 1.3 only; a client certificate is optional and, when it comes, must be of our CA. No
// resumption: a resumed connection would keep an identity without showing its certificate.
asio::ssl::context tls_context(Broker& broker) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  SSL_CTX* raw = context.native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  context.use_certificate_chain(asio::buffer(broker.config().server_certificate));
  const auto* der = reinterpret_cast<const unsigned char*>(broker.server_key().reveal().data());
  EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(broker.server_key().size()));
  if (key == nullptr || SSL_CTX_use_PrivateKey(raw, key) != 1)
    throw std::runtime_error("the server key does not fit its certificate");
  EVP_PKEY_free(key);
  context.add_certificate_authority(asio::buffer(broker.config().ca_certificate));
  BIO* bio = BIO_new_mem_buf(broker.config().ca_certificate.data(),
                             static_cast<int>(broker.config().ca_certificate.size()));
  X509* ca = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  if (ca == nullptr || SSL_CTX_add_client_CA(raw, ca) != 1)
    throw std::runtime_error("the CA certificate cannot be read");
  X509_free(ca);
  context.set_verify_mode(asio::ssl::verify_peer);
  // One that has ended is let in to be renewed: what such a session may do is the session's to say.
  context.set_verify_callback([](bool holds, asio::ssl::verify_context& chain) {
    X509_STORE_CTX* store = chain.native_handle();
    const bool of_the_client = X509_STORE_CTX_get_error_depth(store) == 0;
    return holds ||
           (of_the_client && X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED);
  });
  return context;
}

bool has_ended(SSL* ssl) { return SSL_get_verify_result(ssl) != X509_V_OK; }

std::optional<Hash> peer_key(SSL* ssl) {
  X509* certificate = SSL_get1_peer_certificate(ssl);
  if (certificate == nullptr) return std::nullopt;
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  X509_free(certificate);
  const Hash hash = crypto::sha256(std::string_view(reinterpret_cast<char*>(der),
                                                    size > 0 ? static_cast<std::size_t>(size) : 0));
  OPENSSL_free(der);
  return hash;
}

http::response<http::string_body> to_response(const http::request<http::string_body>& request,
                                              HttpAnswer answer) {
  http::response<http::string_body> response(static_cast<http::status>(answer.status),
                                             request.version());
  response.set(http::field::content_type, answer.type);
  response.set(http::field::cache_control, answer.cache);
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(request.keep_alive());
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

using Route = HttpAnswer (*)(Broker&, const HttpRequest&);

// Work that a stop waits for: open sessions and HTTP answers on their way. Touched only on the
// network's thread.
struct InFlight {
  std::size_t count = 0;
  bool stopping = false;
  std::function<void()> when_idle;
};
class Busy {
 public:
  explicit Busy(InFlight& in_flight) : in_flight_(in_flight) { ++in_flight_.count; }
  ~Busy() {
    if (--in_flight_.count == 0 && in_flight_.stopping) in_flight_.when_idle();
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  InFlight& in_flight_;
};

// A named coroutine: g++ 12 destroys the captures of a lambda inside a co_await expression twice.
awaitable<HttpAnswer> answer_on_pool(Broker& broker, Route route, HttpRequest request) {
  co_return route(broker, request);
}

template <class Stream>
awaitable<void> serve_http(Stream& stream, Broker& broker, Route route, InFlight& in_flight) {
  beast::flat_buffer buffer(kMostHttpBody + 16384);
  const auto end = std::chrono::steady_clock::now() + kHttpTime;
  for (int left = kHttpRequests; left > 0; --left) {
    beast::get_lowest_layer(stream).expires_after(broker.config().handshake_time);
    http::request_parser<http::string_body> parser;
    parser.header_limit(8192);
    parser.body_limit(kMostHttpBody);
    const auto [failed, size] = co_await http::async_read(stream, buffer, parser, quietly);
    if (failed) co_return;
    const Busy busy(in_flight);
    const auto& request = parser.get();
    HttpRequest wanted{std::string(request.method_string()), std::string(request.target()),
                       request.body()};
    // May wait for the committer: on the pool, and back here.
    auto answering = answer_on_pool(broker, route, std::move(wanted));
    HttpAnswer answer = co_await asio::co_spawn(broker.pool(), std::move(answering), use_awaitable);
    auto response = to_response(request, std::move(answer));
    if (left == 1 || std::chrono::steady_clock::now() >= end) response.keep_alive(false);
    beast::get_lowest_layer(stream).expires_after(limits::idle_ping);
    const auto [unsent, written] = co_await http::async_write(stream, response, quietly);
    if (unsent || !response.keep_alive()) co_return;
  }
}

// Frames on their way out; touched only on the connection's strand.
struct Outbox {
  Outbox(const asio::any_io_executor& executor, std::size_t most_bytes)
      : most(most_bytes), ready(executor) {
    ready.expires_at(asio::steady_timer::time_point::max());
  }
  std::deque<std::string> frames;
  std::size_t bytes = 0;
  std::size_t most;  // past it, a client that does not read is cut off
  bool closing = false;
  asio::steady_timer ready;
  std::function<void()> cut;
};
using WebSocket = websocket::stream<TlsStream>;

awaitable<void> write_frames(WebSocket& socket, Outbox& outbox) {
  for (;;) {
    if (outbox.frames.empty()) {
      if (outbox.closing) break;
      outbox.ready.expires_at(asio::steady_timer::time_point::max());
      co_await outbox.ready.async_wait(quietly);
      continue;
    }
    const std::string frame = std::move(outbox.frames.front());
    outbox.frames.pop_front();
    outbox.bytes -= frame.size();
    const auto [failed, size] = co_await socket.async_write(asio::buffer(frame), quietly);
    crypto::wipe(const_cast<char*>(frame.data()), frame.size());  // may carry shares
    if (failed) co_return;
  }
  // A peer that does not answer the close is not waited for.
  socket.set_option(websocket::stream_base::timeout{std::chrono::milliseconds(500),
                                                    websocket::stream_base::none(), false});
  co_await socket.async_close(websocket::close_code::normal, quietly);
}

awaitable<void> read_frames(WebSocket& socket, Session& session) {
  beast::flat_buffer buffer(limits::frame_bytes);
  for (;;) {
    const auto [failed, size] = co_await socket.async_read(buffer, quietly);
    if (failed || socket.got_text()) co_return;  // the protocol is binary
    auto* bytes = static_cast<char*>(buffer.data().data());
    session.receive(std::string(bytes, buffer.size()));
    crypto::wipe(bytes, buffer.size());  // may carry shares
    buffer.consume(buffer.size());
  }
}

Session::Link link_of(std::weak_ptr<Outbox> weak, asio::any_io_executor executor) {
  const auto later = [weak, executor](auto action) {
    asio::post(executor, [weak, action = std::move(action)]() mutable {
      if (const auto outbox = weak.lock()) {
        action(*outbox);
        outbox->ready.cancel();
      }
    });
  };
  return {[later](std::vector<std::string> frames) {
            later([frames = std::move(frames)](Outbox& outbox) mutable {
              if (outbox.closing) return;
              for (std::string& frame : frames) {
                outbox.bytes += frame.size();
                outbox.frames.push_back(std::move(frame));
              }
              if (outbox.bytes > outbox.most)
                outbox.cut();  // it does not read: nothing to be polite to
            });
          },
          [later] { later([](Outbox& outbox) { outbox.closing = true; }); }};
}

awaitable<void> serve_session(TlsStream stream, Broker& broker, Hash certificate_key,
                              Crowd::Place place, InFlight& in_flight) {
  const bool ended = has_ended(stream.native_handle());
  using namespace asio::experimental::awaitable_operators;
  beast::flat_buffer buffer(16384);
  http::request<http::empty_body> upgrade;
  beast::get_lowest_layer(stream).expires_after(broker.config().handshake_time);
  const auto [unread, size] = co_await http::async_read(stream, buffer, upgrade, quietly);
  if (unread || !websocket::is_upgrade(upgrade) || upgrade.target() != "/v1/session") co_return;
  beast::get_lowest_layer(stream).expires_never();

  WebSocket socket(std::move(stream));
  websocket::stream_base::timeout timeouts{broker.config().handshake_time, 2 * limits::idle_ping,
                                           true};
  socket.set_option(timeouts);
  socket.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(http::field::sec_websocket_protocol, "veerpont.v1");
  }));
  socket.read_message_max(limits::frame_bytes);
  socket.binary(true);
  const auto [unaccepted] = co_await socket.async_accept(upgrade, quietly);
  if (unaccepted) co_return;

  const Busy busy(in_flight);
  const auto executor = co_await asio::this_coro::executor;
  const auto outbox = std::make_shared<Outbox>(executor, broker.config().most_unsent);
  outbox->cut = [&socket, &broker, raw = outbox.get()] {
    broker.metrics().connection_refused("unread");
    raw->closing = true;
    beast::get_lowest_layer(socket).close();
  };
  auto session = Session::open(broker, {certificate_key, ended}, link_of(outbox, executor));
  if (!session) {
    v1::BrokerFrame frame;
    frame.mutable_refused()->set_code(static_cast<v1::RefusalCode>(session.refusal().code));
    frame.mutable_refused()->set_detail(session.refusal().detail);
    const std::string bytes = frame.SerializeAsString();
    co_await socket.async_write(asio::buffer(bytes), quietly);
    co_await socket.async_close(websocket::close_code::policy_error, quietly);
    co_return;
  }
  place.leave();  // the registry counts it now
  co_await (read_frames(socket, **session) || write_frames(socket, *outbox));
  (*session)->closed();
}

awaitable<void> serve_participant(tcp::socket socket, Broker& broker, asio::ssl::context& tls,
                                  Crowd::Place place, InFlight& in_flight) {
  TlsStream stream(beast::tcp_stream(std::move(socket)), tls);
  beast::get_lowest_layer(stream).expires_after(broker.config().handshake_time);
  const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, quietly);
  if (failed) {
    broker.metrics().connection_refused("handshake");
    co_return;
  }
  if (const auto key = peer_key(stream.native_handle())) {
    if (!place.show(key->str())) {
      broker.metrics().connection_refused("crowd");
      co_return;
    }
    co_await serve_session(std::move(stream), broker, *key, std::move(place), in_flight);
    co_return;
  }
  co_await serve_http(stream, broker, answer_public, in_flight);
  beast::get_lowest_layer(stream).expires_after(broker.config().handshake_time);
  co_await stream.async_shutdown(quietly);
}

awaitable<void> serve_operator(tcp::socket socket, Broker& broker, InFlight& in_flight) {
  beast::tcp_stream stream(std::move(socket));
  co_await serve_http(stream, broker, answer_admin, in_flight);
}

class NetworkListener final : public Listener {
 public:
  NetworkListener(Broker& broker, asio::ssl::context tls)
      : crowd_(broker.config().most_unauthenticated, broker.config().most_per_address, kGrace),
        operators_(kMostOperators, kMostOperators, kGrace),
        broker_(broker),
        tls_(std::move(tls)),
        participants_(io_),
        admin_(io_),
        give_up_(io_),
        guard_(asio::make_work_guard(io_)) {
    in_flight_.when_idle = [this] { io_.stop(); };
  }

  Status bind() {
    if (auto bound = bind(participants_, broker_.config().listen); !bound) return bound;
    return bind(admin_, broker_.config().admin);
  }

  void run() override {
    accept(participants_, crowd_, [this](tcp::socket socket, Crowd::Place place) {
      return serve_participant(std::move(socket), broker_, tls_, std::move(place), in_flight_);
    });
    accept(admin_, operators_, [this](tcp::socket socket, Crowd::Place) {
      return serve_operator(std::move(socket), broker_, in_flight_);
    });
    io_.run();
  }

  void use_certificate(const std::string& pem) override {
    asio::post(io_, [this, pem] {
      error_code failed;
      tls_.use_certificate_chain(asio::buffer(pem), failed);
      if (failed) journal(Level::critical, "certificate-not-used", {{"error", failed.message()}});
    });
  }

  void stop() override {
    asio::post(io_, [this] {
      error_code ignored;
      participants_.close(ignored);
      admin_.close(ignored);
      guard_.reset();
      in_flight_.stopping = true;
      if (in_flight_.count == 0) return io_.stop();
      give_up_.expires_after(std::chrono::seconds(2));
      give_up_.async_wait([this](error_code) { io_.stop(); });
    });
  }

 private:
  Status bind(tcp::acceptor& acceptor, const Endpoint& endpoint) {
    error_code failed;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port), failed);
    if (!failed) acceptor.open(found.begin()->endpoint().protocol(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor.bind(found.begin()->endpoint(), failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    return failed
               ? Status(Refusal{RefusalCode::local_failure, "cannot listen on " + endpoint.str()})
               : Status(Done{});
  }

  template <class Serve>
  void accept(tcp::acceptor& acceptor, Crowd& crowd, Serve serve) {
    asio::co_spawn(
        io_,
        [this, &acceptor, &crowd, serve]() -> awaitable<void> {
          for (;;) {
            auto strand = asio::make_strand(io_);
            auto [failed, socket] = co_await acceptor.async_accept(strand, quietly);
            if (failed == asio::error::operation_aborted || !acceptor.is_open()) co_return;
            if (failed) {  // out of descriptors, say: wait, so that others may close theirs
              asio::steady_timer pause(io_, std::chrono::milliseconds(100));
              co_await pause.async_wait(quietly);
              continue;
            }
            error_code ignored;
            auto place = crowd.enter(block_of(socket.remote_endpoint(ignored).address()),
                                     [fd = socket.native_handle()] { ::shutdown(fd, SHUT_RDWR); });
            if (!place) {  // hung up on before it cost anything
              broker_.metrics().connection_refused("crowd");
              continue;
            }
            socket.set_option(tcp::no_delay(true), ignored);
            asio::co_spawn(
                strand, serve(tcp::socket(std::move(socket)), std::move(*place)),
                [](std::exception_ptr broken) {
                  try {
                    if (broken) std::rethrow_exception(broken);
                  } catch (const std::exception& error) {
                    journal(Level::warning, "connection-failed", {{"error", error.what()}});
                  }
                });
          }
        },
        asio::detached);
  }

  InFlight in_flight_;  // these two outlive the coroutines that io_ holds
  Crowd crowd_;
  Crowd operators_;  // at the administration's own port
  asio::io_context io_{1};
  Broker& broker_;
  asio::ssl::context tls_;
  tcp::acceptor participants_;
  tcp::acceptor admin_;
  asio::steady_timer give_up_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
};

}  // namespace

Result<std::unique_ptr<Listener>> listen(Broker& broker) {
  auto listener = std::make_unique<NetworkListener>(broker, tls_context(broker));
  if (auto bound = listener->bind(); !bound) return bound.refusal();
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace veerpont::broker
