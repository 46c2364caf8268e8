#include "crypto/objects/section.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "crypto/objects/envelope.h"
#include "crypto/random.h"

namespace veerpont::crypto {
namespace {

template <class T>
T fresh() {
  return *T::from_bytes(random_bytes(16));
}

class Section : public testing::Test {
 protected:
  OrgId recipient = *OrgId::parse("jgt-leiden");
  hpke::KeyPair epoch_key = hpke::generate_key_pair();
  SectionBinding binding{fresh<MessageId>(), Category::care_need, sha256("sender key"),
                         key_id(KeyType::epoch, epoch_key.public_key), fresh<GrantId>()};
  std::string document = "a story";

  SealedSection sealed() {
    return std::move(*seal_section(binding, recipient, epoch_key.public_key, document));
  }
  Result<SecretBytes> open(const SealedSection& s, const SectionBinding& with) {
    return open_section(with, recipient, epoch_key, s.share.reveal(),
                        {s.ciphertext, s.commitment, s.share_id, s.enc, s.wrapped});
  }
};

TEST_F(Section, OpensWithTheEpochKeyAndTheShare) {
  const SealedSection s = sealed();
  EXPECT_EQ(open(s, binding)->reveal(), document);
  EXPECT_EQ(s.ciphertext.size(), sealed_size(document.size()));
  EXPECT_EQ(s.ciphertext.size(), 256u + 16u);
  EXPECT_EQ(s.ciphertext.find("story"), std::string::npos);
}

TEST_F(Section, OpensAtEveryInterestingLength) {
  for (const std::size_t length : {0u, 1u, 251u, 252u, 253u, 1000u, 70'000u}) {
    document.assign(length, 'x');
    EXPECT_EQ(open(sealed(), binding)->reveal(), document) << length;
  }
  EXPECT_EQ(seal_section(binding, recipient, epoch_key.public_key,
                         std::string(limits::section_bytes + 1, 'x'))
                .refusal()
                .code,
            RefusalCode::too_large);
}

TEST_F(Section, DoesNotOpenUnderAnotherBinding) {
  const SealedSection s = sealed();
  const auto refused = [&](SectionBinding other) { return !open(s, other); };
  auto other = binding;
  other.grant = fresh<GrantId>();
  EXPECT_TRUE(refused(other));
  other = binding;
  other.message = fresh<MessageId>();
  EXPECT_TRUE(refused(other));
  other = binding;
  other.category = Category::safety;
  EXPECT_TRUE(refused(other));
  other = binding;
  other.sender_key_id = sha256("another organisation's key");
  EXPECT_TRUE(refused(other));
  EXPECT_FALSE(refused(binding));
}

TEST_F(Section, DoesNotOpenWithoutTheRightShareOrKey) {
  const SealedSection s = sealed();
  const SectionParts parts{s.ciphertext, s.commitment, s.share_id, s.enc, s.wrapped};
  EXPECT_EQ(
      open_section(binding, recipient, epoch_key, std::string(32, 'x'), parts).refusal().detail,
      "share");
  EXPECT_EQ(open_section(binding, recipient, hpke::generate_key_pair(), s.share.reveal(), parts)
                .refusal()
                .detail,
            "wrap");
  EXPECT_EQ(open_section(binding, *OrgId::parse("another"), epoch_key, s.share.reveal(), parts)
                .refusal()
                .detail,
            "share");
}

TEST_F(Section, NoticesEveryFlippedByte) {
  const SealedSection s = sealed();
  const auto opens = [&](const std::string& ciphertext, const Hash& commitment, const Hash& id,
                         const std::string& enc, const std::string& wrapped,
                         const std::string& share) {
    return static_cast<bool>(open_section(binding, recipient, epoch_key, share,
                                          {ciphertext, commitment, id, enc, wrapped}));
  };
  const auto flipped = [](std::string bytes, std::size_t i) {
    bytes[i] = static_cast<char>(bytes[i] ^ 0x20);
    return bytes;
  };
  const auto flipped_hash = [&](const Hash& hash, std::size_t i) {
    return *Hash::from_bytes(flipped(hash.str(), i));
  };
  const std::string share(s.share.reveal());
  for (std::size_t i = 0; i < s.ciphertext.size(); ++i)
    ASSERT_FALSE(opens(flipped(s.ciphertext, i), s.commitment, s.share_id, s.enc, s.wrapped, share))
        << i;
  for (std::size_t i = 0; i < 32; ++i) {
    ASSERT_FALSE(
        opens(s.ciphertext, flipped_hash(s.commitment, i), s.share_id, s.enc, s.wrapped, share))
        << i;
    ASSERT_FALSE(
        opens(s.ciphertext, s.commitment, flipped_hash(s.share_id, i), s.enc, s.wrapped, share))
        << i;
    ASSERT_FALSE(opens(s.ciphertext, s.commitment, s.share_id, flipped(s.enc, i), s.wrapped, share))
        << i;
    ASSERT_FALSE(opens(s.ciphertext, s.commitment, s.share_id, s.enc, s.wrapped, flipped(share, i)))
        << i;
  }
  for (std::size_t i = 0; i < s.wrapped.size(); ++i)
    ASSERT_FALSE(opens(s.ciphertext, s.commitment, s.share_id, s.enc, flipped(s.wrapped, i), share))
        << i;
}

class EnvelopeTest : public testing::Test {
 protected:
  SigningKey identity = SigningKey::generate();
  SigningKey signing = SigningKey::generate();
  SigningKey cosigner = SigningKey::generate();
  Time now = time_from_ms(1'800'000'000'000);
  hpke::KeyPair epoch_key = hpke::generate_key_pair();

  KeyStatement recipient() {
    v1::KeyStatement body;
    body.set_org("jgt-leiden");
    body.set_issued(to_ms(now));
    body.set_valid_until(to_ms(now + std::chrono::hours(24 * 30)));
    auto* key = body.add_epoch_keys();
    key->set_epoch(epoch_at(now));
    key->set_public_key(epoch_key.public_key);
    body.add_tls_keys(sha256("a TLS key").str());
    return *KeyStatement::verify(make_statement(body, {identity, {&signing}, cosigner}));
  }
  Draft draft() {
    return {fresh<MessageId>(),
            fresh<ReferralId>(),
            *OrgId::parse("de-binnenvest"),
            *OrgId::parse("jgt-leiden"),
            fresh<GrantId>(),
            Step::refer,
            now,
            now + std::chrono::hours(24),
            now + std::chrono::hours(2),
            std::nullopt,
            fresh<OperationId>()};
  }
  std::vector<SectionDocument> sections{{Category::routing, "r"}, {Category::care_need, "c"}};
};

TEST_F(EnvelopeTest, HeaderParsesBackToWhatWasDrafted) {
  const Draft wanted = draft();
  auto sealed = seal_envelope(wanted, sections, recipient(), signing);
  ASSERT_TRUE(sealed);
  auto header = Header::parse(sealed->envelope.header());
  ASSERT_TRUE(header);
  EXPECT_EQ(header->message, wanted.message);
  EXPECT_EQ(header->categories(), (CategorySet{Category::routing, Category::care_need}));
  EXPECT_EQ(header->sections[0].recipient_key_id, key_id(KeyType::epoch, epoch_key.public_key));
  EXPECT_TRUE(verify(signing.public_key(), Header::type, sealed->envelope.header(),
                     sealed->envelope.signature()));
  EXPECT_TRUE(check_ciphertexts(*header, sealed->envelope));
  std::swap(*sealed->envelope.mutable_ciphertexts(0), *sealed->envelope.mutable_ciphertexts(1));
  EXPECT_EQ(check_ciphertexts(*header, sealed->envelope).refusal().code,
            RefusalCode::section_mismatch);
}

TEST_F(EnvelopeTest, RefusesARecipientWithoutAKeyForThisWeek) {
  Draft late = draft();
  late.created = now + std::chrono::hours(24 * 14);
  late.expires = late.created + std::chrono::hours(1);
  late.respond_by = late.created + std::chrono::hours(1);
  EXPECT_EQ(seal_envelope(late, sections, recipient(), signing).refusal().code,
            RefusalCode::recipient_keys_expired);
}

TEST_F(EnvelopeTest, RefusesAReferralWithoutAnswerTimeOrContent) {
  Draft timeless = draft();
  timeless.respond_by.reset();
  EXPECT_EQ(seal_envelope(timeless, sections, recipient(), signing).refusal().detail,
            "Header.respond_by");
  EXPECT_EQ(seal_envelope(draft(), {}, recipient(), signing).refusal().detail, "Header.sections");
}

}  // namespace
}  // namespace veerpont::crypto
