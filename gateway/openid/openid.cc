#include "gateway/openid/openid.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "net/curl.h"
#include "schemas/wire.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;

constexpr char kSetting[] = "openid", kClaim[] = "preferred_username";
constexpr long kProviderTime = 10;                     // seconds
constexpr std::size_t kMostProviderSays = 256u << 10;  // bytes

Refusal not_in() { return {RefusalCode::login_failed}; }
Refusal silent() {
  return {RefusalCode::local_failure, "the work account's server does not answer as it should"};
}

bool is_https(const std::string& url) {
  return url.starts_with("https://") && url.size() > 8 && url.size() <= 500 &&
         url.find('@') == std::string::npos &&
         std::ranges::all_of(url, [](unsigned char c) { return c > ' ' && c < 127; });
}

std::string escaped(const std::string& text) {
  const net::CurlHandle curl = net::new_curl();
  char* made = curl_easy_escape(curl.get(), text.data(), static_cast<int>(text.size()));
  std::string out(made == nullptr ? "" : made);
  curl_free(made);
  return out;
}

std::string form(std::initializer_list<std::pair<const char*, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += (out.empty() ? "" : "&") + std::string(name) + "=" + escaped(value);
  return out;
}

std::size_t keep(const char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& text = *static_cast<std::string*>(to);
  if (text.size() + size * count > kMostProviderSays) return 0;
  text.append(bytes, size * count);
  return size * count;
}

// GET, or POST of a form in the name of the client.
std::optional<json::object> ask(const v1::StoredOpenId& settings, const std::string& url,
                                const std::string& posted = {}) {
  if (!is_https(url)) return std::nullopt;
  const net::CurlHandle curl = net::new_curl();
  std::string said;
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  net::trust(curl.get(), settings.authority());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kProviderTime);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &said);
  // RFC 6749, section 2.3.1: both are form-encoded first.
  const std::string user = escaped(settings.client_id()),
                    secret = escaped(settings.client_secret());
  if (!posted.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_COPYPOSTFIELDS, posted.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, secret.c_str());
  }
  long status = 0;
  if (curl_easy_perform(curl.get()) != CURLE_OK) return std::nullopt;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  json::error_code failed;
  const json::value read = json::parse(said, failed);
  crypto::wipe(said.data(), said.size());
  if (status != 200 || failed || !read.is_object()) return std::nullopt;
  return read.as_object();
}

std::string said_in(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::string fresh() { return base64url(crypto::random_bytes(32)); }

}  // namespace

std::optional<v1::StoredOpenId> OpenId::stored() {
  const auto kept = store_.setting(kSetting);
  v1::StoredOpenId settings;
  if (!kept || !wire::parse_stored(kept->reveal(), settings) || settings.issuer().empty())
    return std::nullopt;
  return settings;
}

v1::OpenIdSettings OpenId::settings() {
  v1::OpenIdSettings out;
  out.set_redirect_uri(redirect_uri_);
  const auto kept = stored();
  if (!kept) return out;
  out.set_issuer(kept->issuer());
  out.set_client_id(kept->client_id());
  out.set_authority(kept->authority());
  out.set_claim(kept->claim());
  return out;
}

Result<v1::OpenIdSettings> OpenId::set(const v1::OpenIdSettings& wanted) {
  v1::StoredOpenId settings;
  if (!wanted.issuer().empty()) {
    if (hidden_()) return Refusal{RefusalCode::hidden_organisation, "openid"};
    if (!is_https(wanted.issuer()))
      return Refusal{RefusalCode::invalid_input, "issuer: https://HOST, at most 500 characters"};
    if (wanted.client_id().empty())
      return Refusal{RefusalCode::invalid_input, "clientId: as the provider knows this gateway"};
    const auto before = stored();
    const bool same =
        before && before->issuer() == wanted.issuer() && before->client_id() == wanted.client_id();
    settings.set_issuer(wanted.issuer());
    settings.set_client_id(wanted.client_id());
    settings.set_client_secret(wanted.client_secret().empty() && same ? before->client_secret()
                                                                      : wanted.client_secret());
    settings.set_authority(wanted.authority());
    settings.set_claim(wanted.claim().empty() ? kClaim : wanted.claim());
  }
  store_.put_setting(kSetting, wire::serialise(settings));
  return this->settings();
}

