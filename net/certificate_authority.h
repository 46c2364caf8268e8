// The federation's X.509: one CA, the broker's certificate, a client certificate for each
// organisation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace veerpont::net {

// A fresh ECDSA P-256 key, PKCS#8 DER.
crypto::SecretBytes generate_tls_key();

// Self-signed, ten years, PEM.
std::string make_ca_certificate(const crypto::SecretBytes& ca_key, const std::string& federation);
// For `host` (a name or an address, and localhost), two years, PEM.
std::string make_server_certificate(const crypto::SecretBytes& ca_key, const std::string& ca_pem,
                                    const crypto::SecretBytes& server_key, const std::string& host);

// When a PEM certificate ends.
Time certificate_begin(const std::string& pem);
Time certificate_end(const std::string& pem);

struct SignedCertificate {
  std::string der;
  crypto::Hash key_sha256;  // of its SubjectPublicKeyInfo
};
// Signs a PKCS#10 request for a year, with the organisation as its subject whatever the request
// says. Refuses malformed unless it is a P-256 request that proves possession.
Result<SignedCertificate> sign_client_certificate(const crypto::SecretBytes& ca_key,
                                                  const std::string& ca_pem,
                                                  std::string_view csr_der, const OrgId& org);

// SHA-256 of the public key of a certificate that this CA signed for `org`; nothing when it is not
// one.
std::optional<crypto::Hash> key_of_certificate(const std::string& der, const std::string& org,
                                               const std::string& ca_pem);

}  // namespace veerpont::net
