// What an organisation says its keys are. docs/protocol.md, "Keys of an organisation".
// Not promised: that the identity key is the organisation's. People compare its fingerprint.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "veerpont/v1/keys.pb.h"

namespace veerpont::crypto {

// Epoch n = [n·604800, (n+1)·604800) Unix seconds.
std::uint32_t epoch_at(Time time);
Time epoch_begin(std::uint32_t epoch);
// Whether `created` lies in the epoch's window, give or take limits::epoch_slack.
bool epoch_holds(std::uint32_t epoch, Time created);
// The private half must be gone: the epoch's end plus the longest message life has passed.
bool epoch_is_due_for_destruction(std::uint32_t epoch, Time now);

// A statement that was parsed strictly and whose every signature holds.
class KeyStatement {
 public:
  static constexpr PayloadType type{"keys"};
  // Refuses malformed (detail: the field), bad-signature, too-large.
  static Result<KeyStatement> verify(const v1::SignedKeyStatement& signed_statement);
  // One that was verified before it was stored: its form alone. Refuses malformed, too-large.
  static Result<KeyStatement> stored(const v1::SignedKeyStatement& signed_statement);

  const v1::KeyStatement& body() const { return body_; }
  const v1::SignedKeyStatement& signed_statement() const { return signed_; }
  const OrgId& org() const { return org_; }
  std::uint64_t sequence() const { return body_.sequence(); }
  Hash sha256() const { return sha256_; }  // of the exact signed bytes
  // Hex of the identity key's key_id: what people read to each other.
  std::string fingerprint() const;
  // Of the identity key that this statement replaces, which signed it too.
  std::optional<std::string> former_fingerprint() const;
  // The signing key with this id whose window holds `time`, give or take rules::window_holds();
  // nothing when there is none.
  std::optional<std::string> signing_key(const Hash& id, Time time) const;
  // The same, whatever its window.
  std::optional<std::string> signing_key(const Hash& id) const;
  std::optional<std::string> epoch_key(std::uint32_t epoch) const;  // its public half
  bool revokes(const Hash& signing_key) const;                      // somebody else may have it
  bool lists_tls_key(const Hash& spki_sha256) const;

 private:
  KeyStatement(v1::SignedKeyStatement signed_statement, v1::KeyStatement body, OrgId org);
  v1::SignedKeyStatement signed_;
  v1::KeyStatement body_;
  OrgId org_;
  Hash sha256_;
};

// The keys that sign a statement about themselves.
struct StatementKeys {
  const SigningKey& identity;
  std::vector<const SigningKey*>
      signing;  // every one that the body lists; one more when it lists none
  const SigningKey& cosigner;
  const SigningKey* former_identity = nullptr;  // when `identity` replaces it
};
// A key as a statement lists it: from ten minutes before `from`, since clocks differ.
v1::PublishedKey published(const SigningKey& key, Time from, Time::duration life);
// Fills identity, signing and cosigner keys with windows of a year (the cosigner's of ten) from
// `body.issued` where absent, and signs. `body` brings org, sequence, issued, valid_until, epoch
// keys and previous hash.
v1::SignedKeyStatement make_statement(v1::KeyStatement body, const StatementKeys& keys);

}  // namespace veerpont::crypto
