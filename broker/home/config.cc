#include "broker/home/config.h"

#include <charconv>
#include <sstream>

#include "base/private_file.h"
#include "base/toml.h"

namespace veerpont::broker {
namespace {

Refusal invalid(std::string what) { return Refusal{RefusalCode::invalid_input, std::move(what)}; }

template <class Number>
Status positive(const toml::table& table, const char* name, Number& out) {
  const auto node = table["limits"][name];
  if (!node) return Done{};
  const auto value = node.value<std::int64_t>();
  if (!value || *value <= 0 || *value > (std::int64_t{1} << 40))
    return invalid(std::string("veerpontd.toml: limits.") + name);
  out = static_cast<Number>(*value);
  return Done{};
}

Status seconds(const toml::table& table, const char* name, std::chrono::seconds& out) {
  std::int64_t count = out.count();
  auto read = positive(table, name, count);
  out = std::chrono::seconds(count);
  return read;
}

}  // namespace

Result<Config> Config::read(const std::string& home) {
  auto text = read_file(HomePaths(home).config, 1u << 20);
  if (!text) return text.refusal();
  const auto parsed = parse_toml(*text);
  if (!parsed) return invalid("veerpontd.toml: not valid TOML");
  const toml::table& table = *parsed;
  Config config;
  config.name = table["name"].value_or(std::string());
  auto listen = Endpoint::parse(table["listen"].value_or(std::string()));
  auto admin = Endpoint::parse(table["admin"].value_or(std::string()));
  if (config.name.empty()) return invalid("veerpontd.toml: name");
  if (!listen) return invalid("veerpontd.toml: listen");
  if (!admin) return invalid("veerpontd.toml: admin");
  auto address = Endpoint::parse(table["address"].value_or(listen->str()));
  if (!address) return invalid("veerpontd.toml: address");
  config.listen = *listen;
  config.address = *address;
  config.admin = *admin;
  config.oversight_bodies = table["oversight"].value_or(std::string("none")) == "bodies";
  config.ca_certificate = table["ca_certificate"].value_or(std::string());
  // A renewed certificate lies in a file of its own: the configuration is the operator's.
  auto renewed = read_file(HomePaths(home).server_certificate, 64u << 10);
  config.server_certificate =
      renewed ? *renewed : table["server_certificate"].value_or(std::string());
  for (const auto& done :
       {positive(table, "undelivered_messages", config.most_messages),
        positive(table, "undelivered_bytes", config.most_bytes),
        positive(table, "sessions", config.most_sessions),
        positive(table, "reserve_bytes", config.reserve_bytes),
        positive(table, "ballast_bytes", config.ballast_bytes),
        positive(table, "changes_per_hour", config.changes_per_hour),
        positive(table, "change_bytes_per_hour", config.change_bytes_per_hour),
        positive(table, "unauthenticated_connections", config.most_unauthenticated),
        positive(table, "unsent_bytes", config.most_unsent),
        positive(table, "connections_per_address", config.most_per_address),
        seconds(table, "handshake_seconds", config.handshake_time),
        positive(table, "submissions_per_second", config.submissions_per_second),
        positive(table, "submissions_burst", config.submissions_burst),
        positive(table, "event_years", config.event_years)})
    if (!done) return done.refusal();
  return config;
}

Status Config::write(const std::string& home) const {
  toml::table table;
  table.insert("name", name);
  table.insert("listen", listen.str());
  table.insert("address", address.str());
  table.insert("admin", admin.str());
  table.insert("oversight", oversight_bodies ? "bodies" : "none");
  table.insert("ca_certificate", ca_certificate);
  table.insert("server_certificate", server_certificate);
  std::ostringstream out;
  out << "# Veerpont broker. Limits may be set in a [limits] table: undelivered_messages, "
         "undelivered_bytes, sessions,\n"
         "# reserve_bytes, ballast_bytes, submissions_per_second, submissions_burst, "
         "changes_per_hour, change_bytes_per_hour,\n"
         "# unauthenticated_connections, connections_per_address,\n"
         "# handshake_seconds, unsent_bytes, event_years (how long events about closed business "
         "keep their bodies).\n"
      << table << '\n';
  return write_private_file(HomePaths(home).config, out.str());
}

HomePaths::HomePaths(std::string folder)
    : home(std::move(folder)),
      config(home + "/veerpontd.toml"),
      server_certificate(home + "/server-certificate.pem"),
      keystore(home + "/keystore"),
      credential(home + "/development.credential"),
      database(home + "/broker.db"),
      vault(home + "/vault/share-keys"),
      high_water(home + "/high-water"),
      frozen(home + "/frozen"),
      asking(home + "/asking-witnesses"),
      socket(home + "/control.sock"),
      lock(home + "/lock"),
      access_points(home + "/access-points.txt"),
      ballast(home + "/ballast"),
      clock_mark(home + "/clock-mark") {}

}  // namespace veerpont::broker
