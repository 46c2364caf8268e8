#include "audit/verifier.h"

#include <gtest/gtest.h>

#include "audit/tiles.h"
#include "crypto/random.h"
#include "schemas/wire.h"

namespace veerpont::audit {
namespace {

// A small honest log to verify against.
class VerifierTest : public testing::Test {
 protected:
  crypto::SigningKey signer = crypto::SigningKey::generate();
  VerifierKey key = *VerifierKey::create("log.example/audit", signer.public_key());
  TileEdge edge;
  TileEdge::Tiles tiles;
  Frontier frontier;
  ChainHead chain;
  OrgId org = *OrgId::parse("de-binnenvest");
  NodeReader node = node_reader([this](TileId id) { return tiles[id]; });

  v1::ProvenEvent append() {
    v1::ProvenEvent proven;
    v1::AuditEvent event;
    event.set_kind(v1::EVENT_KIND_SUBMITTED);
    event.set_actor(org.str());
    *proven.add_openings() = next_opening(org, chain);
    event.set_actor_chain(chain_commitment(proven.openings(0)).str());
    proven.set_body(wire::serialise(event));
    proven.set_salt(crypto::random_bytes(32));
    proven.set_index(frontier.size());
    const Hash leaf = event_leaf(proven.salt(), proven.body());
    edge.append(leaf, tiles);
    frontier.append(leaf);
    chain = {chain.next + 1, leaf};
    return proven;
  }
  void prove(v1::ProvenEvent& proven) {
    for (const Hash& hash : inclusion_proof(proven.index(), frontier.size(), node))
      proven.add_inclusion_proof(hash.str());
  }
  v1::ProvenCheckpoint checkpoint(std::uint64_t from) {
    v1::ProvenCheckpoint out;
    out.set_note(
        SignedCheckpoint::sign({key.name(), frontier.size(), frontier.root()}, key, signer).note());
    if (from > 0) {
      out.set_consistent_from(from);
      for (const Hash& hash : consistency_proof(from, frontier.size(), node))
        out.add_consistency_proof(hash.str());
    }
    return out;
  }
};

TEST_F(VerifierTest, AcceptsAnHonestEventAndItsChain) {
  append();
  auto proven = append();
  append();
  prove(proven);
  auto verified = verify_event(proven, frontier.size(), frontier.root());
  ASSERT_TRUE(verified);
  auto opening = open_chain(*verified, proven, org);
  ASSERT_TRUE(opening && opening->has_value());
  EXPECT_EQ((*opening)->number(), 1u);
  EXPECT_FALSE(open_chain(*verified, proven, *OrgId::parse("another"))->has_value());
}

TEST_F(VerifierTest, AProofOfAnotherEntryProvesNothing) {
  auto first = append();
  auto second = append();
  prove(first);
  second.mutable_inclusion_proof()->CopyFrom(first.inclusion_proof());
  second.set_index(first.index());
  EXPECT_EQ(verify_event(second, frontier.size(), frontier.root()).refusal().code,
            RefusalCode::tampered);
}

TEST_F(VerifierTest, NoticesAChangedBodySaltOpeningOrObject) {
  auto proven = append();
  append();
  prove(proven);
  auto changed = proven;
  changed.mutable_body()->back() = static_cast<char>(changed.body().back() ^ 1);
  EXPECT_FALSE(verify_event(changed, frontier.size(), frontier.root()));
  changed = proven;
  changed.mutable_salt()->front() = static_cast<char>(changed.salt().front() ^ 1);
  EXPECT_FALSE(verify_event(changed, frontier.size(), frontier.root()));
  changed = proven;
  changed.mutable_object()->set_body("another object");
  EXPECT_FALSE(verify_event(changed, frontier.size(), frontier.root()));
  changed = proven;
  changed.mutable_openings(0)->set_number(7);
  EXPECT_FALSE(open_chain(*verify_event(changed, frontier.size(), frontier.root()), changed, org));
  changed.clear_openings();
  EXPECT_FALSE(open_chain(*verify_event(changed, frontier.size(), frontier.root()), changed, org));
}

TEST_F(VerifierTest, ACheckpointMustExtendThePinnedOne) {
  append();
  append();
  auto pinned = advance(key, std::nullopt, checkpoint(0));
  ASSERT_TRUE(pinned);
  append();
  append();
  auto honest = checkpoint(2);
  EXPECT_TRUE(advance(key, *pinned, honest));
  EXPECT_FALSE(advance(key, *pinned, checkpoint(1)));  // proves from elsewhere
  auto stripped = honest;
  stripped.clear_consistency_proof();
  EXPECT_FALSE(advance(key, *pinned, stripped));
  auto newest = advance(key, *pinned, honest);
  EXPECT_FALSE(advance(key, *newest, [&] {
    v1::ProvenCheckpoint old;
    old.set_note(pinned->note());
    return old;
  }()));
  v1::ProvenCheckpoint forked;
  forked.set_note(
      SignedCheckpoint::sign({key.name(), 4, crypto::sha256("a fork")}, key, signer).note());
  EXPECT_EQ(advance(key, *newest, forked).refusal().detail, "two roots for one size");
}

}  // namespace
}  // namespace veerpont::audit
