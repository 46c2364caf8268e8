#include "net/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

#include "net/crowd.h"

namespace veerpont::net {
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
constexpr auto kAnswerTime = std::chrono::seconds(30);
constexpr auto kStreamTime = std::chrono::minutes(5);
constexpr auto kStreamPulse = std::chrono::seconds(15);  // of a stream that has nothing to say
constexpr std::size_t kMostUnsentEvents = 4u << 10;      // bytes
constexpr auto kGrace = std::chrono::seconds(1);         // to show a certificate

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

// A listener that is open. Touched only on the network's thread.
struct OpenListener {
  OpenListener(Listener description, asio::thread_pool& workers, const Reports& to_report,
               InFlight& work)
      : listener(std::move(description)),
        crowd(listener.most_strangers, listener.most_of_one_block, kGrace),
        pool(workers),
        reports(to_report),
        in_flight(work) {
    if (listener.tls) tls.emplace(tls_context(*listener.tls));
    listener.tls.reset();  // the context has the key now
  }
  Listener listener;
  Crowd crowd;
  std::optional<asio::ssl::context> tls;
  asio::thread_pool& pool;
  const Reports& reports;
  InFlight& in_flight;
};

// Frames or events on their way out; touched only on the connection's strand.
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
FrameLink link_of(std::weak_ptr<Outbox> weak, asio::any_io_executor executor) {
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

template <class Body>
http::response<Body> headed(const HttpAnswer& answer, unsigned version) {
  http::response<Body> response(static_cast<http::status>(answer.status), version);
  response.set(http::field::content_type, answer.type);
  response.set(http::field::cache_control, answer.cache);
  response.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.headers) response.insert(name, value);
  return response;
}

http::response<http::string_body> to_response(const http::request<http::string_body>& request,
                                              HttpAnswer answer) {
  auto response = headed<http::string_body>(answer, request.version());
  response.keep_alive(request.keep_alive());
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

// A named coroutine: g++ 12 destroys the captures of a lambda inside a co_await expression twice.
awaitable<HttpAnswer> answer_on_pool(const HttpHandler& handler, HttpRequest request) {
  co_return handler(request);
}

template <class Stream>
awaitable<void> serve_events(Stream& stream, const HttpAnswer& answer, unsigned version) {
  const auto executor = co_await asio::this_coro::executor;
  const auto outbox = std::make_shared<Outbox>(executor, kMostUnsentEvents);
  outbox->cut = [raw = outbox.get()] { raw->closing = true; };
  auto head = headed<http::empty_body>(answer, version);
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  beast::get_lowest_layer(stream).expires_after(kAnswerTime);
  const auto [unsent, written] = co_await http::async_write_header(stream, serializer, quietly);
  if (unsent) co_return;
  answer.stream(link_of(outbox, executor));
  const auto end = std::chrono::steady_clock::now() + kStreamTime;
  while (!outbox->closing && std::chrono::steady_clock::now() < end) {
    std::string event = ":\n\n";
    if (outbox->frames.empty()) {
      outbox->ready.expires_after(kStreamPulse);
      const auto [woken] = co_await outbox->ready.async_wait(quietly);
      if (woken) continue;
    } else {
      event = std::move(outbox->frames.front());
      outbox->frames.pop_front();
      outbox->bytes -= event.size();
    }
    beast::get_lowest_layer(stream).expires_after(kAnswerTime);
    const auto [failed, size] =
        co_await asio::async_write(stream, http::make_chunk(asio::buffer(event)), quietly);
    if (failed) co_return;
  }
  co_await asio::async_write(stream, http::make_chunk_last(), quietly);
}

template <class Stream>
awaitable<void> serve_http(Stream& stream, OpenListener& at) {
  beast::flat_buffer buffer(kMostHttpBody + 16384);
  const auto end = std::chrono::steady_clock::now() + kHttpTime;
  for (int left = kHttpRequests; left > 0; --left) {
    beast::get_lowest_layer(stream).expires_after(at.listener.handshake_time);
    http::request_parser<http::string_body> parser;
    parser.header_limit(8192);
    parser.body_limit(kMostHttpBody);
    const auto [failed, size] = co_await http::async_read(stream, buffer, parser, quietly);
    if (failed) co_return;
    std::optional<Busy> busy(std::in_place, at.in_flight);
    const auto& request = parser.get();
    HttpRequest wanted{
        std::string(request.method_string()), std::string(request.target()), request.body(), {}};
    for (const auto& field : request) {
      std::string name(field.name_string());
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      wanted.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    auto answering = answer_on_pool(at.listener.http, std::move(wanted));
    HttpAnswer answer = co_await asio::co_spawn(at.pool, std::move(answering), use_awaitable);
    if (answer.stream) {
      busy.reset();  // a stop does not wait for it
      co_return co_await serve_events(stream, answer, request.version());
    }
    auto response = to_response(request, std::move(answer));
    if (left == 1 || std::chrono::steady_clock::now() >= end) response.keep_alive(false);
    beast::get_lowest_layer(stream).expires_after(kAnswerTime);
    const auto [unsent, written] = co_await http::async_write(stream, response, quietly);
    if (unsent || !response.keep_alive()) co_return;
  }
}

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

awaitable<void> read_frames(WebSocket& socket, FrameSession& session, std::size_t most_bytes) {
  beast::flat_buffer buffer(most_bytes);
  for (;;) {
    const auto [failed, size] = co_await socket.async_read(buffer, quietly);
    if (failed || socket.got_text()) co_return;  // the protocol is binary
    auto* bytes = static_cast<char*>(buffer.data().data());
    session.receive(std::string(bytes, buffer.size()));
    crypto::wipe(bytes, buffer.size());  // may carry shares
    buffer.consume(buffer.size());
  }
}

// The client names what it speaks, separated by commas.
bool offers(const http::request<http::empty_body>& upgrade, const std::string& subprotocol) {
  const http::token_list named{upgrade[http::field::sec_websocket_protocol]};
  return std::ranges::any_of(named, [&](const auto& one) { return one == subprotocol; });
}

awaitable<void> serve_frames(TlsStream stream, OpenListener& at, ClientCertificate certificate,
                             Crowd::Place place) {
  using namespace asio::experimental::awaitable_operators;
  const FrameRoute& route = *at.listener.frames;
  beast::flat_buffer buffer(16384);
  http::request<http::empty_body> upgrade;
  beast::get_lowest_layer(stream).expires_after(at.listener.handshake_time);
  const auto [unread, size] = co_await http::async_read(stream, buffer, upgrade, quietly);
  if (unread || !websocket::is_upgrade(upgrade) || upgrade.target() != route.target) co_return;
  beast::get_lowest_layer(stream).expires_never();

  WebSocket socket(std::move(stream));
  socket.set_option(
      websocket::stream_base::timeout{at.listener.handshake_time, 2 * route.idle_ping, true});
  socket.set_option(websocket::stream_base::decorator([&route](websocket::response_type& response) {
    response.set(http::field::sec_websocket_protocol, route.subprotocol);
  }));
  socket.read_message_max(route.most_bytes);
  socket.binary(true);
  const auto [unaccepted] = co_await socket.async_accept(upgrade, quietly);
  if (unaccepted) co_return;

  const Busy busy(at.in_flight);
  const auto executor = co_await asio::this_coro::executor;
  const auto outbox = std::make_shared<Outbox>(executor, route.most_unsent);
  outbox->cut = [&socket, &at, raw = outbox.get()] {
    at.reports.refused("unread");
    raw->closing = true;
    beast::get_lowest_layer(socket).close();
  };
  auto opened = offers(upgrade, route.subprotocol)
                    ? route.open(certificate, link_of(outbox, executor))
                    : std::variant<std::shared_ptr<FrameSession>, std::string>(route.refusal);
  if (const auto* refused = std::get_if<std::string>(&opened)) {
    co_await socket.async_write(asio::buffer(*refused), quietly);
    co_await socket.async_close(websocket::close_code::policy_error, quietly);
    co_return;
  }
  place.leave();  // the session's own count has it now
  FrameSession& session = *std::get<0>(opened);
  co_await (read_frames(socket, session, route.most_bytes) || write_frames(socket, *outbox));
  session.closed();
}

awaitable<void> serve_tls(tcp::socket socket, OpenListener& at, Crowd::Place place) {
  TlsStream stream(beast::tcp_stream(std::move(socket)), *at.tls);
  beast::get_lowest_layer(stream).expires_after(at.listener.handshake_time);
  const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, quietly);
  if (failed) {
    at.reports.refused("handshake");
    co_return;
  }
  if (const auto shown = client_certificate(stream.native_handle()); shown && at.listener.frames) {
    if (!place.show(shown->key.str())) {
      at.reports.refused("crowd");
      co_return;
    }
    co_await serve_frames(std::move(stream), at, *shown, std::move(place));
    co_return;
  }
  co_await serve_http(stream, at);
  beast::get_lowest_layer(stream).expires_after(at.listener.handshake_time);
  co_await stream.async_shutdown(quietly);
}

awaitable<void> serve(tcp::socket socket, OpenListener& at, Crowd::Place place) {
  if (at.tls) {
    co_await serve_tls(std::move(socket), at, std::move(place));
  } else {
    beast::tcp_stream stream(std::move(socket));
    co_await serve_http(stream, at);
  }
}

class NetworkServer final : public Server {
 public:
  NetworkServer(std::vector<Listener> listeners, asio::thread_pool& pool, Reports reports)
      : reports_(std::move(reports)), give_up_(io_), guard_(asio::make_work_guard(io_)) {
    in_flight_.when_idle = [this] { io_.stop(); };
    for (Listener& listener : listeners)
      listeners_.emplace_back(std::move(listener), pool, reports_, in_flight_);
  }

  Status bind() {
    for (const OpenListener& at : listeners_)
      if (auto bound = bind(acceptors_.emplace_back(io_), at.listener.listen); !bound) return bound;
    return Done{};
  }

  void run() override {
    for (std::size_t i = 0; i < listeners_.size(); ++i)
      asio::co_spawn(io_, accept(acceptors_[i], listeners_[i]), asio::detached);
    io_.run();
  }

  void use_certificate(const std::string& pem) override {
    asio::post(io_, [this, pem] {
      for (OpenListener& at : listeners_) {
        error_code failed;
        if (at.tls) at.tls->use_certificate_chain(asio::buffer(pem), failed);
        if (failed) reports_.failed("certificate-not-used", failed.message());
      }
    });
  }

  void stop() override {
    asio::post(io_, [this] {
      error_code ignored;
      for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
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

  awaitable<void> accept(tcp::acceptor& acceptor, OpenListener& at) {
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
      auto place = at.crowd.enter(block_of(socket.remote_endpoint(ignored).address()),
                                  [fd = socket.native_handle()] { ::shutdown(fd, SHUT_RDWR); });
      if (!place) {  // hung up on before it cost anything
        reports_.refused("crowd");
        continue;
      }
      socket.set_option(tcp::no_delay(true), ignored);
      asio::co_spawn(strand, serve(tcp::socket(std::move(socket)), at, std::move(*place)),
                     [this](std::exception_ptr broken) {
                       try {
                         if (broken) std::rethrow_exception(broken);
                       } catch (const std::exception& error) {
                         reports_.failed("connection-failed", error.what());
                       }
                     });
    }
  }

  Reports reports_;  // these three outlive the coroutines that io_ holds
  InFlight in_flight_;
  std::deque<OpenListener> listeners_;
  asio::io_context io_{1};
  std::deque<tcp::acceptor> acceptors_;  // one a listener, in the same order
  asio::steady_timer give_up_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
};

}  // namespace

Result<std::unique_ptr<Server>> listen(std::vector<Listener> listeners, asio::thread_pool& pool,
                                       Reports reports) {
  auto server = std::make_unique<NetworkServer>(std::move(listeners), pool, std::move(reports));
  if (auto bound = server->bind(); !bound) return bound.refusal();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace veerpont::net
