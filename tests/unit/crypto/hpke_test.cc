#include "crypto/hpke.h"

#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "tests/unit/vectors.h"

namespace veerpont::crypto::hpke {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& v, const char* key) {
  const auto* found = v.as_object().if_contains(key);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

struct Counts {
  int setups = 0;
  int encryptions = 0;
  int exports = 0;
};

void check_setup(const json::value& setup, Counts& counts) {
  const bool aes = setup.at("aead_id").as_int64() == 1;
  const Aead aead = aes ? Aead::aes_128_gcm : Aead::chacha20_poly1305;
  const std::string psk = bytes_of(setup, "psk");
  const std::string psk_id = bytes_of(setup, "psk_id");
  std::optional<Psk> used;
  if (setup.at("mode").as_int64() == 1) used = Psk{psk, psk_id};
  const std::string info = bytes_of(setup, "info");
  const KeyPair ephemeral = derive_key_pair(bytes_of(setup, "ikmE"));
  const KeyPair recipient = derive_key_pair(bytes_of(setup, "ikmR"));
  EXPECT_EQ(ephemeral.public_key, bytes_of(setup, "pkEm"));
  EXPECT_EQ(ephemeral.secret.reveal(), bytes_of(setup, "skEm"));
  EXPECT_EQ(recipient.public_key, bytes_of(setup, "pkRm"));
  auto sender = setup_sender_with(ephemeral, aead, recipient.public_key, info, used);
  auto receiver = setup_receiver(aead, bytes_of(setup, "enc"), recipient, info, used);
  ASSERT_TRUE(sender && receiver);
  EXPECT_EQ(sender->enc, bytes_of(setup, "enc"));
  for (const Context* context : {&sender->context, &*receiver}) {
    EXPECT_EQ(context->key(), bytes_of(setup, "key"));
    EXPECT_EQ(context->nonce(0), bytes_of(setup, "base_nonce"));
  }
  for (const auto& entry : setup.at("encryptions").as_array()) {
    const std::uint64_t sequence = std::stoull(text_of(entry, "sequence number"));
    EXPECT_EQ(sender->context.nonce(sequence), bytes_of(entry, "nonce"));
    ++counts.encryptions;
    if (aes) continue;  // the key schedule only
    sender->context.skip_to(sequence);
    receiver->skip_to(sequence);
    EXPECT_EQ(sender->context.seal(bytes_of(entry, "aad"), bytes_of(entry, "pt")),
              bytes_of(entry, "ct"));
    const auto opened = receiver->open(bytes_of(entry, "aad"), bytes_of(entry, "ct"));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), bytes_of(entry, "pt"));
  }
  for (const auto& entry : setup.at("exports").as_array()) {
    const auto length = std::stoul(text_of(entry, "L"));
    EXPECT_EQ(receiver->export_secret(bytes_of(entry, "exporter_context"), length).reveal(),
              bytes_of(entry, "exported_value"));
    ++counts.exports;
  }
  ++counts.setups;
}

TEST(Hpke, AgreesWithEveryVectorOfRfc9180ForX25519) {
  const json::value file = load_vectors("rfc9180-x25519.json");
  Counts counts;
  for (const auto& setup : file.at("setups").as_array()) check_setup(setup, counts);
  EXPECT_EQ(counts.setups, 4);
  EXPECT_EQ(counts.setups, file.at("count").as_int64());
  EXPECT_EQ(counts.encryptions, 4 * 6);
  EXPECT_EQ(counts.exports, 4 * 3);
}

TEST(Hpke, RefusesAPublicKeyOfSmallOrder) {
  EXPECT_FALSE(setup_sender(Aead::chacha20_poly1305, std::string(32, '\0'), "", std::nullopt));
  const KeyPair recipient = generate_key_pair();
  EXPECT_FALSE(
      setup_receiver(Aead::chacha20_poly1305, std::string(32, '\0'), recipient, "", std::nullopt));
}

TEST(Hpke, DoesNotOpenWithAnotherPsk) {
  const KeyPair recipient = generate_key_pair();
  const std::string right(32, 'r');
  const std::string wrong(32, 'w');
  auto sender = setup_sender(Aead::chacha20_poly1305, recipient.public_key, "i", Psk{right, "id"});
  const std::string sealed = sender->context.seal("", "text");
  EXPECT_FALSE(
      setup_receiver(Aead::chacha20_poly1305, sender->enc, recipient, "i", Psk{wrong, "id"})
          ->open("", sealed));
  EXPECT_FALSE(setup_receiver(Aead::chacha20_poly1305, sender->enc, recipient, "i", std::nullopt)
                   ->open("", sealed));
  EXPECT_TRUE(setup_receiver(Aead::chacha20_poly1305, sender->enc, recipient, "i", Psk{right, "id"})
                  ->open("", sealed));
}

}  // namespace
}  // namespace veerpont::crypto::hpke
