#include "audit/note.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "audit/checkpoint.h"

namespace veerpont::audit {
namespace {

class NoteTest : public testing::Test {
 protected:
  NoteTest() {
    std::ifstream in(VECTORS "/tlog-70000.json");
    std::stringstream text;
    text << in.rdbuf();
    file = boost::json::parse(text.str());
  }
  std::string text(const char* key) { return std::string(file.at(key).as_string()); }
  boost::json::value file;
};

TEST_F(NoteTest, SignsTheFiguresCheckpointToTheByte) {
  const auto key = VerifierKey::parse(std::string(file.at("vkeys").as_array().at(0).as_string()));
  ASSERT_TRUE(key);
  const auto signer =
      crypto::SigningKey::from_seed(crypto::Key32::from(*crypto::from_hex(text("log_key_seed"))));
  EXPECT_EQ(VerifierKey::create(key->name(), signer.public_key()), key);
  const std::string checkpoint = text("checkpoint");
  const auto note = Note::parse(checkpoint);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->signatures.size(), 2u);  // the log's and a witness's
  EXPECT_TRUE(note->is_signed_by(*key));
  const auto verified = SignedCheckpoint::verify(checkpoint, *key);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->size(), 70'000u);
  EXPECT_TRUE(
      checkpoint.starts_with(SignedCheckpoint::sign(verified->checkpoint(), *key, signer).note()));
}

TEST_F(NoteTest, RefusesEveryFlippedByteOfACheckpoint) {
  const auto signer = crypto::SigningKey::generate();
  const auto key = *VerifierKey::create("log.example/audit", signer.public_key());
  const std::string note =
      SignedCheckpoint::sign({key.name(), 7, crypto::sha256("x")}, key, signer).note();
  ASSERT_TRUE(SignedCheckpoint::verify(note, key));
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string flipped = note;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(SignedCheckpoint::verify(flipped, key)) << i;
  }
}

TEST_F(NoteTest, OfAnotherLogIsRefused) {
  const auto signer = crypto::SigningKey::generate();
  const auto key = *VerifierKey::create("log.example/audit", signer.public_key());
  const auto other = *VerifierKey::create("other.example/audit", signer.public_key());
  const std::string note =
      sign_note(Checkpoint{"other.example/audit", 7, crypto::sha256("x")}.text(), key, signer);
  EXPECT_FALSE(SignedCheckpoint::verify(note, key));  // signed by us, for another origin
  EXPECT_FALSE(SignedCheckpoint::verify(note, other));
}

TEST(VerifierKey, HasOneSpelling) {
  EXPECT_FALSE(VerifierKey::create("has space", std::string(32, 'k')));
  EXPECT_FALSE(VerifierKey::create("has+plus", std::string(32, 'k')));
  EXPECT_FALSE(VerifierKey::create("", std::string(32, 'k')));
  const std::string text = VerifierKey::create("log", std::string(32, 'k'))->str();
  EXPECT_TRUE(VerifierKey::parse(text));
  EXPECT_FALSE(VerifierKey::parse("l" + text));  // the key id no longer fits
}

}  // namespace
}  // namespace veerpont::audit
