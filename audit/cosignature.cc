#include "audit/cosignature.h"

#include "crypto/big_endian.h"

namespace veerpont::audit {
namespace {

std::string signed_text(std::string_view note_text, std::uint64_t seconds) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(note_text);
}

}  // namespace

std::string cosign(std::string_view note_text, Time time, const crypto::SigningKey& signer) {
  const auto seconds = static_cast<std::uint64_t>(to_ms(time)) / 1000;
  return crypto::Transcript().u64(seconds).str() + signer.sign_raw(signed_text(note_text, seconds));
}

std::optional<Time> cosigned_at(std::string_view note_text, std::string_view cosignature,
                                const VerifierKey& witness) {
  constexpr std::uint64_t kLatest = std::uint64_t{1} << 40;  // far past any clock, and no overflow
  if (cosignature.size() != kCosignatureBytes) return std::nullopt;
  const std::uint64_t seconds = crypto::big_endian(cosignature.substr(0, 8));
  if (seconds > kLatest ||
      !crypto::verify_raw(witness.public_key(), signed_text(note_text, seconds),
                          std::string(cosignature.substr(8))))
    return std::nullopt;
  return time_from_ms(static_cast<std::int64_t>(seconds * 1000));
}

std::optional<Time> cosigned_at(const Note& note, const VerifierKey& witness) {
  const auto signature = note.signature_of(witness);
  return signature ? cosigned_at(note.text, *signature, witness) : std::nullopt;
}

}  // namespace veerpont::audit
