#include "gateway/operate/house.h"

#include "base/private_file.h"
#include "base/toml.h"
#include "gateway/operate/certificate.h"

namespace veerpont::gateway {
namespace {

constexpr std::size_t kThreads = 16;  // what they do may wait: for Argon2id, for the broker
constexpr std::size_t kMostConnections = 3'000;
constexpr std::size_t kMostOfOneBlock = 2'000;  // an organisation may sit behind one address
constexpr auto kHandshakeTime = std::chrono::seconds(10);

std::string path_of(const std::string& home) { return home + "/gateway/gateway.toml"; }

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

Result<Config> Config::read(const std::string& home) {
  auto text = read_file(path_of(home), 64u << 10);
  if (!text) return Refusal{RefusalCode::not_found, "no gateway here: run `veerpont-gateway init`"};
  const auto table = parse_toml(*text);
  const auto value = [&](const char* key) {
    return table ? (*table)[key].value_or(std::string()) : std::string();
  };
  auto listen = Endpoint::parse(value("listen"));
  if (!table || !listen || value("name").empty())
    return Refusal{RefusalCode::malformed, "gateway.toml"};
  return Config{value("name"), *listen, value("certificate_file"), value("key_file")};
}

Status Config::write(const std::string& home) const {
  std::string text = "# How browsers reach this organisation's workbench.\nname = " + quoted(name) +
                     "\nlisten = " + quoted(listen.str()) + "\n";
  if (!certificate_file.empty())
    text += "certificate_file = " + quoted(certificate_file) + "\nkey_file = " + quoted(key_file) +
            "\n";
  return write_private_file(path_of(home), text);
}

std::string Config::origin() const {
  return "https://" + name + (listen.port == 443 ? "" : ":" + std::to_string(listen.port));
}

House::House(Config config, Databases databases, Home home)
    : config_(std::move(config)),
      databases_(std::move(databases)),
      enrolment_(*databases_.people, client_, clock_, config_.party()),
      site_(client_, *databases_.people, *databases_.work, *databases_.repeats, clock_,
            config_.party()),
      client_(std::move(home)),
      pool_(kThreads) {}

Result<std::unique_ptr<House>> House::open(const std::string& home, const Unlock& unlock) {
  auto config = Config::read(home);
  if (!config) return config.refusal();
  auto databases = open_databases(home, unlock.inner());
  if (!databases) return databases.refusal();
  auto opened = Home::open(home, unlock);
  if (!opened) return opened.refusal();
  return std::unique_ptr<House>(
      new House(std::move(*config), std::move(*databases), std::move(*opened)));
}

Status House::listen() {
  auto identity = config_.certificate_file.empty()
                      ? server_identity(*databases_.people, config_.name, clock_.now())
                      : identity_from(config_.certificate_file, config_.key_file);
  if (!identity) return identity.refusal();
  std::vector<net::Listener> listeners;
  listeners.push_back(
      {config_.listen, std::move(*identity), kMostConnections, kMostOfOneBlock, kHandshakeTime,
       [this](const net::HttpRequest& asked) { return site_.answer(asked); }, std::nullopt});
  auto server = net::listen(std::move(listeners), pool_,
                            {[](const char*) {}, [](const char*, const std::string&) {}});
  if (!server) return server.refusal();
  server_ = std::move(*server);
  return Done{};
}

void House::run() {
  client_.start([this] { site_.changed(); });
  server_->run();
}

void House::stop() { server_->stop(); }

void House::sweep() {
  try {
    site_.sweep();
  } catch (const std::exception&) {
    // A full disk, a damaged database: the pages say so, and this is tried again.
  }
  if (clock_.now() - looked_ < std::chrono::minutes(1) && clock_.now() >= looked_) return;
  looked_ = clock_.now();
  if (!config_.certificate_file.empty()) return;
  if (const auto fresh = server_identity(*databases_.people, config_.name, clock_.now()))
    server_->use_certificate(fresh->certificate_chain);
}

}  // namespace veerpont::gateway
