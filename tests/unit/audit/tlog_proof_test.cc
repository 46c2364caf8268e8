// A file that proves one event: it holds with the verifier key alone, and nothing in it can be
// another.
#include "audit/tlog_proof.h"

#include <gtest/gtest.h>

#include "audit/tiles.h"
#include "crypto/random.h"
#include "schemas/wire.h"

namespace veerpont::audit {
namespace {

class TlogProofTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kEvents = 37;
  crypto::SigningKey signer = crypto::SigningKey::generate();
  VerifierKey key = *VerifierKey::create("log.example/audit", signer.public_key());
  TileEdge edge;
  TileEdge::Tiles tiles;
  Frontier frontier;
  std::vector<v1::ProvenEvent> events;

  TlogProofTest() {
    for (std::uint64_t i = 0; i < kEvents; ++i) {
      v1::AuditEvent event;
      event.set_kind(v1::EVENT_KIND_SUBMITTED);
      event.set_actor("de-binnenvest");
      event.set_time(static_cast<std::int64_t>(1000 + i));
      auto& proven = events.emplace_back();
      proven.set_index(i);
      proven.set_body(wire::serialise(event));
      proven.set_salt(crypto::random_bytes(32));
      const Hash leaf = event_leaf(proven.salt(), proven.body());
      edge.append(leaf, tiles);
      frontier.append(leaf);
    }
  }
  std::string file(std::uint64_t index) {
    const NodeReader node = node_reader([this](TileId id) { return tiles[id]; });
    v1::ProvenEvent proven = events[index];
    for (const Hash& hash : inclusion_proof(index, kEvents, node))
      proven.add_inclusion_proof(hash.str());
    const auto signed_one =
        SignedCheckpoint::sign({key.name(), kEvents, frontier.root()}, key, signer);
    return proof_of(proven, signed_one.note()).str();
  }
};

TEST_F(TlogProofTest, EachEventIsProvenByItsFileAlone) {
  for (std::uint64_t i = 0; i < kEvents; ++i) {
    const auto held = check_proof(file(i), key);
    ASSERT_TRUE(held) << i << describe(held.refusal());
    EXPECT_EQ(held->event.index.value, i);
    EXPECT_EQ(held->event.event.time(), static_cast<std::int64_t>(1000 + i));
    EXPECT_EQ(held->checkpoint.size, kEvents);
    EXPECT_EQ(TlogProof::parse(file(i))->str(), file(i));
  }
}

TEST_F(TlogProofTest, NoByteOfItCanBeAnother) {
  const std::string whole = file(20);
  int tampered = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    const auto held = check_proof(changed, key);
    EXPECT_FALSE(held) << at;
    if (!held) tampered += held.refusal().code == RefusalCode::tampered ? 1 : 0;
  }
  EXPECT_GT(tampered, 100);
  for (std::size_t end = 0; end < whole.size(); ++end)
    EXPECT_FALSE(check_proof(whole.substr(0, end), key)) << end;
  EXPECT_FALSE(check_proof(whole + "x", key));
  const auto other =
      *VerifierKey::create("log.example/audit", crypto::SigningKey::generate().public_key());
  EXPECT_EQ(check_proof(whole, other).refusal().code, RefusalCode::tampered);
  EXPECT_EQ(check_proof(std::string(TlogProof::kMost + 1, 'x'), key).refusal().code,
            RefusalCode::invalid_input);
}

TEST_F(TlogProofTest, IsWrittenAsTheSpecificationShows) {
  // C2SP tlog-proof: header, extra, index, hashes, an empty line, the checkpoint.
  const std::string text = file(0);
  EXPECT_TRUE(text.starts_with("c2sp.org/tlog-proof@v1\nextra "));
  EXPECT_NE(text.find("\nindex 0\n"), std::string::npos);
  EXPECT_NE(text.find("\n\nlog.example/audit\n37\n"), std::string::npos);
}

}  // namespace
}  // namespace veerpont::audit
