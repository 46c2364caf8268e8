// Whatever comes over the network: a clear refusal, the broker unharmed and within its memory, and
// an honest crossing goes on meanwhile.
#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/resource.h>

#include <fstream>
#include <sstream>

#include "base/limits.h"
#include "client_sdk/home/tls_identity.h"
#include "schemas/wire.h"
#include "tests/e2e/hostile_socket.h"
#include "tests/e2e/memory.h"
#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

// MiB of memory that the process had at most.
std::size_t high_water_mb(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) / 1024;
  return 0;
}

class Hostile : public testing::Test {
 protected:
  void SetUp() override {
    rlimit files{4096, 4096};
    ::setrlimit(RLIMIT_NOFILE, &files);
    f.two_organisations();
    ASSERT_EQ(f.stop(), 0);
    std::ofstream(f.broker_home() + "/veerpontd.toml", std::ios::app)
        << "[limits]\nhandshake_seconds = 2\nsubmissions_per_second = 5000\nunsent_bytes = "
           "2000000\n";
    f.serve();
    ASSERT_GT(f.pid(), 0) << f.log();
    grant = f.grant("de-binnenvest", "jgt-leiden");
    before_mb = high_water_mb(f.pid());
  }
  void TearDown() override {
    const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
    const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
    EXPECT_EQ(opened.code, 0) << opened.err;
    EXPECT_EQ(f.state("de-binnenvest", referral), "in-review");
    if (!kSanitized) {
      EXPECT_LT(high_water_mb(f.pid()), before_mb + 160) << "the broker's memory";
    }
    EXPECT_EQ(f.operate({"check"}).code, 0);
    EXPECT_EQ(f.stop(), 0);
  }
  // While whatever the test does is going on.
  void an_honest_crossing_completes() {
    const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
    EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
    EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 0);
    EXPECT_EQ(f.state("de-binnenvest", referral), "accepted");
  }
  // A member's connection, upgraded, with its own hands on the bytes.
  std::unique_ptr<HostileSocket> member(RawClient& as, const std::string& headers = {}) {
    auto socket = std::make_unique<HostileSocket>(f.port());
    EXPECT_TRUE(socket->tls(HostileSocket::Shown{as.home().certificate, &as.home().tls_key}));
    head = socket->upgrade(headers);
    EXPECT_NE(head.find("101"), std::string::npos) << head;
    return socket;
  }
  static std::string hello() {
    v1::ClientFrame frame;
    frame.set_request_id(1);
    frame.mutable_hello();
    return wire::serialise(frame);
  }
  Federation f;
  std::string grant, head;
  std::size_t before_mb = 0;
};

TEST_F(Hostile, FramesThatAreTooLargeTruncatedOrNoProtobuf) {
  RawClient shelter(f, "de-binnenvest");
  auto oversize = member(shelter);
  oversize->send_frame(0x82, hello());
  oversize->send_frame(0x82, std::string(limits::frame_bytes + 1, 'x'));
  EXPECT_TRUE(oversize->is_hung_up_on());
  auto nonsense = member(shelter);
  nonsense->send_frame(0x82, "no protobuf at all");
  const auto answer = nonsense->receive_all();
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->find("ClientFrame"), std::string::npos)
      << "refused by name: malformed (ClientFrame)";
  auto truncated = member(shelter);
  truncated->send(std::string("\x82\xfe\x10\x00", 4) +
                  std::string(100, 'x'));  // says 4096 bytes, brings 96
  truncated.reset();
  auto unmasked = member(shelter);
  unmasked->send(std::string("\x82\x05hello", 7));
  EXPECT_TRUE(unmasked->is_hung_up_on());
  an_honest_crossing_completes();
}

