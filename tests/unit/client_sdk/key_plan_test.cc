// Ten years of key statements, made as the SDK makes them, at any rhythm of connecting: the keys
// that they list.
#include "client_sdk/home/key_plan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "base/limits.h"
#include "base/private_file.h"
#include "client_sdk/home/own_keys.h"
#include "crypto/random.h"

namespace veerpont::sdk {
namespace {

using crypto::SigningKey;
using std::chrono::days;

struct Home {
  SigningKey identity = SigningKey::generate();
  SigningKey cosigner = SigningKey::generate();
  std::vector<SigningKey> keys;  // all that it ever made
  std::optional<crypto::KeyStatement> newest;

  void publish(Time now, const NewKeys& fresh, const CertificateInUse& certificate) {
    v1::KeyStatement body;
    body.set_org("de-binnenvest");
    body.set_issued(to_ms(now));
    body.set_valid_until(to_ms(now + limits::statement_life));
    if (newest) {
      body.set_sequence(newest->sequence() + 1);
      body.set_previous_sha256(newest->sha256().str());
      list_keys(*newest, fresh, certificate, body);
    } else {
      *body.add_signing_keys() = crypto::published(*fresh.signing, now, limits::signing_key_life);
      body.add_tls_keys(fresh.tls->str());
    }
    std::vector<const SigningKey*> signers;
    for (const auto& key : keys) signers.push_back(&key);
    const auto made =
        crypto::KeyStatement::verify(crypto::make_statement(body, {identity, signers, cosigner}));
    ASSERT_TRUE(made) << describe(made.refusal());
    newest = *made;
  }
};

TEST(KeyPlan, LeavesNoDayWithoutAKeyAndNoMessageWithoutItsSigner) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Home home;
    home.keys.push_back(SigningKey::generate());
    const Time begin = time_from_ms(1'795'000'000'000);
    CertificateInUse certificate{crypto::sha256("tls 0"), begin + days(365)};
    home.publish(begin, {&home.keys.back(), certificate.key}, certificate);
    std::map<std::string, Time>
        last_signed;  // by public key: when it was the newest for the last time
    Time now = begin;
    while (now < begin + days(3650)) {
      now += days(1 + static_cast<int>(random() % 29));
      NewKeys fresh;
      if (needs_signing_key(*home.newest, now)) {
        home.keys.push_back(SigningKey::generate());
        fresh.signing = &home.keys.back();
      }
      if (needs_tls_key(*home.newest, certificate, now))
        fresh.tls = crypto::sha256("tls " + std::to_string(home.newest->sequence()));
      home.publish(now, fresh, certificate);
      if (const auto wanted = to_certify(*home.newest, certificate, now))
        certificate = {*wanted, now + days(365)};
      const auto& body = home.newest->body();
      ASSERT_TRUE(body.signing_keys_size() >= 1 && body.signing_keys_size() <= 3);
      ASSERT_TRUE(body.tls_keys_size() >= 1 && body.tls_keys_size() <= 2);
      ASSERT_TRUE(home.newest->lists_tls_key(certificate.key));
      ASSERT_TRUE(certificate.end > now);
      // A message that the newest key signs today is verified under a listed key until it ends.
      const auto& newest = *std::ranges::max_element(
          body.signing_keys(), [](const auto& a, const auto& b) { return a.from() < b.from(); });
      ASSERT_TRUE(time_from_ms(newest.until()) - now > Time::duration(days(60)));
      last_signed[newest.public_key()] = now;
      for (const auto& [key, when] : last_signed) {
        const bool listed = std::ranges::any_of(
            body.signing_keys(),
            [&one_key = key](const auto& one) { return one.public_key() == one_key; });
        ASSERT_TRUE(listed || now - when >= Time::duration(limits::message_life));
      }
    }
  }
}

TEST(KeyPlan, AReplacementListsItselfAloneAndSaysThatTheOthersAreCompromised) {
  Home home;
  home.keys.push_back(SigningKey::generate());
  const Time now = time_from_ms(1'795'000'000'000);
  const CertificateInUse certificate{crypto::sha256("tls"), now + days(365)};
  home.publish(now, {&home.keys.back(), certificate.key}, certificate);
  home.keys.push_back(SigningKey::generate());
  home.publish(now + days(1), {&home.keys.back(), {}, true}, certificate);
  ASSERT_EQ(home.newest->body().signing_keys_size(), 1);
  EXPECT_EQ(home.newest->body().signing_keys(0).public_key(), home.keys.back().public_key());
  EXPECT_TRUE(home.newest->revokes(
      crypto::key_id(crypto::KeyType::signing, home.keys.front().public_key())));
  home.publish(now + days(2), {}, certificate);
  EXPECT_TRUE(home.newest->revokes(
      crypto::key_id(crypto::KeyType::signing, home.keys.front().public_key())))
      << "for ever";
}

TEST(OwnKeysTest, AreSealedKeptWhileNeededAndOverwritten) {
  const std::string path = testing::TempDir() + "own-keys-" + std::to_string(::getpid());
  std::filesystem::remove(path);
  const crypto::Key32 storage = crypto::random_key();
  const SigningKey old = SigningKey::generate(), fresh = SigningKey::generate();
  {
    auto own = OwnKeys::open(path, storage);
    ASSERT_TRUE(own);
    EXPECT_TRUE(own->add(old) && own->add(fresh));
  }
  const std::string before = *read_file(path);
  for (const SigningKey* key : {&old, &fresh})
    EXPECT_EQ(before.find(key->seed().reveal()), std::string::npos) << "sealed";
  {
    auto own = OwnKeys::open(path, storage);
    ASSERT_TRUE(own);
    ASSERT_EQ(own->signing().size(), 2u);
    EXPECT_TRUE(own->keep_only({fresh.public_key()}, {}));
  }
  const std::string after = *read_file(path);
  ASSERT_EQ(after.size(), before.size());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < after.size(); ++i)
    changed += static_cast<std::size_t>(after[i] != before[i]);
  EXPECT_GT(changed, 64u) << "the slot was overwritten in place";
  auto own = OwnKeys::open(path, storage);
  ASSERT_TRUE(own);
  ASSERT_EQ(own->signing().size(), 1u);
  EXPECT_EQ(own->signing().front().public_key(), fresh.public_key());
}

TEST(OwnKeysTest, ADamagedFileOrAnotherStorageKeyOpensNothing) {
  const std::string path = testing::TempDir() + "own-keys-damaged-" + std::to_string(::getpid());
  std::filesystem::remove(path);
  const crypto::Key32 storage = crypto::random_key();
  {
    auto own = OwnKeys::open(path, storage);
    ASSERT_TRUE(own && own->add(SigningKey::generate()));
  }
  EXPECT_FALSE(OwnKeys::open(path, crypto::random_key()));
  std::string bytes = *read_file(path);
  bytes[20] = static_cast<char>(bytes[20] ^ 1);
  ASSERT_TRUE(write_private_file(path, bytes));
  EXPECT_FALSE(OwnKeys::open(path, storage));
}

}  // namespace
}  // namespace veerpont::sdk
