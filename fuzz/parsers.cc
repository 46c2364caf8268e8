#include "audit/evidence.h"
#include "audit/tiles.h"
#include "audit/tlog_proof.h"
#include "audit/verifier.h"
#include "audit/witness_policy.h"
#include "client_sdk/home/invitation.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "fuzz/targets.h"
#include "rules/profile.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"
#include "veerpont/v1/directory.pb.h"
#include "veerpont/v1/documents.pb.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::fuzz {
namespace {

constexpr Target kTargets[] = {{"frame", frame},
                               {"header", header},
                               {"grant", grant},
                               {"key_statement", key_statement},
                               {"note", note},
                               {"evidence", evidence},
                               {"proof", proof},
                               {"tile_path", tile_path},
                               {"http_request", http_request},
                               {"gateway_request", gateway_request},
                               {"passkey", passkey},
                               {"id_token", id_token},
                               {"document_json", document_json},
                               {"invitation", invitation},
                               {"draft", draft},
                               {"text", text},
                               {"dossier_rows", dossier_rows},
                               {"session", session}};

template <class M>
void one_spelling(std::string_view bytes) {
  if (auto parsed = wire::parse<M>(bytes))
    require(wire::serialise(*parsed) == bytes, "what was accepted has one spelling");
}

template <class T>
bool parses(std::string_view bytes) {
  return static_cast<bool>(T::parse(bytes));
}

template <class M>
void document(std::string_view json) {
  M first;
  if (!read_json(json, first)) return;
  M again;
  require(static_cast<bool>(read_json(write_json(first), again)),
          "what was read can be written and read");
  require(wire::serialise(first) == wire::serialise(again), "and is the same");
}

}  // namespace

std::span<const Target> targets() { return kTargets; }

void frame(std::string_view bytes) {
  one_spelling<v1::ClientFrame>(bytes);
  one_spelling<v1::BrokerFrame>(bytes);
}

void header(std::string_view bytes) {
  auto parsed = crypto::Header::parse(bytes);
  if (!parsed) return;
  Category last{};
  for (const auto& section : parsed->sections) {
    require(section.category > last, "sections ascend by category");
    last = section.category;
    require(parsed->section(section.category) == &section, "a section is found by its category");
    (void)parsed->binding(section);
  }
  require(parsed->expires > parsed->created, "a message ends after it began");
  require(!crypto::check_ciphertexts(*parsed, v1::Envelope()) || parsed->sections.empty(),
          "ciphertexts are there");
}

void grant(std::string_view bytes) {
  Pieces in(bytes);
  switch (in.byte() % 8) {
    case 0:
      if (auto parsed = crypto::Grant::parse(in.rest())) {
        require(rules::may_end_at(parsed->scope.ground, parsed->scope.not_before,
                                  parsed->scope.expires),
                "a grant ends when its ground lets it");
        require(!parsed->scope.outbound.has(Category::grant_record), "the record is never listed");
      }
      return;
    case 1:
      (void)parses<crypto::Withdrawal>(in.rest());
      return;
    case 2:
      if (auto parsed = crypto::Received::parse(in.rest()))
        require(!parsed->messages.empty() && parsed->messages.size() <= 256, "1 to 256 messages");
      return;
    case 3:
      (void)parses<crypto::Rejected>(in.rest());
      return;
    case 5:
      (void)parses<crypto::Review>(in.rest());
      return;
    case 6:
      if (auto parsed = crypto::ProfileStatement::parse(in.rest()))
        require(bool(check_profile(parsed->profile)), "a profile that was taken is sound");
      return;
    case 7:
      (void)parses<crypto::AccessLogAnchor>(in.rest());
      return;
    default:
      if (auto parsed = crypto::Release::parse(in.rest()))
        require(!parsed->categories.empty(), "a release names something");
  }
}

void key_statement(std::string_view bytes) {
  auto parsed = wire::parse<v1::SignedKeyStatement>(bytes, 64u << 10);
  if (!parsed) return;
  auto statement = crypto::KeyStatement::verify(*parsed);
  if (!statement) return;
  parsed->mutable_body()->back() ^= 1;
  require(!crypto::KeyStatement::verify(*parsed), "a changed statement does not verify");
}

