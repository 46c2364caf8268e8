#include "crypto/sign.h"

#include <gtest/gtest.h>

namespace veerpont::crypto {
namespace {

TEST(Dsse, EncodesTypeAndBodyWithTheirLengths) {
  EXPECT_EQ(pre_authentication_encoding(PayloadType{"header"}, "hello"),
            "DSSEv1 34 application/vnd.veerpont.header.v1 5 hello");
}

TEST(Ed25519, AgreesWithRfc8032Test3) {  // RFC 8032 section 7.1, TEST 3
  const auto key = SigningKey::from_seed(
      Key32::from(*from_hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")));
  EXPECT_EQ(to_hex(key.public_key()),
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  EXPECT_EQ(to_hex(key.sign_raw("\xaf\x82")),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7"
            "60984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

TEST(Signature, HoldsForItsTypeAndBodyOnly) {
  const auto key = SigningKey::generate();
  const std::string signature = key.sign(PayloadType{"grant"}, "body");
  EXPECT_TRUE(verify(key.public_key(), PayloadType{"grant"}, "body", signature));
  EXPECT_FALSE(verify(key.public_key(), PayloadType{"withdrawal"}, "body", signature));
  EXPECT_FALSE(verify(key.public_key(), PayloadType{"grant"}, "bodY", signature));
  EXPECT_FALSE(
      verify(SigningKey::generate().public_key(), PayloadType{"grant"}, "body", signature));
  EXPECT_FALSE(verify(key.public_key(), PayloadType{"grant"}, "body", signature.substr(1)));
}

TEST(Signature, OfASmallOrderKeyNeverHolds) {
  std::string identity(32, '\0');
  identity[0] = 1;  // the neutral point: without the check, R = S·B verifies for any text
  EXPECT_FALSE(verify_raw(identity, "text", std::string(64, '\0')));
  EXPECT_FALSE(verify_raw(std::string(32, '\0'), "text", std::string(64, '\0')));
}

TEST(KeyId, DependsOnTheTypeOfTheKey) {
  const std::string key(32, 'k');
  EXPECT_NE(key_id(KeyType::signing, key), key_id(KeyType::identity, key));
  EXPECT_EQ(key_id(KeyType::epoch, key),
            sha256(std::string("veerpont/key-id/v1") + '\0' + '\2' + key));
}

TEST(Encodings, RefuseWhatIsNotTheirOneSpelling) {
  EXPECT_EQ(from_hex("00ff"), std::string("\0\xff", 2));
  EXPECT_FALSE(from_hex("00f"));
  EXPECT_FALSE(from_hex("00FF"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_EQ(from_base64("AAE="), std::string("\0\1", 2));
  EXPECT_FALSE(from_base64("AAE"));
  EXPECT_FALSE(from_base64("AAE= "));
}

TEST(Hkdf, AgreesWithRfc5869TestCase1) {  // RFC 5869 appendix A.1
  const Key32 prk = hkdf_extract(*from_hex("000102030405060708090a0b0c"), std::string(22, '\x0b'));
  EXPECT_EQ(to_hex(prk.reveal()),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(to_hex(hkdf_expand(prk, *from_hex("f0f1f2f3f4f5f6f7f8f9"), 42).reveal()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(Secret, IsWipedWhenItMovesAway) {
  Key32 from = Key32::from(std::string(32, 's'));
  const Key32 to = std::move(from);
  EXPECT_EQ(from.reveal(),
            std::string(32, '\0'));  // NOLINT(bugprone-use-after-move): what is left is the claim
  EXPECT_EQ(to.reveal(), std::string(32, 's'));
}

}  // namespace
}  // namespace veerpont::crypto
