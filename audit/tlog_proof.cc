#include "audit/tlog_proof.h"

#include <charconv>

#include "audit/note.h"

namespace veerpont::audit {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1\n";
constexpr std::size_t kMostHashes = 63;

// The line up to its end, which is taken off; nothing when there is no whole line.
std::optional<std::string_view> line_of(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc() && end == text.data() + text.size();
  return whole && std::to_string(number) == text ? std::optional(number) : std::nullopt;
}

Refusal no_proof() { return {RefusalCode::invalid_input, "the file is no tlog-proof"}; }

}  // namespace

std::string TlogProof::str() const {
  std::string out(kHeader);
  if (!extra.empty()) out += "extra " + crypto::to_base64(extra) + "\n";
  out += "index " + std::to_string(index) + "\n";
  for (const Hash& hash : hashes) out += crypto::to_base64(hash.bytes()) + "\n";
  return out + "\n" + note;
}

std::optional<TlogProof> TlogProof::parse(std::string_view text) {
  TlogProof proof;
  if (text.size() > kMost || !text.starts_with(kHeader)) return std::nullopt;
  text.remove_prefix(kHeader.size());
  auto line = line_of(text);
  if (line && line->starts_with("extra ")) {
    auto extra = crypto::from_base64(line->substr(6));
    if (!extra || extra->empty()) return std::nullopt;
    proof.extra = std::move(*extra);
    line = line_of(text);
  }
  const auto index =
      line && line->starts_with("index ") ? number_in(line->substr(6)) : std::nullopt;
  if (!index) return std::nullopt;
  proof.index = *index;
  for (line = line_of(text); line && !line->empty(); line = line_of(text)) {
    const auto bytes = crypto::from_base64(*line);
    const auto hash = bytes ? Hash::from_bytes(*bytes) : std::nullopt;
    if (!hash || proof.hashes.size() == kMostHashes) return std::nullopt;
    proof.hashes.push_back(*hash);
  }
  if (!line || text.empty()) return std::nullopt;
  proof.note = text;
  return proof;
}

TlogProof proof_of(const v1::ProvenEvent& proven, const std::string& note) {
  return {proven.salt() + proven.body(), proven.index(), hashes_from(proven.inclusion_proof()),
          note};
}

Result<ProvenInLog> check_proof(std::string_view text, const VerifierKey& key) {
  const auto proof = TlogProof::parse(text);
  if (!proof || proof->extra.size() <= Hash::size) return no_proof();
  const auto checkpoint = SignedCheckpoint::verify(proof->note, key);
  if (!checkpoint)
    return Refusal{RefusalCode::tampered, "this log's key did not sign the checkpoint in the file"};
  v1::ProvenEvent proven;
  proven.set_index(proof->index);
  proven.set_salt(proof->extra.substr(0, Hash::size));
  proven.set_body(proof->extra.substr(Hash::size));
  for (const Hash& hash : proof->hashes) proven.add_inclusion_proof(hash.str());
  auto event = verify_event(proven, checkpoint->size(), checkpoint->root());
  if (!event) return event.refusal();
  return ProvenInLog{std::move(*event), checkpoint->checkpoint()};
}

}  // namespace veerpont::audit
