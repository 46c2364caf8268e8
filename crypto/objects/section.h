// One data category, sealed: to be opened it needs the recipient's epoch key *and* the share that
// the broker gives out at release. docs/protocol.md, "Sealing a section". Not promised: who sealed
// it (the header's signature says that), nor secrecy from somebody who has both keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "crypto/secret.h"
#include "schemas/codes.h"

namespace veerpont::crypto {

// Everything a section is bound to. Views must outlive the call.
struct SectionBinding {
  MessageId message;
  Category category;
  Hash sender_key_id;
  Hash recipient_key_id;
  GrantId grant;
};

struct SealedSection {
  std::string ciphertext;
  Hash commitment;
  Hash share_id;
  std::string enc;      // 32 bytes
  std::string wrapped;  // 48 bytes
  Key32 share;          // for the broker only
};

// SHA-256("veerpont/share/v1" ‖ 00 ‖ message_id ‖ category u16 ‖ len(recipient) u8 ‖ recipient ‖
// s).
Hash share_id(const MessageId& message, Category category, const OrgId& recipient,
              std::string_view share);

// The size of the ciphertext that a document of this length gets.
std::size_t sealed_size(std::size_t document_bytes);

// Refuses too-large past limits::section_bytes, unknown-key for a recipient key that is no point.
Result<SealedSection> seal_section(const SectionBinding& binding, const OrgId& recipient,
                                   std::string_view recipient_public_key,
                                   std::string_view document);

struct SectionParts {
  std::string_view ciphertext;
  Hash commitment;
  Hash share_id;
  std::string_view enc;
  std::string_view wrapped;
};

// Recomputes share_id, opens the wrap, recomputes the commitment, decrypts, checks length and
// padding, in this order. Any failure is cannot-open; the detail names the step, not the cause
// inside it.
Result<SecretBytes> open_section(const SectionBinding& binding, const OrgId& recipient,
                                 const hpke::KeyPair& epoch_key, std::string_view share,
                                 const SectionParts& parts);

}  // namespace veerpont::crypto
