// Passkeys (Web Authentication, level 3), verified with libfido2: registration without attestation
// (section 7.1) and assertions with user verification (section 7.2). No CBOR of a page is parsed:
// it sends the authenticator data apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace veerpont::gateway {

// What browsers keep passkeys by.
struct RelyingParty {
  std::string id;      // the name of this gateway: a domain
  std::string origin;  // "https://binnenvest.example:8600"
};

struct Passkey {
  std::string id;             // of the credential, bytes
  int algorithm = 0;          // of COSE: -7 (ES256) or -257 (RS256)
  std::string public_key;     // as libfido2 keeps it
  std::uint32_t counter = 0;  // of signatures; 0: the authenticator keeps none
};

// What a page hands on of an answer of the authenticator, bytes.
struct AuthenticatorAnswer {
  std::string client_data;         // JSON, as the browser wrote it
  std::string authenticator_data;  // section 6.1
  std::string signature = {};      // of an assertion
};

// A new passkey. `challenge`: bytes, as the page was given them. Refuses login-failed for whatever
// does not hold: the challenge, the origin, the relying party, presence, verification, the key.
Result<Passkey> registered_passkey(const RelyingParty& party, std::string_view challenge,
                                   const AuthenticatorAnswer& answer);
// The new counter. Refuses login-failed as above, for a wrong signature, and for a counter that did
// not go up: somebody may have copied the key.
Result<std::uint32_t> asserted_passkey(const RelyingParty& party, std::string_view challenge,
                                       const Passkey& passkey, const AuthenticatorAnswer& answer);

// Bytes as WebAuthn writes them: base64url without padding (RFC 4648, section 5).
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(const std::string& text);

}  // namespace veerpont::gateway
