// The passkeys of somebody who is logged in: what they have, one more, one less. A screen that was
// left open is not enough: each change asks the password.
#pragma once

#include <string>

#include "gateway/people/log_in.h"

namespace veerpont::gateway {

inline constexpr int kMostPasskeys = 10;  // of one person

// What a new one signs; `about` is what it is for.
v1::PasskeyChallenge new_passkey_challenge(Store& store, const RelyingParty& party,
                                           const v1::StoredPerson& person,
                                           const std::string& about);
// The one that the page made for that. Refuses login-failed, as registered_passkey().
Result<v1::StoredPerson::StoredPasskey> made_passkey(Store& store, const RelyingParty& party,
                                                     const std::string& about,
                                                     const v1::NewPasskey& made, Time now);

class OwnPasskeys {
 public:
  OwnPasskeys(Store& store, const Clock& clock, RelyingParty party)
      : store_(store), clock_(clock), party_(std::move(party)) {}

  v1::PasskeysAnswer list(const std::string& login);
  // `token`: of the session.
  v1::PasskeyChallenge challenge(const Session& session, const std::string& token);
  // Refuses login-failed, login-locked, busy, invalid-input when there are ten, or it is known.
  Status add(const Session& session, const std::string& token, const crypto::SecretBytes& password,
             const v1::NewPasskey& made);
  // Refuses not-found, invalid-input for the only second factor, login-failed, login-locked, busy.
  Status remove(const Session& session, const crypto::SecretBytes& password,
                const std::string& passkey);

 private:
  Status confirm(const Session& session, const crypto::SecretBytes& password);
  Store& store_;
  const Clock& clock_;
  const RelyingParty party_;
};

}  // namespace veerpont::gateway
