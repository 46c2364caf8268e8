#include "gateway/people/passkey.h"

#include <fido.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>

#include "crypto/hash.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostClientData = 4u << 10;  // bytes
constexpr std::size_t kMostAuthenticatorData = 2u << 10;
constexpr std::size_t kMostSignature = 1u << 10;
constexpr std::size_t kMostCredentialId = 1023;  // section 4, of a credential id
constexpr std::size_t kHash = 32;
constexpr std::uint8_t kPresent = 1u << 0u, kVerified = 1u << 2u, kAttested = 1u << 6u;

Refusal not_theirs() { return Refusal{RefusalCode::login_failed}; }

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* owned) const {
    Free(&owned);
  }
};
using Credential = std::unique_ptr<fido_cred_t, Freed<fido_cred_free>>;
using Assertion = std::unique_ptr<fido_assert_t, Freed<fido_assert_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(const unsigned char* bytes, std::size_t size) {
  return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

bool is_small(const AuthenticatorAnswer& answer) {
  return answer.client_data.size() <= kMostClientData &&
         answer.authenticator_data.size() <= kMostAuthenticatorData &&
         answer.signature.size() <= kMostSignature;
}

// Section 5.8.1: what the browser says that it did, for whom, and where.
bool is_ours(const std::string& client_data, const char* type, std::string_view challenge,
             const RelyingParty& party) {
  json::error_code wrong;
  const json::value read = json::parse(client_data, wrong);
  if (wrong || !read.is_object()) return false;
  const auto& said = read.as_object();
  const auto is = [&](const char* name, const std::string& wanted) {
    const auto* value = said.if_contains(name);
    return value != nullptr && value->is_string() && std::string_view(value->as_string()) == wanted;
  };
  const auto* crossed = said.if_contains("crossOrigin");
  return is("type", type) && is("challenge", base64url(challenge)) && is("origin", party.origin) &&
         (crossed == nullptr || *crossed == json::value(false)) && !said.contains("topOrigin");
}

// The key of an answer that carries one of this algorithm.
Credential credential_of(const RelyingParty& party, const AuthenticatorAnswer& answer,
                         int algorithm) {
  Credential credential(fido_cred_new());
  const auto hash = crypto::sha256(answer.client_data);
  auto* raw = credential.get();
  const bool read = raw != nullptr && fido_cred_set_type(raw, algorithm) == FIDO_OK &&
                    fido_cred_set_fmt(raw, "none") == FIDO_OK &&
                    fido_cred_set_rp(raw, party.id.c_str(), nullptr) == FIDO_OK &&
                    fido_cred_set_clientdata_hash(raw, bytes_of(hash.bytes()), kHash) == FIDO_OK &&
                    fido_cred_set_authdata_raw(raw, bytes_of(answer.authenticator_data),
                                               answer.authenticator_data.size()) == FIDO_OK;
  return read ? std::move(credential) : nullptr;
}

bool is_for(const RelyingParty& party, std::string_view authenticator_data) {
  return authenticator_data.size() > kHash &&
         authenticator_data.substr(0, kHash) == crypto::sha256(party.id).bytes();
}

bool is_signed_by(fido_assert_t* assertion, const Passkey& passkey) {
  const auto* key = bytes_of(passkey.public_key);
  const std::size_t size = passkey.public_key.size();
  if (passkey.algorithm == COSE_ES256) {
    const std::unique_ptr<es256_pk_t, Freed<es256_pk_free>> read(es256_pk_new());
    return read != nullptr && es256_pk_from_ptr(read.get(), key, size) == FIDO_OK &&
           fido_assert_verify(assertion, 0, COSE_ES256, read.get()) == FIDO_OK;
  }
  const std::unique_ptr<rs256_pk_t, Freed<rs256_pk_free>> read(rs256_pk_new());
  return passkey.algorithm == COSE_RS256 && read != nullptr &&
         rs256_pk_from_ptr(read.get(), key, size) == FIDO_OK &&
         fido_assert_verify(assertion, 0, COSE_RS256, read.get()) == FIDO_OK;
}

}  // namespace

Result<Passkey> registered_passkey(const RelyingParty& party, std::string_view challenge,
                                   const AuthenticatorAnswer& answer) {
  if (!is_small(answer) || !is_ours(answer.client_data, "webauthn.create", challenge, party) ||
      !is_for(party, answer.authenticator_data))
    return not_theirs();
  for (const int algorithm : {COSE_ES256, COSE_RS256}) {
    const Credential credential = credential_of(party, answer, algorithm);
    if (!credential) continue;
    constexpr std::uint8_t kNeeded = kPresent | kVerified | kAttested;
    if ((fido_cred_flags(credential.get()) & kNeeded) != kNeeded) return not_theirs();
    Passkey passkey{
        text_of(fido_cred_id_ptr(credential.get()), fido_cred_id_len(credential.get())), algorithm,
        text_of(fido_cred_pubkey_ptr(credential.get()), fido_cred_pubkey_len(credential.get())),
        fido_cred_sigcount(credential.get())};
    if (passkey.id.empty() || passkey.id.size() > kMostCredentialId || passkey.public_key.empty())
      return not_theirs();
    return passkey;
  }
  return not_theirs();
}

Result<std::uint32_t> asserted_passkey(const RelyingParty& party, std::string_view challenge,
                                       const Passkey& passkey, const AuthenticatorAnswer& answer) {
  if (!is_small(answer) || !is_ours(answer.client_data, "webauthn.get", challenge, party))
    return not_theirs();
  const Assertion assertion(fido_assert_new());
  auto* raw = assertion.get();
  const auto hash = crypto::sha256(answer.client_data);
  const bool read =
      raw != nullptr &&
      fido_assert_set_clientdata_hash(raw, bytes_of(hash.bytes()), kHash) == FIDO_OK &&
      fido_assert_set_rp(raw, party.id.c_str()) == FIDO_OK &&
      fido_assert_set_up(raw, FIDO_OPT_TRUE) == FIDO_OK &&
      fido_assert_set_uv(raw, FIDO_OPT_TRUE) == FIDO_OK &&
      fido_assert_set_count(raw, 1) == FIDO_OK &&
      fido_assert_set_authdata_raw(raw, 0, bytes_of(answer.authenticator_data),
                                   answer.authenticator_data.size()) == FIDO_OK &&
      fido_assert_set_sig(raw, 0, bytes_of(answer.signature), answer.signature.size()) == FIDO_OK;
  if (!read || !is_signed_by(raw, passkey)) return not_theirs();
  const std::uint32_t counter = fido_assert_sigcount(raw, 0);
  const bool counts = counter != 0 || passkey.counter != 0;
  if (counts && counter <= passkey.counter) return not_theirs();
  return counter;
}

std::string base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), kVariant);
  text.pop_back();  // the end of a C string
  return text;
}

std::optional<std::string> from_base64url(const std::string& text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace veerpont::gateway
