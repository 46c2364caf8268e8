#include "client_sdk/home/home.h"

#include <algorithm>
#include <sstream>

#include "base/private_file.h"
#include "base/toml.h"
#include "client_sdk/guard/plain_text.h"
#include "client_sdk/home/own_keys.h"
#include "client_sdk/home/tls_identity.h"
#include "schemas/wire.h"
#include "veerpont/v1/keys.pb.h"
#include "veerpont/v1/keystore.pb.h"

namespace veerpont::sdk {
namespace {

// Empty or an address: what is neither must not turn into a connection past the proxy.
bool is_address(const std::string& text, bool may_be_empty) {
  return text.empty() ? may_be_empty : static_cast<bool>(Endpoint::parse(text));
}

}  // namespace

HomePaths::HomePaths(std::string home)
    : folder(std::move(home)),
      config(folder + "/veerpont.toml"),
      policy(folder + "/policy.toml"),
      secret_words(folder + "/secret-words.txt"),
      keystore(folder + "/keystore"),
      signing_keys(folder + "/signing-keys"),
      epochs(folder + "/epoch-keys"),
      dossier(folder + "/dossier.db"),
      certificate(folder + "/certificate.der") {}

Result<HomeConfig> HomeConfig::read(const std::string& path) {
  auto text = read_file(path, 1u << 20);
  if (!text)
    return text.refusal().code == RefusalCode::not_found
               ? Refusal{RefusalCode::not_found, "no home here; join first: " + path}
               : text.refusal();
  const auto parsed = parse_toml(*text);
  if (!parsed) return Refusal{RefusalCode::invalid_input, "veerpont.toml: not valid TOML"};
  const toml::table& table = *parsed;
  const auto value = [&](const char* name) { return table[name].value_or(std::string()); };
  const auto org = OrgId::parse(value("org"));
  const auto kind = org_kind_from_id(value("kind"));
  const auto key = audit::VerifierKey::parse(value("log_verifier_key"));
  if (!org || !kind || !key) return Refusal{RefusalCode::invalid_input, "veerpont.toml"};
  HomeConfig config{*org,
                    value("title"),
                    *kind,
                    value("broker"),
                    value("ca_certificate"),
                    *key,
                    value("federation"),
                    table["hidden"].value_or(false),
                    value("proxy")};
  if (auto addresses = config.check_addresses(); !addresses) return addresses.refusal();
  return config;
}

Status HomeConfig::write(const std::string& path) const {
  toml::table table;
  table.insert("org", org.str());
  table.insert("title", title);
  table.insert("kind", id_of(kind));
  table.insert("broker", broker);
  table.insert("ca_certificate", ca_certificate);
  table.insert("log_verifier_key", log_key.str());
  table.insert("federation", federation);
  table.insert("hidden", hidden);
  table.insert("proxy", proxy);
  std::ostringstream out;
  out << table << '\n';
  return write_private_file(path, out.str());
}

Status HomeConfig::check_addresses() const {
  if (!is_address(broker, false))
    return Refusal{RefusalCode::invalid_input, "broker: an address is HOST:PORT"};
  if (!is_address(proxy, true))
    return Refusal{RefusalCode::invalid_input, "proxy: an address is HOST:PORT"};
  return Done{};
}

Result<BrokerAddress> HomeConfig::address() const {
  if (auto checked = check_addresses(); !checked) return checked.refusal();
  return BrokerAddress{*Endpoint::parse(broker), ca_certificate,
                       proxy.empty() ? std::nullopt : std::optional(*Endpoint::parse(proxy))};
}

Result<std::shared_ptr<OpenHome>> OpenHome::open(const std::string& folder,
                                                 const crypto::Unlock& unlock) {
  HomePaths paths(folder);
  auto config = HomeConfig::read(paths.config);
  if (!config) return config.refusal();
  if (const auto form = dossier_form(paths.dossier);
      form && *form != 0 && (*form < kOldestDossierForm || *form > kDossierForm))
    return Refusal{
        RefusalCode::local_failure,
        "dossier: it has form " + std::to_string(*form) + " and this version reads forms " +
            std::to_string(kOldestDossierForm) + " to " + std::to_string(kDossierForm) +
            "; nothing was changed. Use the version that made it, or join in a new folder"};
  auto content = crypto::Keystore::open(paths.keystore, unlock);
  if (!content) return content.refusal();
  auto secrets = wire::parse<v1::OrganisationSecrets>(content->reveal());
  const std::size_t size = crypto::Key32::size;
  if (!secrets || secrets->identity_seed().size() != size ||
      secrets->cosigner_seed().size() != size || secrets->storage_key().size() != size)
    return Refusal{RefusalCode::malformed, "keystore"};
  auto certificate = read_file(paths.certificate);
  if (!certificate)
    return Refusal{RefusalCode::not_found, "joining was not finished; run join again"};
  const auto seed = [](std::string* bytes) {
    auto key = crypto::Key32::from(*bytes);
    crypto::wipe(bytes->data(), bytes->size());
    return key;
  };
  auto storage_key = seed(secrets->mutable_storage_key());
  auto dossier = std::make_unique<Dossier>(paths.dossier, storage_key);
  dossier->access_log.take_over([](const std::string& name) { return folded(name); });
  const auto next = [&](std::string* bytes) -> std::optional<crypto::SigningKey> {
    if (bytes->size() != size) return std::nullopt;
    return crypto::SigningKey::from_seed(seed(bytes));
  };
  auto own = OwnKeys::open(paths.signing_keys, storage_key);
  if (!own) return own.refusal();
  auto signing = own->signing();
  auto tls = own->tls();
  if (signing.empty() || tls.empty()) return Refusal{RefusalCode::malformed, "signing-keys"};
  auto home = std::make_shared<OpenHome>(
      OpenHome{std::move(paths), std::move(*config),
               crypto::SigningKey::from_seed(seed(secrets->mutable_identity_seed())),
               std::move(signing.front()),
               crypto::SigningKey::from_seed(seed(secrets->mutable_cosigner_seed())),
               std::move(storage_key), std::move(tls.front().key), std::move(*certificate),
               std::move(dossier), next(secrets->mutable_next_identity_seed())});
  if (auto adopted = home->adopt(*own); !adopted) return adopted.refusal();
  return home;
}

Status OpenHome::adopt_published_keys() {
  auto own = OwnKeys::open(paths.signing_keys, storage_key);
  return own ? adopt(*own) : Status(own.refusal());
}

Status OpenHome::adopt(const OwnKeys& own) {
  const auto certified = certified_key(certificate);
  for (auto& key : own.tls())
    if (certified == key.id) tls_key = std::move(key.key);
  const std::string last = dossier->settings.get("own-statement");
  if (last.empty()) return Done{};  // joining
  auto kept = wire::parse<v1::SignedKeyStatement>(last);
  auto body =
      kept ? wire::parse<v1::KeyStatement>(kept->body()) : Result<v1::KeyStatement>(kept.refusal());
  if (!body) return body.refusal();
  const v1::KeyStatement& published = *body;
  if (next_identity && published.identity_key() == next_identity->public_key()) {
    identity = std::move(*next_identity);
    next_identity.reset();
  }
  auto keys = own.signing();
  const v1::PublishedKey* newest = nullptr;
  for (const auto& listed : published.signing_keys()) {
    const auto mine = std::ranges::find(
        keys, listed.public_key(), [](const crypto::SigningKey& key) { return key.public_key(); });
    if (mine == keys.end() || (newest != nullptr && listed.from() < newest->from())) continue;
    newest = &listed;
    signing = crypto::SigningKey::from_seed(mine->seed());
  }
  return newest != nullptr ? Status(Done{})
                           : Status(Refusal{RefusalCode::local_failure,
                                            "signing-keys: none of the published ones"});
}

std::shared_ptr<OpenHome> OpenHome::beside() const {
  auto home = keys_alone();
  home->dossier = std::make_unique<Dossier>(paths.dossier, storage_key);
  return home;
}

std::shared_ptr<OpenHome> OpenHome::keys_alone() const {
  const auto same = [](const crypto::SigningKey& key) {
    return crypto::SigningKey::from_seed(key.seed());
  };
  return std::make_shared<OpenHome>(
      OpenHome{paths, config, same(identity), same(signing), same(cosigner), storage_key.clone(),
               crypto::SecretBytes::copy(tls_key.reveal()), certificate, nullptr, std::nullopt});
}

Status OpenHome::refresh() {
  auto renewed = read_file(paths.certificate);
  if (!renewed) return renewed.refusal();
  certificate = std::move(*renewed);
  return adopt_published_keys();
}

TwoPeople& OpenHome::people() {
  if (!opened_people) opened_people = open_two_people(paths.dossier, storage_key);
  return *opened_people;
}

std::string OpenHome::fingerprint() const {
  return crypto::to_hex(crypto::key_id(crypto::KeyType::identity, identity.public_key()).bytes());
}

}  // namespace veerpont::sdk
