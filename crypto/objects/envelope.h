// A message: signed header, sealed sections. docs/protocol.md, "Header and envelope".
// Not promised: that the sender may send this. Grant and state are the gate's work, and the
// recipient's again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/objects/key_statement.h"
#include "crypto/objects/section.h"
#include "crypto/objects/view.h"
#include "crypto/sign.h"
#include "schemas/categories.h"
#include "veerpont/v1/envelope.pb.h"

namespace veerpont::crypto {

struct SectionFields {
  Category category;
  std::uint32_t size;
  Hash ciphertext_sha256;
  Hash commitment;
  std::uint32_t epoch;
  Hash recipient_key_id;
  Hash share_id;
  std::string enc;
  std::string wrapped;
};

// A header's fields, in range and consistent with each other; nothing about who may send it.
struct Header {
  static constexpr PayloadType type{"header"};
  MessageId message;
  ReferralId referral;
  OrgId sender;
  Hash sender_key_id;
  OrgId recipient;
  GrantId grant;
  Step step;
  Time created;
  Time expires;
  std::optional<Time> respond_by;
  std::optional<MessageId> in_reply_to;
  std::optional<ReferralId> linked_referral;
  OperationId operation;
  std::vector<SectionFields> sections;
  Hash sha256;  // of the exact bytes
  View view = {};

  // Refuses malformed with the field, unknown-suite, too-large.
  static Result<Header> parse(std::string_view bytes);
  CategorySet categories() const;
  const SectionFields* section(Category category) const;
  SectionBinding binding(const SectionFields& section) const;
};

// Every ciphertext has the size and hash that the header says; else section-mismatch.
Status check_ciphertexts(const Header& header, const v1::Envelope& envelope);

// What the sender decides of a message.
struct Draft {
  MessageId message;
  ReferralId referral;
  OrgId sender;
  OrgId recipient;
  GrantId grant;
  Step step;
  Time created;
  Time expires;
  std::optional<Time> respond_by;
  std::optional<MessageId> in_reply_to;
  OperationId operation;
  std::optional<ReferralId> linked_referral = {};
  View view = {};
};

struct SealedEnvelope {
  v1::Envelope envelope;
  std::vector<Key32> shares;  // in header order
};

// Seals every section to the recipient's epoch key that holds `draft.created` and signs. Refuses
// too-large, and recipient-keys-expired when the statement has no key for this time.
Result<SealedEnvelope> seal_envelope(const Draft& draft,
                                     const std::vector<SectionDocument>& sections,
                                     const KeyStatement& recipient, const SigningKey& signer);

}  // namespace veerpont::crypto
