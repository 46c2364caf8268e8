// Passwords and the codes of invitations: kept as Argon2id verifiers, at the keystore's cost.
#pragma once

#include <string>

#include "base/result.h"
#include "crypto/secret.h"

namespace veerpont::gateway {

// 12 to 128 characters, none of the common ones, not the log-in name. Refuses invalid-input.
Status check_password(const crypto::SecretBytes& password, const std::string& login);

// Refuses busy while too many are being worked out at once: each takes 64 MiB.
Result<std::string> verifier_of(const crypto::SecretBytes& password);
// `verifier`: empty is nobody's, and takes as long as a wrong password. Refuses busy.
Result<bool> fits(const crypto::SecretBytes& password, const std::string& verifier);

// 20 letters and digits that cannot be confused, in groups of five: "7KX3P-…".
std::string new_invitation();
// What somebody typed over: in capitals, without what stands between the groups.
crypto::SecretBytes typed_invitation(const std::string& text);

}  // namespace veerpont::gateway
