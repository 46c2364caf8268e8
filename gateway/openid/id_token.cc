#include "gateway/openid/id_token.h"

#include <cjose/cjose.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <memory>

namespace veerpont::gateway {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostToken = 16u << 10;  // bytes
constexpr auto kClocksDiffer = std::chrono::minutes(2);
constexpr std::array<std::string_view, 3> kAlgorithms{"RS256", "PS256", "ES256"};

struct FreesJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
struct FreesJwk {
  void operator()(cjose_jwk_t* jwk) const { cjose_jwk_release(jwk); }
};
using Jws = std::unique_ptr<cjose_jws_t, FreesJws>;
using Jwk = std::unique_ptr<cjose_jwk_t, FreesJwk>;

std::string text_in(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// Whether these are bytes in base64url without padding (RFC 7515 section 2): cjose ends the program
// over a text of which one character is left.
bool is_base64url(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !text.empty() && text.size() % 4 != 1 && std::ranges::all_of(text, fits);
}

// Three parts, RFC 7515 section 7.1.
bool is_compact(std::string_view token) {
  for (int part = 0; part < 2; ++part) {
    const auto dot = token.find('.');
    if (dot == std::string_view::npos || !is_base64url(token.substr(0, dot))) return false;
    token.remove_prefix(dot + 1);
  }
  return is_base64url(token);
}

// The public part of a key (RFC 7517), as cjose reads it; empty when it is none.
std::string public_key(const json::object& key) {
  json::object out{{"kty", text_in(key, "kty")}};
  const bool curve = out["kty"] == "EC";
  if (curve) out["crv"] = text_in(key, "crv");
  for (const char* member : curve ? std::array{"x", "y"} : std::array{"n", "e"}) {
    const std::string number = text_in(key, member);
    if (!is_base64url(number)) return {};
    out[member] = number;
  }
  return json::serialize(out);
}

std::string header_of(cjose_jws_t* jws, const char* name) {
  cjose_err wrong{};
  const char* value = cjose_header_get(cjose_jws_get_protected(jws), name, &wrong);
  return value == nullptr ? std::string() : std::string(value);
}

// What the token says, when one of the keys signed it.
json::object signed_claims(const std::string& token, std::string_view keys) {
  if (!is_compact(token)) return {};
  cjose_err wrong{};
  const Jws jws(cjose_jws_import(token.data(), token.size(), &wrong));
  if (!jws || std::ranges::count(kAlgorithms, header_of(jws.get(), CJOSE_HDR_ALG)) == 0) return {};
  const std::string wanted = header_of(jws.get(), CJOSE_HDR_KID);
  json::error_code failed;
  const json::value set = json::parse(keys, failed);
  if (failed || !set.is_object() || !set.as_object().contains("keys") || !set.at("keys").is_array())
    return {};
  for (const json::value& one : set.at("keys").as_array()) {
    if (!one.is_object()) continue;
    if (!wanted.empty() && text_in(one.as_object(), "kid") != wanted) continue;
    const std::string key = public_key(one.as_object());
    if (key.empty()) continue;
    const Jwk jwk(cjose_jwk_import(key.data(), key.size(), &wrong));
    if (!jwk || !cjose_jws_verify(jws.get(), jwk.get(), &wrong)) continue;
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(jws.get(), &bytes, &size, &wrong)) return {};
    const json::value claims =
        json::parse(std::string_view(reinterpret_cast<const char*>(bytes), size), failed);
    return !failed && claims.is_object() ? claims.as_object() : json::object();
  }
  return {};
}

// For us alone, or for us by name among others.
bool is_for_us(const json::object& claims, const std::string& client_id) {
  const auto* audience = claims.if_contains("aud");
  if (audience == nullptr) return false;
  if (audience->is_string()) return std::string_view(audience->as_string()) == client_id;
  if (!audience->is_array()) return false;
  const auto& all = audience->as_array();
  const bool named = std::ranges::any_of(all, [&](const json::value& one) {
    return one.is_string() && std::string_view(one.as_string()) == client_id;
  });
  return named && (all.size() == 1 || text_in(claims, "azp") == client_id);
}

bool is_now(const json::object& claims, Time now) {
  const auto moment = [&](const char* name) -> std::optional<Time> {
    const auto* value = claims.if_contains(name);
    if (value == nullptr || !value->is_int64() || value->as_int64() < 0 ||
        value->as_int64() > 253'402'300'799)  // the end of the year 9999
      return std::nullopt;
    return time_from_ms(value->as_int64() * 1000);
  };
  const auto ends = moment("exp"), made = moment("iat");
  return ends && made && now - kClocksDiffer < *ends && *made < now + kClocksDiffer;
}

}  // namespace

Result<IdToken> verified_id_token(const std::string& token, std::string_view keys,
                                  const IdTokenRules& rules) {
  const Refusal failed{RefusalCode::login_failed};
  if (token.size() > kMostToken) return failed;
  const json::object claims = signed_claims(token, keys);
  IdToken said{text_in(claims, "sub"), text_in(claims, rules.claim.c_str())};
  const bool holds = text_in(claims, "iss") == rules.issuer && is_for_us(claims, rules.client_id) &&
                     text_in(claims, "nonce") == rules.nonce && is_now(claims, rules.now) &&
                     !said.subject.empty() && !said.name.empty();
  if (!holds) return failed;
  said.subject = rules.issuer + ' ' + said.subject;
  return said;
}

}  // namespace veerpont::gateway