TEST_F(Hostile, TenThousandSectionsAreRefusedAndTheSessionGoesOn) {
  RawClient shelter(f, "de-binnenvest");
  v1::ClientFrame frame =
      shelter.submit({"jgt-leiden", grant, fresh<ReferralId>().hex(), Step::refer, kUsual});
  shelter.sign_again(frame, [](v1::Header& header) {
    const auto one = header.sections(0);
    for (int i = 0; i < 10'000; ++i) *header.add_sections() = one;
  });
  EXPECT_EQ(shelter.outcome(shelter.request(frame)), "too-large");
  v1::ClientFrame few =
      shelter.submit({"jgt-leiden", grant, fresh<ReferralId>().hex(), Step::refer, kUsual});
  shelter.sign_again(few, [](v1::Header& header) {
    const auto one = header.sections(0);
    while (header.sections_size() < 17) *header.add_sections() = one;
  });
  EXPECT_EQ(shelter.outcome(shelter.request(few)), "too-large");
  EXPECT_EQ(shelter.outcome(shelter.request(shelter.submit(
                {"jgt-leiden", grant, fresh<ReferralId>().hex(), Step::refer, kUsual}))),
            "");
}

TEST_F(Hostile, AClientThatNeverReadsIsCutOff) {
  RawClient shelter(f, "de-binnenvest");
  const Time now = SystemClock().now();
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(shelter.outcome(shelter.request(shelter.grant("jgt-leiden", {Category::routing}, now,
                                                            *amsterdam_midnight("2099-01-01"),
                                                            fresh<GrantId>()))),
              "");
  auto deaf = member(shelter);
  deaf->send_frame(0x82, hello());
  v1::ClientFrame page;
  page.mutable_events()->set_count(512);
  bool open = true;
  for (std::uint64_t i = 2; i < 500 && open; ++i) {
    page.set_request_id(i);
    open = deaf->send_frame(0x82, wire::serialise(page));
  }
  an_honest_crossing_completes();
  // It reads nothing, so it cannot see the end: the broker says so.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (f.metric(R"(veerpont_connections_refused_total{why="unread"})") < 1 &&
         std::chrono::steady_clock::now() < deadline)
    ::poll(nullptr, 0, 20);
  EXPECT_EQ(f.metric(R"(veerpont_connections_refused_total{why="unread"})"), 1);
}

TEST_F(Hostile, SlownessBeforeASessionHasAnEnd) {
  HostileSocket silent(f.port(), "127.0.0.2");
  HostileSocket half(f.port(), "127.0.0.2");
  half.send(std::string("\x16\x03\x01\x02\x00\x01", 6));  // the first bytes of a handshake
  HostileSocket slow(f.port(), "127.0.0.2");
  ASSERT_TRUE(slow.tls());
  RawClient shelter(f, "de-binnenvest");
  HostileSocket no_upgrade(f.port(), "127.0.0.2");
  ASSERT_TRUE(
      no_upgrade.tls(HostileSocket::Shown{shelter.home().certificate, &shelter.home().tls_key}));
  an_honest_crossing_completes();
  EXPECT_TRUE(silent.is_hung_up_on());
  EXPECT_TRUE(half.is_hung_up_on());
  EXPECT_TRUE(no_upgrade.is_hung_up_on());
  // A byte now and then does not buy more time: the deadline is for the whole request.
  const std::string request = "GET /readyz HTTP/1.1\r\nX: " + std::string(4000, 'x');
  const auto begin = std::chrono::steady_clock::now();
  bool open = true;
  for (std::size_t i = 0; i < request.size() && open &&
                          std::chrono::steady_clock::now() - begin < std::chrono::seconds(60);
       ++i)
    open = slow.send(request.substr(i, 1)) && !slow.receive_all(100);
  EXPECT_FALSE(open);
}

