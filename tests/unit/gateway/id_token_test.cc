// ID tokens, signed with OpenSSL alone.
#include "gateway/openid/id_token.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <memory>

#include "gateway/people/passkey.h"

namespace veerpont::gateway {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return base64url(bytes);
}

class IdTokens : public testing::Test {
 protected:
  Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), EVP_PKEY_free};
  const Time now = time_from_ms(1'800'000'000'000);
  const IdTokenRules rules{"https://login.example", "veerpont", "n-1", "preferred_username", now};

  std::string keys() const {
    return R"({"keys":[{"kty":"oct","k":"AAAA","kid":"1"},{"kty":"RSA","kid":"1","n":")" +
           number_of(key.get(), OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
           number_of(key.get(), OSSL_PKEY_PARAM_RSA_E) + R"("}]})";
  }
  static std::string claims(const std::string& iss = "https://login.example",
                            const std::string& aud = R"("veerpont")",
                            const std::string& nonce = "n-1", const std::string& exp = "1800000300",
                            const std::string& iat = "1800000000") {
    return R"({"iss":")" + iss + R"(","aud":)" + aud + R"(,"nonce":")" + nonce + R"(","exp":)" +
           exp + R"(,"iat":)" + iat + R"(,"sub":"s-1","preferred_username":"noor"})";
  }
  std::string token(const std::string& body,
                    const std::string& header = R"({"alg":"RS256","kid":"1"})") const {
    const std::string text = base64url(header) + "." + base64url(body);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::string signature(256, '\0');
    std::size_t size = signature.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return text + "." + base64url(signature);
  }
  bool holds(const std::string& text) const {
    return static_cast<bool>(verified_id_token(text, keys(), rules));
  }
};

TEST_F(IdTokens, NameWhoCameInWhenEverythingHolds) {
  const auto said = verified_id_token(token(claims()), keys(), rules);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->subject, "https://login.example s-1");
  EXPECT_EQ(said->name, "noor");
  EXPECT_TRUE(holds(token(claims("https://login.example", R"(["veerpont"])"))));
}

TEST_F(IdTokens, OfAnotherIssuerClientMomentOrKeyOpenNothing) {
  EXPECT_FALSE(holds(token(claims("https://elsewhere.example"))));
  EXPECT_FALSE(holds(token(claims("https://login.example", R"("another")"))));
  EXPECT_FALSE(holds(token(claims("https://login.example", R"(["veerpont","another"])"))))
      << "for others too, and by no name";
  EXPECT_FALSE(holds(token(claims("https://login.example", R"("veerpont")", "n-2"))));
  EXPECT_FALSE(holds(token(claims("https://login.example", R"("veerpont")", "n-1", "1799999000"))));
  EXPECT_FALSE(holds(
      token(claims("https://login.example", R"("veerpont")", "n-1", "1800000300", "1800000200"))))
      << "made later than now";
  EXPECT_FALSE(holds(token(
      claims("https://login.example", R"("veerpont")", "n-1", "99999999999999", "1800000000"))));
  EXPECT_FALSE(holds(token(R"({"iss":"https://login.example"})")));
  EXPECT_FALSE(holds(token(claims(), R"({"alg":"RS256","kid":"2"})")));
  EXPECT_FALSE(holds(token(claims(), R"({"alg":"none"})")));
  EXPECT_FALSE(holds(base64url(R"({"alg":"none"})") + "." + base64url(claims()) + "."));
  EXPECT_FALSE(holds(token(claims(), R"({"alg":"HS256","kid":"1"})")))
      << "a public key is no shared secret";
  std::string changed = token(claims());
  changed[changed.find('.') + 5] = changed[changed.find('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(holds(changed));
  for (const char* junk : {"", ".", "..", "a.b.c", "e30.e30.", "{}"}) EXPECT_FALSE(holds(junk));
  // Over a text of which one character is left cjose would end the program.
  const std::string good = token(claims());
  for (const auto& odd :
       {good + "A", "A" + good, good + "=", good + "\xb0", good.substr(0, good.find('.')) + ".A.A"})
    EXPECT_FALSE(holds(odd)) << odd;
  const std::string long_number =
      R"({"keys":[{"kty":"RSA","kid":"1","n":")" + number_of(key.get(), OSSL_PKEY_PARAM_RSA_N);
  for (const char* e : {"AAAAA", "=", "", "\xb0"})
    EXPECT_FALSE(verified_id_token(good, long_number + R"(","e":")" + e + R"("}]})", rules)) << e;
  EXPECT_FALSE(verified_id_token(
      good, R"({"keys":[{"kty":"EC","kid":"1","crv":"P-256","x":"AAAAA","y":"AAAAA"}]})", rules));
  for (const char* other : {"", "{}", R"({"keys":[]})", R"({"keys":[{}]})", "[]", R"({"keys":5})"})
    EXPECT_FALSE(verified_id_token(token(claims()), other, rules)) << other;
}

}  // namespace
}  // namespace veerpont::gateway