void note(std::string_view bytes) {
  static const auto key = crypto::SigningKey::from_seed(crypto::Key32::from(std::string(32, 'k')));
  static const auto verifier =
      *audit::VerifierKey::create("federatie.example/audit", key.public_key());
  if (auto parsed = audit::Note::parse(bytes)) {
    std::string again = parsed->text + "\n";
    for (const auto& s : parsed->signatures)
      again += "\xe2\x80\x94 " + s.name + " " + crypto::to_base64(s.key_id + s.signature) + "\n";
    require(again == bytes, "a note has one spelling");
  }
  if (auto checkpoint = audit::SignedCheckpoint::verify(bytes, verifier)) {
    require(checkpoint->note() == bytes, "a checkpoint is its note");
    require(checkpoint->checkpoint().origin == verifier.name(), "and of this log");
  }
  if (auto parsed = audit::TlogProof::parse(bytes))
    require(parsed->str() == bytes, "a proof in a file has one spelling");
  require(!audit::check_proof(bytes, verifier), "nobody signed a log with this in it");
  if (auto parsed = audit::VerifierKey::parse(bytes))
    require(parsed->str() == bytes, "a verifier key has one spelling");
  if (auto parsed = audit::Checkpoint::parse(bytes))
    require(parsed->text() == bytes, "a checkpoint's text has one spelling");
}

// Nobody who has not the log's key convicts it.
void evidence(std::string_view bytes) {
  static const auto key = crypto::SigningKey::from_seed(crypto::Key32::from(std::string(32, 'k')));
  static const auto verifier =
      *audit::VerifierKey::create("federatie.example/audit", key.public_key());
  if (auto policy = audit::WitnessPolicy::parse(bytes))
    require(policy->witnesses().empty() ? policy->quorum() == 0
                                        : 2 * policy->quorum() > policy->witnesses().size(),
            "two quorums share a witness");
  if (auto witness = audit::VerifierKey::parse(bytes, audit::SignatureType::cosignature))
    require(witness->str() == bytes, "a witness's key has one spelling");
  require(!audit::cosigned_at("text\n", bytes, verifier), "nobody cosigned this");
  v1::LogEvidence said;
  if (!read_json(bytes, said)) return;
  const auto judged = audit::judge(said, verifier);
  require(!judged || !judged->convicts, "evidence that somebody made up convicts nobody");
}

// A tree of up to 64 leaves; the input says which proof, and what is changed in it.
void proof(std::string_view bytes) {
  Pieces in(bytes);
  const std::uint64_t size = 1 + in.byte() % 64;
  std::vector<audit::Hash> leaves;
  audit::Frontier tree;
  for (std::uint64_t i = 0; i < size; ++i) {
    leaves.push_back(audit::leaf_hash(std::to_string(i)));
    tree.append(leaves.back());
  }
  audit::TileEdge edge;
  audit::TileEdge::Tiles tiles;
  for (const auto& leaf : leaves) edge.append(leaf, tiles);
  const auto node = audit::node_reader([&](audit::TileId id) { return tiles[id]; });
  const bool inclusion = in.byte() % 2 == 0;
  const std::uint64_t at = in.byte() % size;
  auto hashes = inclusion ? audit::inclusion_proof(at, size, node)
                          : audit::consistency_proof(at + 1, size, node);
  const auto honest = hashes;
  std::uint64_t claimed = inclusion ? at : at + 1;
  const std::uint64_t was = claimed;
  while (!in.empty()) {
    const unsigned char what = in.byte();
    if (what % 4 == 0 && !hashes.empty()) {
      std::string changed = hashes[in.byte() % hashes.size()].str();
      hashes[in.byte() % hashes.size()] = *audit::Hash::from_bytes(changed);
    } else if (what % 4 == 1) {
      hashes.push_back(crypto::sha256(in.text(3)));
    } else if (what % 4 == 2 && !hashes.empty()) {
      hashes.pop_back();
    } else {
      claimed = in.u64();
    }
  }
  const bool same = hashes == honest && claimed == was;
  const audit::Hash old_root = inclusion ? audit::Hash() : audit::root_at(at + 1, node);
  const bool holds = inclusion
                         ? audit::verify_inclusion(leaves[at], claimed, size, hashes, tree.root())
                         : audit::verify_consistency(claimed, old_root, size, tree.root(), hashes);
  require(holds == same, "a proof holds exactly when nothing was changed");
}

void tile_path(std::string_view bytes) {
  auto parsed = audit::TilePath::parse(bytes);
  if (!parsed) return;
  require(parsed->str() == bytes, "a tile has one path");
  require(parsed->width >= 1 && parsed->width <= audit::kTileWidth, "a width is 1 to 256");
}

void document_json(std::string_view bytes) {
  document<v1::Referral>(bytes);
  document<v1::Update>(bytes);
  document<v1::GrantDraft>(bytes);
  document<v1::SiblingReferrals>(bytes);
  document<v1::Profile>(bytes);
}

void invitation(std::string_view bytes) {
  if (auto parsed = sdk::Invitation::parse(bytes))
    require(parsed->token.size() == 32, "a token has 32 bytes");
}

}  // namespace veerpont::fuzz
