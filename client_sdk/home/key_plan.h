// Which signing and TLS keys our next statement lists. Pure: the previous statement, the time and
// what is at hand, in. docs/protocol.md, "Keys of an organisation".
#pragma once

#include <optional>

#include "crypto/objects/key_statement.h"

namespace veerpont::sdk {

struct CertificateInUse {
  crypto::Hash key;
  Time end;
};

// Whether it is time for a successor of the newest signing key.
bool needs_signing_key(const crypto::KeyStatement& previous, Time now);
// Whether it is time for another TLS key: the certificate ends, and no successor of its key is
// listed yet.
bool needs_tls_key(const crypto::KeyStatement& previous,
                   const std::optional<CertificateInUse>& certificate, Time now);
// The key that a certificate should be for, when that is another one or the certificate ends: the
// newest listed.
std::optional<crypto::Hash> to_certify(const crypto::KeyStatement& previous,
                                       const CertificateInUse& certificate, Time now);

struct NewKeys {
  const crypto::SigningKey* signing = nullptr;
  std::optional<crypto::Hash> tls = {};
  bool compromised =
      false;  // everybody else's signing keys: `signing` alone is listed, the others are revoked
};
// Fills signing_keys, revoked_signing_keys and tls_keys of `body`, whose `issued` is the time.
void list_keys(const crypto::KeyStatement& previous, const NewKeys& fresh,
               const std::optional<CertificateInUse>& certificate, v1::KeyStatement& body);

}  // namespace veerpont::sdk
