// Keys and signatures that are wrong on purpose: each file says how many cases it has, and every
// one must be refused.
#include <gtest/gtest.h>

#include "crypto/hpke.h"
#include "crypto/sign.h"
#include "tests/unit/vectors.h"

namespace veerpont::crypto {
namespace {

TEST(NegativeVectors, NoEd25519SignatureOfTheFileVerifies) {
  const boost::json::value file = load_vectors("ed25519-negative.json");
  const auto& control = file.at("control");  // so that refusing everything would be noticed
  EXPECT_TRUE(verify_raw(bytes_of(control, "public_key"), bytes_of(control, "message"),
                         bytes_of(control, "signature")));
  int ran = 0;
  for (const auto& c : file.at("cases").as_array()) {
    EXPECT_FALSE(
        verify_raw(bytes_of(c, "public_key"), bytes_of(c, "message"), bytes_of(c, "signature")))
        << c.at("comment").as_string();
    ++ran;
  }
  EXPECT_EQ(ran, file.at("count").as_int64());
  EXPECT_EQ(ran, 21);
}

TEST(NegativeVectors, NoX25519KeyOfTheFileAgreesOnASecret) {
  const boost::json::value file = load_vectors("x25519-negative.json");
  const auto recipient = hpke::generate_key_pair();
  const auto honest =
      hpke::setup_sender(hpke::Aead::chacha20_poly1305, recipient.public_key, "info", std::nullopt);
  ASSERT_TRUE(honest);
  EXPECT_TRUE(hpke::setup_receiver(hpke::Aead::chacha20_poly1305, honest->enc, recipient, "info",
                                   std::nullopt));
  int ran = 0;
  for (const auto& c : file.at("cases").as_array()) {
    const std::string key = bytes_of(c, "public_key");
    EXPECT_FALSE(hpke::setup_sender(hpke::Aead::chacha20_poly1305, key, "info", std::nullopt))
        << "sealing to " << c.at("comment").as_string();
    EXPECT_FALSE(
        hpke::setup_receiver(hpke::Aead::chacha20_poly1305, key, recipient, "info", std::nullopt))
        << "opening from " << c.at("comment").as_string();
    ++ran;
  }
  EXPECT_EQ(ran, file.at("count").as_int64());
  EXPECT_EQ(ran, 14);
}

}  // namespace
}  // namespace veerpont::crypto
