#include "crypto/objects/key_statement.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/limits.h"
#include "schemas/wire.h"

namespace veerpont::crypto {
namespace {

class KeyStatementTest : public testing::Test {
 protected:
  SigningKey identity = SigningKey::generate();
  SigningKey signing = SigningKey::generate();
  SigningKey cosigner = SigningKey::generate();

  v1::KeyStatement body() {
    v1::KeyStatement body;
    body.set_org("jgt-leiden");
    body.set_issued(1'800'000'000'000);
    body.set_valid_until(body.issued() + std::chrono::milliseconds(limits::statement_life).count());
    body.add_tls_keys(sha256("a TLS key").str());
    return body;
  }
  v1::SignedKeyStatement made(const v1::KeyStatement& from) {
    return make_statement(from, {identity, {&signing}, cosigner});
  }
};

TEST_F(KeyStatementTest, VerifiesAndFindsItsKeys) {
  auto statement = KeyStatement::verify(made(body()));
  ASSERT_TRUE(statement);
  const Hash id = key_id(KeyType::signing, signing.public_key());
  EXPECT_EQ(statement->signing_key(id, time_from_ms(body().issued())), signing.public_key());
  EXPECT_FALSE(
      statement->signing_key(id, time_from_ms(body().issued()) + std::chrono::hours(24 * 400)));
  EXPECT_EQ(statement->fingerprint().size(), 64u);
}

TEST_F(KeyStatementTest, NeedsProofOfPossessionOfEveryKey) {
  for (int which = 0; which < 3; ++which) {
    auto signed_statement = made(body());
    std::string* signature = which == 0   ? signed_statement.mutable_identity_signature()
                             : which == 1 ? signed_statement.mutable_signing_signatures(0)
                                          : signed_statement.mutable_cosigner_signature();
    (*signature)[5] = static_cast<char>((*signature)[5] ^ 1);
    EXPECT_EQ(KeyStatement::verify(signed_statement).refusal().code, RefusalCode::bad_signature)
        << which;
  }
}

TEST_F(KeyStatementTest, RefusesAValidityPastThirtyFiveDays) {
  auto long_lived = body();
  long_lived.set_valid_until(long_lived.valid_until() + 1);
  EXPECT_EQ(KeyStatement::verify(made(long_lived)).refusal().detail, "KeyStatement.valid_until");
}

TEST_F(KeyStatementTest, AnIdentityIsReplacedOnlyWithTheSignatureOfTheOldOne) {
  const auto first = *KeyStatement::verify(made(body()));
  auto next = body();
  next.set_sequence(1);
  next.set_previous_sha256(first.sha256().str());
  const SigningKey successor = SigningKey::generate();
  const auto handed_over = make_statement(next, {successor, {&signing}, cosigner, &identity});
  auto statement = KeyStatement::verify(handed_over);
  ASSERT_TRUE(statement);
  EXPECT_EQ(*statement->former_fingerprint(), first.fingerprint());
  EXPECT_NE(statement->fingerprint(), first.fingerprint());

  auto unsigned_by_old = handed_over;
  unsigned_by_old.clear_former_identity_signature();
  EXPECT_EQ(KeyStatement::verify(unsigned_by_old).refusal().code, RefusalCode::bad_signature);
  auto by_somebody = handed_over;
  by_somebody.set_former_identity_signature(
      SigningKey::generate().sign(KeyStatement::type, handed_over.body()));
  EXPECT_EQ(KeyStatement::verify(by_somebody).refusal().code, RefusalCode::bad_signature);
  auto one_too_many = made(body());
  one_too_many.set_former_identity_signature(
      identity.sign(KeyStatement::type, one_too_many.body()));
  EXPECT_EQ(KeyStatement::verify(one_too_many).refusal().code, RefusalCode::bad_signature);
}

TEST_F(KeyStatementTest, ListsASuccessorAPredecessorAndWhatWasCompromised) {
  const SigningKey successor = SigningKey::generate();
  const SigningKey stolen = SigningKey::generate();
  const Hash stolen_id = key_id(KeyType::signing, stolen.public_key());
  auto both = body();
  const Time issued = time_from_ms(both.issued());
  *both.add_signing_keys() =
      published(signing, issued - std::chrono::hours(24 * 300), limits::signing_key_life);
  *both.add_signing_keys() = published(successor, issued, limits::signing_key_life);
  both.add_revoked_signing_keys(stolen_id.str());
  both.add_tls_keys(sha256("another TLS key").str());
  const auto statement =
      KeyStatement::verify(make_statement(both, {identity, {&successor, &signing}, cosigner}));
  ASSERT_TRUE(statement) << describe(statement.refusal());
  EXPECT_TRUE(statement->revokes(stolen_id));
  EXPECT_FALSE(statement->revokes(key_id(KeyType::signing, signing.public_key())));
  EXPECT_TRUE(statement->lists_tls_key(sha256("a TLS key")) &&
              statement->lists_tls_key(sha256("another TLS key")));
  EXPECT_EQ(
      KeyStatement::verify(make_statement(both, {identity, {&successor}, cosigner})).refusal().code,
      RefusalCode::bad_signature)
      << "every listed key signs";

  const auto refused = [&](const std::function<void(v1::KeyStatement&)>& change) {
    auto changed = both;
    change(changed);
    return KeyStatement::verify(
               make_statement(changed, {identity, {&successor, &signing}, cosigner}))
        .refusal()
        .detail;
  };
  EXPECT_EQ(refused([&](auto& b) {
              b.add_revoked_signing_keys(key_id(KeyType::signing, signing.public_key()).str());
            }),
            "KeyStatement.revoked_signing_keys");
  EXPECT_EQ(refused([&](auto& b) { b.add_revoked_signing_keys(stolen_id.str()); }),
            "KeyStatement.revoked_signing_keys");
  EXPECT_EQ(refused([&](auto& b) { b.add_revoked_signing_keys("short"); }),
            "KeyStatement.revoked_signing_keys");
  EXPECT_EQ(refused([&](auto& b) { b.clear_tls_keys(); }), "KeyStatement.tls_keys");
  EXPECT_EQ(refused([&](auto& b) { b.add_tls_keys(sha256("a third").str()); }),
            "KeyStatement.tls_keys");
  EXPECT_EQ(refused([&](auto& b) { b.set_tls_keys(1, b.tls_keys(0)); }), "KeyStatement.tls_keys");
  EXPECT_EQ(refused([&](auto& b) {
              *b.add_signing_keys() = published(stolen, issued, limits::signing_key_life);
              *b.add_signing_keys() = published(identity, issued, limits::signing_key_life);
            }),
            "KeyStatement.signing_keys");
}

TEST(Epochs, AreWeeksWithTenMinutesOfSlack) {
  const Time begin = epoch_begin(2950);
  EXPECT_EQ(epoch_at(begin), 2950u);
  EXPECT_EQ(epoch_at(begin - std::chrono::milliseconds(1)), 2949u);
  EXPECT_TRUE(epoch_holds(2950, begin - std::chrono::minutes(10)));
  EXPECT_FALSE(epoch_holds(2950, begin - std::chrono::minutes(11)));
  EXPECT_FALSE(epoch_is_due_for_destruction(2950, epoch_begin(2951) + std::chrono::hours(24 * 29)));
  EXPECT_TRUE(epoch_is_due_for_destruction(2950, epoch_begin(2951) + std::chrono::hours(24 * 30)));
}

}  // namespace
}  // namespace veerpont::crypto