TEST_F(Hostile, WebSocketTricks) {
  RawClient shelter(f, "de-binnenvest");
  auto compressed = member(shelter, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  EXPECT_EQ(head.find("permessage-deflate"), std::string::npos) << "nothing is ever inflated";
  compressed->send_frame(0xc2, hello());  // RSV1 all the same
  EXPECT_TRUE(compressed->is_hung_up_on());
  auto fragments = member(shelter);
  const std::string whole = hello();
  fragments->send_frame(0x02, whole.substr(0, 1));
  for (int i = 0; i < 5000; ++i) fragments->send_frame(0x00, "");
  fragments->send_frame(0x80, whole.substr(1));
  EXPECT_NE(fragments->receive(40).find("de-binnenvest"), std::string::npos)
      << "many small pieces are still one frame";
  auto endless = member(shelter);
  endless->send_frame(0x02, "x");
  bool open = true;
  for (std::size_t sent = 0; sent < 2 * limits::frame_bytes && open; sent += 65536)
    open = endless->send_frame(0x00, std::string(65536, 'x'));
  EXPECT_TRUE(endless->is_hung_up_on());
  auto text = member(shelter);
  text->send_frame(0x81, "{\"hello\":{}}");
  EXPECT_TRUE(text->is_hung_up_on());
  HostileSocket elsewhere(f.port());
  ASSERT_TRUE(
      elsewhere.tls(HostileSocket::Shown{shelter.home().certificate, &shelter.home().tls_key}));
  elsewhere.send(
      "GET /v1/other HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  EXPECT_TRUE(elsewhere.is_hung_up_on());
  an_honest_crossing_completes();
}

// A certificate that says the organisation's name but that nobody of the federation signed.
std::string self_signed(const crypto::SecretBytes& secret, const std::string& name) {
  const auto* der = reinterpret_cast<const unsigned char*>(secret.reveal().data());
  EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(secret.size()));
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  std::string out(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

TEST_F(Hostile, CertificatesOfNobodyOpenNoSession) {
  const auto made = sdk::make_tls_identity(*OrgId::parse("de-binnenvest"));
  HostileSocket foreign(f.port());
  // TLS 1.3: the refusal comes as an alert, with the first read.
  const bool shaken =
      foreign.tls(HostileSocket::Shown{self_signed(made.key, "de-binnenvest"), &made.key});
  EXPECT_EQ((shaken ? foreign.upgrade() : "").find("101"), std::string::npos);
  EXPECT_TRUE(foreign.is_hung_up_on());
  HostileSocket nobody(f.port());
  ASSERT_TRUE(nobody.tls());
  const std::string head_without = nobody.upgrade();
  EXPECT_EQ(head_without.find("101"), std::string::npos) << head_without;
  an_honest_crossing_completes();
}

TEST_F(Hostile, AThousandConnectionsFromOneAddressLeaveRoomForOthers) {
  std::vector<std::unique_ptr<HostileSocket>> crowd;
  for (int i = 0; i < 1000; ++i)
    crowd.push_back(std::make_unique<HostileSocket>(f.port(), "127.0.0.2"));
  an_honest_crossing_completes();
  std::size_t hung_up = 0;
  for (auto& socket : crowd) hung_up += !socket->connected() || socket->is_hung_up_on(10'000);
  EXPECT_EQ(hung_up, 1000u) << "most at once, the rest when their handshake never came";
}

TEST_F(Hostile, IdleConnectionsFromEightAddressesLeaveRoomForMembers) {
  ASSERT_EQ(f.stop(), 0);
  std::string config = contents(f.broker_home() + "/veerpontd.toml");
  config.replace(config.find("handshake_seconds = 2"), 21,
                 "unauthenticated_connections = 64\nhandshake_seconds = 60");
  std::ofstream(f.broker_home() + "/veerpontd.toml") << config;
  f.serve();
  std::vector<std::unique_ptr<HostileSocket>> crowd;
  for (int address = 2; address < 10; ++address)
    for (int i = 0; i < 8; ++i) {
      crowd.push_back(
          std::make_unique<HostileSocket>(f.port(), "127.0.0." + std::to_string(address)));
      ASSERT_TRUE(crowd.back()->tls());
      ASSERT_TRUE(
          crowd.back()->send("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"));
      ASSERT_NE(crowd.back()->receive(12).find("200"), std::string::npos);
    }
  an_honest_crossing_completes();
  EXPECT_EQ(f.metric(R"(veerpont_connections_refused_total{why="crowd"})"), 0);
}

TEST_F(Hostile, AConnectionIsNotKeptForEver) {
  HostileSocket stranger(f.port());
  ASSERT_TRUE(stranger.tls());
  const auto is_answered = [&] {
    std::string answer;
    if (!stranger.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")) return false;
    for (std::string more = " "; !more.empty() && !answer.ends_with("alive\n"); answer += more)
      more = stranger.receive(1);
    return answer.ends_with("alive\n");
  };
  int answered = 0;
  while (answered < 1000 && is_answered()) ++answered;
  EXPECT_EQ(answered, 64) << "then it connects anew";
}

TEST_F(Hostile, AFloodOfRefusalsLeavesSixtyEventsAndASummary) {
  RawClient shelter(f, "de-binnenvest");
  for (int i = 0; i < 400; ++i)
    EXPECT_EQ(shelter.outcome(
                  shelter.request(fakes::withdraw_frame(shelter.signer(), fresh<GrantId>(), {}))),
              "unknown-grant");
  an_honest_crossing_completes();
  EXPECT_EQ(f.events("de-binnenvest", "refused").size(), 60u);
  ASSERT_EQ(f.stop(), 0);
  f.serve();
  ASSERT_GT(f.pid(), 0) << f.log();
  EXPECT_EQ(f.events("de-binnenvest", "refused-summary").size(), 1u);
}

TEST_F(Hostile, AMemberHasItsBudgetOfChangesAndWithdrawalsHaveNone) {
  ASSERT_EQ(f.stop(), 0);
  std::ofstream(f.broker_home() + "/veerpontd.toml", std::ios::app) << "changes_per_hour = 20\n";
  f.serve();
  RawClient shelter(f, "de-binnenvest");
  const Time now = SystemClock().now();
  const Time expires = *amsterdam_midnight(f.first_of_next_month());
  std::vector<GrantId> grants;
  std::string last;
  for (int i = 0; i < 40 && last.empty(); ++i) {
    grants.push_back(fresh<GrantId>());
    last = shelter.outcome(shelter.request(
        shelter.grant("jgt-leiden", {Category::routing}, now, expires, grants.back())));
  }
  EXPECT_EQ(last, "busy");
  EXPECT_LE(grants.size(), 22u);
  grants.pop_back();
  for (const GrantId& one : grants)
    EXPECT_EQ(shelter.outcome(shelter.request(fakes::withdraw_frame(shelter.signer(), one, {}))),
              "")
        << "without a budget";
  EXPECT_EQ(f.as("jgt-leiden", {"inbox"}).code, 0) << "nobody else's budget";
  ASSERT_EQ(f.stop(), 0);
  std::string config = contents(f.broker_home() + "/veerpontd.toml");
  std::ofstream(f.broker_home() + "/veerpontd.toml")
      << config.replace(config.find("changes_per_hour = 20"), 21, "changes_per_hour = 3600");
  f.serve();
}

TEST_F(Hostile, RequestsThatSmuggleOrClimbGetNothing) {
  const auto ask = [&](const std::string& request) {
    HostileSocket socket(f.port());
    EXPECT_TRUE(socket.tls());
    socket.send(request);
    return socket.receive_all(40'000).value_or("nothing came");
  };
  const auto get = [&](const std::string& target) {
    return ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  };
  ASSERT_NE(get("/log/checkpoint").find("200 OK"), std::string::npos);
  for (const char* target :
       {"/log/../veerpontd.toml", "/log/tile/../../broker.db", "/log/%2e%2e/keystore",
        "/log/tile/0/..%2f..", "//log/checkpoint", "/log/tile/0/000/", "/log/tile/0/x000/000",
        "/log/tile/9/000", "/log/tile/-1/000", "/log/tile/0/18446744073709551616",
        "/log/checkpoint/", "/log/checkpoint?x", "http://x/log/checkpoint", "*", "/metrics",
        "/withdraw"}) {
    const std::string answer = get(target);
    EXPECT_NE(answer.find("404 Not Found"), std::string::npos) << target << "\n" << answer;
  }
  const std::string inner = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";
  // Two lengths, or a length beside chunks: one answer at most, and no second request is read out
  // of the body.
  for (const char* lengths : {"Content-Length: 35\r\nTransfer-Encoding: chunked\r\n",
                              "Content-Length: 35\r\nContent-Length: 0\r\n",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                              "Content-Length: +35\r\n", "Content-Length: 35, 35\r\n"}) {
    const std::string answer =
        ask(std::string("POST /enrol HTTP/1.1\r\nHost: x\r\n") + lengths + "\r\n" + inner);
    EXPECT_EQ(answer.find("ready"), std::string::npos) << lengths << answer;
  }
  EXPECT_EQ(
      ask("GET /log/checkpoint HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n")
          .find("200"),
      std::string::npos);
  EXPECT_EQ(ask("POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n").find("200"),
            std::string::npos);
  EXPECT_EQ(ask(std::string("GET /log/checkpoint\0 HTTP/1.1\r\n\r\n", 32)).find("200"),
            std::string::npos);
  EXPECT_EQ(
      ask("DELETE /log/checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").find("200"),
      std::string::npos);
  an_honest_crossing_completes();
}

TEST_F(Hostile, UsedAndAlteredInvitations) {
  ASSERT_EQ(f.operate({"invite", "go-voor-jeugd", "--title", "Go!", "--kind", "youth-team", "--out",
                       f.folder() + "/go.invitation"})
                .code,
            0);
  const std::string honest = contents(f.folder() + "/go.invitation");
  const auto join_with = [&](const std::string& name, const std::string& text) {
    return f.as(name, {"join", f.write(name + ".invitation", text), "--credential",
                       f.folder() + "/" + name + ".credential"});
  };
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = honest;
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return text.replace(at, from.size(), to);
  };
  const Ran other_org = join_with("a", changed("\"go-voor-jeugd\"", "\"jgt-leiden\""));
  EXPECT_EQ(other_org.code, 3) << other_org.err;
  const std::string token(boost::json::value(Ran{0, honest, ""}.json()).at("token").as_string());
  EXPECT_EQ(join_with("b", changed(token, std::string(64, 'a'))).code, 3);
  EXPECT_EQ(join_with("c", changed(token, "abc")).code, 2);
  EXPECT_EQ(join_with("d", honest.substr(0, honest.size() / 2)).code, 2);
  const std::string certificate(
      boost::json::value(Ran{0, honest, ""}.json()).at("caCertificate").as_string());
  EXPECT_EQ(
      join_with("e", changed("BEGIN CERTIFICATE-----\\n", "BEGIN CERTIFICATE-----\\nAAAA")).code,
      1);
  const Ran joined = join_with("go-voor-jeugd", honest);
  ASSERT_EQ(joined.code, 0) << joined.err;
  const Ran again = join_with("g", honest);
  EXPECT_EQ(again.code, 3) << again.err;
  EXPECT_NE(again.err.find("unknown-code"), std::string::npos) << again.err;
  // The log introduces it otherwise than the file that it was given.
  ASSERT_EQ(f.operate({"invite", "andere-dienst", "--title", "Andere", "--kind", "youth-team",
                       "--out", f.folder() + "/andere.invitation"})
                .code,
            0);
  std::string kind = contents(f.folder() + "/andere.invitation");
  const auto at = kind.find("youth-team");
  ASSERT_NE(at, kind.npos);
  EXPECT_EQ(join_with("andere-dienst", kind.replace(at, 10, "shelter")).code, 4);
}

}  // namespace
}  // namespace veerpont::e2e
