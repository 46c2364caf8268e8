// Passkeys, against an authenticator made with OpenSSL alone.
#include "gateway/people/passkey.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <memory>

#include "crypto/hash.h"

namespace veerpont::gateway {
namespace {

const RelyingParty kParty{"werk.binnenvest.example", "https://werk.binnenvest.example:8600"};
const std::string kChallenge = std::string(32, 'c');

struct Flags {
  bool present = true, verified = true, attested = true;
};

// Section 6 of Web Authentication, level 3, with ES256.
class Authenticator {
 public:
  Authenticator() = default;
  std::string id = "credential-0001";
  std::uint32_t counter = 0;

  static std::string client_data(const std::string& type, std::string_view challenge = kChallenge,
                                 const std::string& origin = kParty.origin,
                                 const std::string& more = {}) {
    return R"({"type":")" + type + R"(","challenge":")" + base64url(challenge) + R"(","origin":")" +
           origin + R"("})" + more;
  }
  std::string data(const Flags& flags = {}, const std::string& rp = kParty.id) const {
    std::string out = crypto::sha256(rp).str();
    out += static_cast<char>((flags.present ? 1 : 0) | (flags.verified ? 4 : 0) |
                             (flags.attested ? 64 : 0));
    for (int shift = 24; shift >= 0; shift -= 8)
      out += static_cast<char>(counter >> static_cast<unsigned>(shift));
    return flags.attested ? out + attested() : out;
  }
  AuthenticatorAnswer made() const { return {client_data("webauthn.create"), data()}; }
  AuthenticatorAnswer signs(const std::string& said, const std::string& authenticator_data) const {
    const std::string text = authenticator_data + crypto::sha256(said).str();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::string signature(200, '\0');
    std::size_t size = signature.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    signature.resize(size);
    return {said, authenticator_data, signature};
  }
  AuthenticatorAnswer comes_in() const {
    return signs(client_data("webauthn.get"), data({true, true, false}));
  }

 private:
  // Section 6.5.2: AAGUID, credential id, and the key in COSE (RFC 9052), as CBOR by hand.
  std::string attested() const {
    std::string point(65, '\0');
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                    reinterpret_cast<unsigned char*>(point.data()), point.size(),
                                    &size);
    std::string out(16, 'a');
    out += '\0';
    out += static_cast<char>(id.size());
    out += id;
    out += "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20";
    out += point.substr(1, 32);
    out += "\x22\x58\x20";
    return out + point.substr(33, 32);
  }
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free};

 public:
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;
};

TEST(Passkeys, AreMadeAndLetTheirOwnerIn) {
  Authenticator device;
  auto passkey = registered_passkey(kParty, kChallenge, device.made());
  ASSERT_TRUE(passkey);
  EXPECT_EQ(passkey->id, device.id);
  EXPECT_EQ(passkey->algorithm, -7);
  EXPECT_EQ(*asserted_passkey(kParty, kChallenge, *passkey, device.comes_in()), 0u)
      << "it keeps no counter";
  device.counter = 7;
  EXPECT_EQ(*asserted_passkey(kParty, kChallenge, *passkey, device.comes_in()), 7u);
  passkey->counter = 7;
  EXPECT_FALSE(asserted_passkey(kParty, kChallenge, *passkey, device.comes_in()))
      << "a counter that does not go up: somebody copied the key";
  device.counter = 8;
  EXPECT_TRUE(asserted_passkey(kParty, kChallenge, *passkey, device.comes_in()));
  EXPECT_FALSE(asserted_passkey(kParty, kChallenge, *passkey, Authenticator().comes_in()))
      << "another key";
}

TEST(Passkeys, AreNotMadeForAnotherPageChallengeOrDevice) {
  const Authenticator device;
  const auto refused = [&](const AuthenticatorAnswer& answer) {
    const auto passkey = registered_passkey(kParty, kChallenge, answer);
    return !passkey && passkey.refusal().code == RefusalCode::login_failed;
  };
  const auto says = [&](const std::string& client_data) {
    return AuthenticatorAnswer{client_data, device.data()};
  };
  EXPECT_TRUE(refused(says(Authenticator::client_data("webauthn.get"))));
  EXPECT_TRUE(refused(says(Authenticator::client_data("webauthn.create", "another"))));
  EXPECT_TRUE(refused(says(
      Authenticator::client_data("webauthn.create", kChallenge, "https://elsewhere.example"))));
  EXPECT_TRUE(refused(says("")));
  EXPECT_TRUE(refused(says("[]")));
  std::string crossed = Authenticator::client_data("webauthn.create");
  crossed.insert(crossed.size() - 1, R"(,"crossOrigin":true)");
  EXPECT_TRUE(refused(says(crossed)));
  const auto with = [&](const std::string& data) {
    return AuthenticatorAnswer{Authenticator::client_data("webauthn.create"), data};
  };
  EXPECT_TRUE(refused(with(device.data({}, "elsewhere.example"))));
  EXPECT_TRUE(refused(with(device.data({false, true, true})))) << "nobody was there";
  EXPECT_TRUE(refused(with(device.data({true, false, true})))) << "nobody was verified";
  EXPECT_TRUE(refused(with(device.data({true, true, false})))) << "no key";
  const std::string whole = device.data();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_TRUE(refused(with(whole.substr(0, size)))) << size;
  EXPECT_TRUE(refused(with(whole + std::string(4096, 'x'))));
}

TEST(Passkeys, LetNobodyInWithWhatWasSignedForSomethingElse) {
  const Authenticator device;
  const auto passkey = registered_passkey(kParty, kChallenge, device.made());
  ASSERT_TRUE(passkey);
  const auto refused = [&](const AuthenticatorAnswer& answer) {
    return !asserted_passkey(kParty, kChallenge, *passkey, answer);
  };
  const std::string said = Authenticator::client_data("webauthn.get");
  const std::string data = device.data({true, true, false});
  EXPECT_FALSE(refused(device.signs(said, data)));
  EXPECT_TRUE(refused(device.signs(Authenticator::client_data("webauthn.create"), data)));
  EXPECT_TRUE(refused(device.signs(Authenticator::client_data("webauthn.get", "another"), data)));
  EXPECT_TRUE(refused(device.signs(
      Authenticator::client_data("webauthn.get", kChallenge, "https://elsewhere.example"), data)));
  EXPECT_TRUE(refused(device.signs(said, device.data({true, true, false}, "elsewhere.example"))));
  EXPECT_TRUE(refused(device.signs(said, device.data({false, true, false})))) << "nobody there";
  EXPECT_TRUE(refused(device.signs(said, device.data({true, false, false})))) << "not verified";
  AuthenticatorAnswer changed = device.signs(said, data);
  changed.signature.back() = static_cast<char>(changed.signature.back() ^ 1);
  EXPECT_TRUE(refused(changed));
  changed = device.signs(said, data);
  changed.client_data += ' ';
  EXPECT_TRUE(refused(changed)) << "what was signed is what was said, to the byte";
}

TEST(Passkeys, TravelAsBase64Url) {
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");  // RFC 4648, section 5
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64url(""), "");
  for (const char* bad : {"+/8", "-_8=", "a", "-_ 8", "é"})
    EXPECT_FALSE(from_base64url(bad)) << bad;
}

}  // namespace
}  // namespace veerpont::gateway
