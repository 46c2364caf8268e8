// Signed notes (C2SP signed-note) with Ed25519 keys of type 01, and the verifier keys that name
// them and their witnesses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sign.h"

namespace veerpont::audit {

// What a key signs: a log its notes, a witness its cosignatures (audit/cosignature.h).
enum class SignatureType : unsigned char { note = 1, cosignature = 4 };

// "name+hex8(key id)+base64(type ‖ public key)"; key id = SHA-256(name ‖ LF ‖ type ‖ public
// key)[0:4].
class VerifierKey {
 public:
  static std::optional<VerifierKey> parse(std::string_view text,
                                          SignatureType type = SignatureType::note);
  // `name` without space or plus sign, not empty; `public_key` 32 bytes.
  static std::optional<VerifierKey> create(std::string name, std::string public_key,
                                           SignatureType type = SignatureType::note);
  std::string str() const;
  const std::string& name() const { return name_; }
  const std::string& public_key() const { return public_key_; }
  const std::string& key_id() const { return key_id_; }  // 4 bytes
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  VerifierKey(std::string name, std::string public_key, SignatureType type);
  SignatureType type_;
  std::string name_;
  std::string public_key_;
  std::string key_id_;
};

struct NoteSignature {
  std::string name;
  std::string key_id;     // 4 bytes
  std::string signature;  // what follows the key id
};

struct Note {
  std::string text;  // ends in a line feed
  std::vector<NoteSignature> signatures;
  // Refuses (nothing) what is not exactly a note of at most 64 KiB with 1 to 100 signatures.
  static std::optional<Note> parse(std::string_view bytes);
  bool is_signed_by(const VerifierKey& key) const;
  // The signature in the line of this key; nothing: there is none.
  std::optional<std::string> signature_of(const VerifierKey& key) const;
};

// "— name base64(key id ‖ signature)" and a line feed.
std::string signature_line(const VerifierKey& key, std::string_view signature);
// The note with this one signature line: of 64 bytes, or made here.
std::string note_of(std::string_view text, const VerifierKey& key, std::string_view signature);
std::string sign_note(std::string_view text, const VerifierKey& key,
                      const crypto::SigningKey& signer);

}  // namespace veerpont::audit
