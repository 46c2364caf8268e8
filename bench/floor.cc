#include "bench/floor.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <openssl/ssl.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <thread>

#include "base/limits.h"
#include "bench/line.h"
#include "bench/process.h"
#include "net/certificate_authority.h"
#include "schemas/session_protocol.h"
#include "schemas/wire.h"

namespace veerpont::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Socket = beast::websocket::stream<beast::ssl_stream<beast::tcp_stream>>;

constexpr std::size_t kReceiptBytes = 1200;
constexpr int kRoundTrips = 4000;
constexpr int kVerifications = 2000;
constexpr int kInserts = 64 * 256;

double per_operation(std::chrono::nanoseconds cpu, int operations) {
  return std::chrono::duration<double, std::micro>(cpu).count() / operations;
}

double measure_verification(const Parties& parties, const v1::Submit& submit) {
  const std::string key = parties.sender.key.public_key();
  const auto began = cpu_of_this_thread();
  for (int i = 0; i < kVerifications; ++i)
    if (!crypto::verify(key, crypto::Header::type, submit.envelope().header(),
                        submit.envelope().signature()))
      give_up("a signature does not hold");
  return per_operation(cpu_of_this_thread() - began, kVerifications);
}

double measure_insert(const std::string& folder, const std::string& bytes) {
  SQLite::Database db(folder + "/floor.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  db.exec(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE frames (place INTEGER "
      "PRIMARY KEY, bytes BLOB NOT NULL) STRICT;");
  SQLite::Statement insert(db, "INSERT INTO frames (bytes) VALUES (?)");
  const auto began = cpu_of_this_thread();
  for (int i = 0; i < kInserts; ++i) {
    if (i % 256 == 0) db.exec("BEGIN");
    insert.bindNoCopy(1, bytes.data(), static_cast<int>(bytes.size()));
    insert.exec();
    insert.reset();
    if (i % 256 == 255) db.exec("COMMIT");
  }
  return per_operation(cpu_of_this_thread() - began, kInserts);
}

// Answers every frame with one of a receipt's size; the connection alone, with the broker's own TLS
// settings.
class Answering {
 public:
  explicit Answering(const sdk::OpenHome& home)
      : ca_key_(net::generate_tls_key()), ca_(net::make_ca_certificate(ca_key_, "floor")) {
    const auto key = net::generate_tls_key();
    const auto* der = reinterpret_cast<const unsigned char*>(key.reveal().data());
    EVP_PKEY* used = d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(key.size()));
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_3_VERSION);
    SSL_CTX_set_options(tls_.native_handle(), SSL_OP_CLEANSE_PLAINTEXT);
    tls_.use_certificate_chain(
        asio::buffer(net::make_server_certificate(ca_key_, ca_, key, "127.0.0.1")));
    if (SSL_CTX_use_PrivateKey(tls_.native_handle(), used) != 1) give_up("the floor's certificate");
    EVP_PKEY_free(used);
    thread_ = std::thread([this] { run(); });
    address_ = {{"127.0.0.1", acceptor_.local_endpoint().port()}, ca_, {}};
    auto transport =
        sdk::connect_websocket(address_, home.client_identity(),
                               std::chrono::steady_clock::now() + std::chrono::seconds(10));
    if (!transport) give_up(describe(transport.refusal()));
    transport_ = std::move(*transport);
  }
  ~Answering() {
    transport_.reset();
    thread_.join();
  }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  void round_trip(const std::string& frame) {
    const auto soon = Clock::now() + std::chrono::seconds(10);
    if (!transport_->send(frame, soon)) give_up("the floor's connection");
    if (auto answer = transport_->receive(soon); !answer || !*answer)
      give_up("the floor's connection");
  }
  std::chrono::nanoseconds cpu() const { return std::chrono::nanoseconds(cpu_.load()); }

 private:
  void run() {
    pin_this_thread(0);
    asio::co_spawn(io_, serve(), asio::detached);
    io_.run();
  }
  asio::awaitable<void> serve() {
    constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
    tcp::socket accepted = co_await acceptor_.async_accept(asio::use_awaitable);
    accepted.set_option(tcp::no_delay(true));
    Socket socket(beast::tcp_stream(std::move(accepted)), tls_);
    co_await socket.next_layer().async_handshake(asio::ssl::stream_base::server,
                                                 asio::use_awaitable);
    socket.set_option(beast::websocket::stream_base::decorator([](auto& response) {
      response.set(beast::http::field::sec_websocket_protocol, kSessionProtocol);
    }));
    co_await socket.async_accept(asio::use_awaitable);
    socket.read_message_max(limits::frame_bytes);
    socket.binary(true);
    const std::string answer(kReceiptBytes, 'r');
    beast::flat_buffer buffer;
    for (;;) {
      const auto [failed, size] = co_await socket.async_read(buffer, quietly);
      if (failed) co_return;
      buffer.consume(buffer.size());
      const auto [unsent, written] = co_await socket.async_write(asio::buffer(answer), quietly);
      if (unsent) co_return;
      cpu_ = cpu_of_this_thread().count();
    }
  }

  crypto::SecretBytes ca_key_;
  std::string ca_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::atomic<std::int64_t> cpu_ =
      0;  // of the answering thread, nanoseconds, after its last answer
  sdk::BrokerAddress address_;
  std::thread thread_;
  std::unique_ptr<sdk::Transport> transport_;
};

double measure_round_trip(const sdk::OpenHome& home, const std::string& frame) {
  Answering server(home);
  for (int i = 0; i < kRoundTrips / 10; ++i) server.round_trip(frame);
  const auto began = server.cpu();
  for (int i = 0; i < kRoundTrips; ++i) server.round_trip(frame);
  return per_operation(server.cpu() - began, kRoundTrips);
}

}  // namespace

Floor measure_floor(const std::string& folder, const sdk::OpenHome& home, const Parties& parties) {
  const v1::ClientFrame frame = fakes::submit_frame(parties.sender, parties.recipient_keys,
                                                    {.grant = fakes::fresh<GrantId>(),
                                                     .referral = fakes::fresh<ReferralId>(),
                                                     .categories = sections(),
                                                     .created = SystemClock().now(),
                                                     .section_bytes = kSectionBytes});
  const std::string bytes = wire::serialise(frame);
  return {measure_verification(parties, frame.submit()), measure_round_trip(home, bytes),
          measure_insert(folder, bytes)};
}

}  // namespace veerpont::bench
