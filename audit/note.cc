#include "audit/note.h"

namespace veerpont::audit {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // em dash and a space
constexpr std::size_t kMostBytes = 64u << 10;
constexpr std::size_t kMostSignatures = 100;

bool is_name(std::string_view name) {
  if (name.empty()) return false;
  for (const char c : name)
    if (static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7f') return false;
  return true;
}

bool parse_line(std::string_view line, NoteSignature& out) {
  if (!line.starts_with(kDash)) return false;
  line.remove_prefix(kDash.size());
  const auto space = line.find(' ');
  if (space == line.npos || !is_name(line.substr(0, space))) return false;
  const auto bytes = crypto::from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5) return false;
  out = {std::string(line.substr(0, space)), bytes->substr(0, 4), bytes->substr(4)};
  return true;
}

}  // namespace

VerifierKey::VerifierKey(std::string name, std::string public_key, SignatureType type)
    : type_(type),
      name_(std::move(name)),
      public_key_(std::move(public_key)),
      key_id_(crypto::sha256(name_ + "\n" + static_cast<char>(type_) + public_key_)
                  .str()
                  .substr(0, 4)) {}

std::optional<VerifierKey> VerifierKey::create(std::string name, std::string public_key,
                                               SignatureType type) {
  if (!is_name(name) || public_key.size() != 32) return std::nullopt;
  return VerifierKey(std::move(name), std::move(public_key), type);
}

std::optional<VerifierKey> VerifierKey::parse(std::string_view text, SignatureType type) {
  const auto first = text.find('+');
  const auto second = first == text.npos ? text.npos : text.find('+', first + 1);
  if (second == text.npos) return std::nullopt;
  const auto bytes = crypto::from_base64(text.substr(second + 1));
  if (!bytes || bytes->size() != 33 || (*bytes)[0] != static_cast<char>(type)) return std::nullopt;
  auto key = create(std::string(text.substr(0, first)), bytes->substr(1), type);
  if (!key || key->str() != text) return std::nullopt;
  return key;
}

std::string VerifierKey::str() const {
  return name_ + "+" + crypto::to_hex(key_id_) + "+" +
         crypto::to_base64(static_cast<char>(type_) + public_key_);
}

std::optional<Note> Note::parse(std::string_view bytes) {
  const auto split = bytes.rfind("\n\n");
  if (bytes.size() > kMostBytes || split == bytes.npos || !bytes.ends_with('\n'))
    return std::nullopt;
  for (const char c : bytes)
    if (static_cast<unsigned char>(c) < ' ' && c != '\n') return std::nullopt;
  Note note{std::string(bytes.substr(0, split + 1)), {}};
  for (std::string_view rest = bytes.substr(split + 2); !rest.empty();) {
    const auto end = rest.find('\n');
    NoteSignature signature;
    if (note.signatures.size() == kMostSignatures || !parse_line(rest.substr(0, end), signature))
      return std::nullopt;
    note.signatures.push_back(std::move(signature));
    rest.remove_prefix(end + 1);
  }
  if (note.signatures.empty()) return std::nullopt;
  return note;
}

std::optional<std::string> Note::signature_of(const VerifierKey& key) const {
  for (const auto& line : signatures)
    if (line.name == key.name() && line.key_id == key.key_id()) return line.signature;
  return std::nullopt;
}

bool Note::is_signed_by(const VerifierKey& key) const {
  const auto signature = signature_of(key);
  return signature && crypto::verify_raw(key.public_key(), text, *signature);
}

std::string signature_line(const VerifierKey& key, std::string_view signature) {
  return std::string(kDash) + key.name() + " " +
         crypto::to_base64(key.key_id() + std::string(signature)) + "\n";
}

std::string note_of(std::string_view text, const VerifierKey& key, std::string_view signature) {
  return std::string(text) + "\n" + signature_line(key, signature);
}

std::string sign_note(std::string_view text, const VerifierKey& key,
                      const crypto::SigningKey& signer) {
  return note_of(text, key, signer.sign_raw(text));
}

}  // namespace veerpont::audit
