// ID tokens of an OpenID provider (OpenID Connect Core 1.0, section 3.1.3.7), their signatures
// verified with cjose.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace veerpont::gateway {

struct IdTokenRules {
  std::string issuer, client_id, nonce;
  std::string claim;  // that names the person here
  Time now;
};
struct IdToken {
  std::string subject;  // issuer and "sub": the provider's own and lasting name
  std::string name;     // the claim
};

// `keys`: the provider's JSON Web Key Set (RFC 7517). RS256, PS256 and ES256; never "none", and
// never a shared secret. Refuses login-failed for whatever does not hold.
Result<IdToken> verified_id_token(const std::string& token, std::string_view keys,
                                  const IdTokenRules& rules);

}  // namespace veerpont::gateway
