// The TLS key of an organisation and its certificate request.
#pragma once

#include <string>

#include "crypto/secret.h"
#include "schemas/ids.h"

namespace veerpont::sdk {

struct TlsIdentity {
  crypto::SecretBytes key;  // PKCS#8, DER
  std::string request;      // PKCS#10, DER
};
// ECDSA P-256; the request's subject is the organisation's id.
TlsIdentity make_tls_identity(const OrgId& org);
// The request again, for the same key.
std::string certificate_request(const crypto::SecretBytes& key, const OrgId& org);

}  // namespace veerpont::sdk