Result<std::shared_ptr<void>> OpenId::begin_talk() {
  const Lock lock(mutex_);
  if (talks_ >= kMostTalks)
    return Refusal{RefusalCode::busy, "the work account's server is being asked"};
  ++talks_;
  return std::shared_ptr<void>(nullptr, [this](void*) {
    const Lock ending(mutex_);
    --talks_;
  });
}

Result<OpenId::Provider> OpenId::discover(const v1::StoredOpenId& settings) {
  const std::string about = wire::serialise(settings);
  {
    const Lock lock(mutex_);
    const auto age = clock_.now() - known_since_;
    if (known_ && known_->first == about && age >= age.zero() && age < kKnownFor)
      return known_->second;
  }
  auto provider = ask_provider(settings);
  if (!provider) return provider;
  const Lock lock(mutex_);
  known_ = std::pair(about, *provider);
  known_since_ = clock_.now();
  return provider;
}

Result<OpenId::Provider> OpenId::ask_provider(const v1::StoredOpenId& settings) {
  const auto said = ask(settings, settings.issuer() + "/.well-known/openid-configuration");
  if (!said || said_in(*said, "issuer") != settings.issuer()) return silent();
  Provider provider{said_in(*said, "authorization_endpoint"), said_in(*said, "token_endpoint"),
                    said_in(*said, "jwks_uri")};
  return is_https(provider.authorization) && is_https(provider.token) && is_https(provider.keys)
             ? Result<Provider>(std::move(provider))
             : silent();
}

Result<OpenId::Begun> OpenId::begin() {
  const auto settings = stored();
  if (!settings) return Refusal{RefusalCode::not_found, "no work account lets people in here"};
  const auto talk = begin_talk();
  if (!talk) return talk.refusal();
  const auto provider = discover(*settings);
  if (!provider) return provider.refusal();
  const Pending pending{fresh(), fresh(), fresh(), clock_.now()};
  const std::string ticket = fresh();
  const std::string url =
      provider->authorization +
      (provider->authorization.find('?') == std::string::npos ? "?" : "&") +
      form({{"response_type", "code"},
            {"client_id", settings->client_id()},
            {"redirect_uri", redirect_uri_},
            {"scope", "openid profile"},
            {"state", pending.state},
            {"nonce", pending.nonce},
            {"code_challenge", base64url(crypto::sha256(pending.verifier).bytes())},
            {"code_challenge_method", "S256"}});
  const Lock lock(mutex_);
  std::erase_if(pending_,
                [&](const auto& one) { return clock_.now() - one.second.began > kPendingFor; });
  if (pending_.size() >= kMostPending)
    pending_.erase(
        std::ranges::min_element(pending_, {}, [](const auto& one) { return one.second.began; }));
  pending_[ticket] = pending;
  return Begun{url, ticket};
}

Result<std::string> OpenId::id_token(const v1::StoredOpenId& settings, const Provider& provider,
                                     const std::string& code, const std::string& verifier) {
  const auto said = ask(settings, provider.token,
                        form({{"grant_type", "authorization_code"},
                              {"code", code},
                              {"redirect_uri", redirect_uri_},
                              {"code_verifier", verifier}}));
  if (!said) return not_in();
  std::string token = said_in(*said, "id_token");
  return token.empty() ? Result<std::string>(not_in()) : token;
}

Result<IdToken> OpenId::finish(const std::string& ticket, const v1::FinishOpenIdRequest& answer) {
  Pending pending;
  {
    const Lock lock(mutex_);
    const auto found = pending_.find(ticket);
    if (found == pending_.end()) return not_in();
    pending = found->second;
    pending_.erase(found);
  }
  const auto settings = stored();
  if (!settings || clock_.now() - pending.began > kPendingFor ||
      !crypto::equal(answer.state(), pending.state))
    return not_in();
  const auto talk = begin_talk();
  if (!talk) return talk.refusal();
  const auto provider = discover(*settings);
  if (!provider) return provider.refusal();
  const auto token = id_token(*settings, *provider, answer.code(), pending.verifier);
  if (!token) return token.refusal();
  const auto keys = ask(*settings, provider->keys);
  if (!keys) return silent();
  return verified_id_token(
      *token, json::serialize(*keys),
      {settings->issuer(), settings->client_id(), pending.nonce, settings->claim(), clock_.now()});
}

}  // namespace veerpont::gateway
