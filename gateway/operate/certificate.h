// The certificate that browsers see: of the organisation's own making until it brings one.
#pragma once

#include <string>

#include "base/result.h"
#include "gateway/people/store.h"
#include "net/tls.h"

namespace veerpont::gateway {

// For `host`, from the store; made, or made anew within 60 days of its end, by an authority of this
// gateway's own. With files of one's own (PEM chain; PKCS#8 PEM key), those.
Result<net::TlsIdentity> server_identity(Store& store, const std::string& host, Time now);
Result<net::TlsIdentity> identity_from(const std::string& chain_file, const std::string& key_file);

// The authority that made the certificate, PEM: to be trusted on the organisation's own machines.
std::string authority_of(Store& store);

}  // namespace veerpont::gateway
