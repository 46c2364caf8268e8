#include "audit/checkpoint.h"

#include <charconv>

namespace veerpont::audit {

std::string Checkpoint::text() const {
  return origin + "\n" + std::to_string(size) + "\n" + crypto::to_base64(root.bytes()) + "\n";
}

std::optional<Checkpoint> Checkpoint::parse(std::string_view text) {
  const auto first = text.find('\n');
  const auto second = first == text.npos ? text.npos : text.find('\n', first + 1);
  const auto third = second == text.npos ? text.npos : text.find('\n', second + 1);
  if (third == text.npos || third + 1 != text.size()) return std::nullopt;
  Checkpoint out;
  out.origin = text.substr(0, first);
  const std::string_view digits = text.substr(first + 1, second - first - 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.size);
  const auto root = crypto::from_base64(text.substr(second + 1, third - second - 1));
  const auto hash = root ? Hash::from_bytes(*root) : std::nullopt;
  if (error != std::errc() || end != digits.data() + digits.size() || !hash) return std::nullopt;
  out.root = *hash;
  return out.text() == text ? std::optional(out) : std::nullopt;
}

SignedCheckpoint SignedCheckpoint::sign(const Checkpoint& checkpoint, const VerifierKey& key,
                                        const crypto::SigningKey& signer) {
  return SignedCheckpoint(sign_note(checkpoint.text(), key, signer), checkpoint);
}

std::optional<SignedCheckpoint> SignedCheckpoint::verify(std::string_view bytes,
                                                         const VerifierKey& key) {
  const auto note = Note::parse(bytes);
  if (!note || !note->is_signed_by(key)) return std::nullopt;
  auto checkpoint = Checkpoint::parse(note->text);
  if (!checkpoint || checkpoint->origin != key.name()) return std::nullopt;
  return SignedCheckpoint(std::string(bytes), std::move(*checkpoint));
}

std::optional<SignedCheckpoint> SignedCheckpoint::from(const crypto::Seen& seen,
                                                       const VerifierKey& key) {
  Checkpoint checkpoint{key.name(), seen.size, seen.root};
  return verify(note_of(checkpoint.text(), key, seen.signature), key);
}

crypto::Seen SignedCheckpoint::seen(const VerifierKey& key) const {
  std::string signature;
  if (const auto note = Note::parse(note_))
    for (const NoteSignature& line : note->signatures)
      if (line.name == key.name() && line.key_id == key.key_id()) signature = line.signature;
  return {size(), root(), std::move(signature)};
}

}  // namespace veerpont::audit
