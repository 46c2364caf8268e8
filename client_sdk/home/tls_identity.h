// The TLS key of an organisation and its certificate request.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace veerpont::sdk {

struct TlsIdentity {
  crypto::SecretBytes key;  // PKCS#8, DER
  std::string request;      // PKCS#10, DER
};
// ECDSA P-256; the request's subject is the organisation's id.
TlsIdentity make_tls_identity(const OrgId& org);
// The request again, for the same key.
std::string certificate_request(const crypto::SecretBytes& key, const OrgId& org);

// SHA-256 of the key's SubjectPublicKeyInfo, by which a statement lists it.
crypto::Hash tls_key_id(const crypto::SecretBytes& key);
// The same of the key that a DER certificate is for; nothing when it is none.
std::optional<crypto::Hash> certified_key(const std::string& der);

// When a DER certificate ends; nothing when it is none.
std::optional<Time> certificate_end(const std::string& der);
// Whether this certificate is for the key and signed by the CA (PEM).
bool certifies(const std::string& der, const crypto::SecretBytes& key, const std::string& ca_pem);

}  // namespace veerpont::sdk
