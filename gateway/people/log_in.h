// How one of the organisation's people comes in: password, then a code; a short lock that the
// password opens, and an end after which both are asked again.
#pragma once

#include <optional>
#include <string>

#include "gateway/people/passkey.h"
#include "gateway/people/store.h"

namespace veerpont::gateway {

inline constexpr std::size_t kMostLogin = 64;                  // bytes of a log-in name
inline constexpr auto kLocksAfter = std::chrono::minutes(10);  // without activity
inline constexpr auto kEndsAfter = std::chrono::hours(8);
inline constexpr auto kCodeWithin = std::chrono::minutes(5);  // of the password

struct Session {
  v1::StoredPerson person;
  SessionState state;
  Time ends;
  bool by_program = false;  // a program acts for the person
};

class LogIn {
 public:
  LogIn(Store& store, const Clock& clock, RelyingParty party)
      : store_(store), clock_(clock), party_(std::move(party)) {}

  // The token of a session that waits for the second factor: 64 hex digits. Refuses login-failed
  // for every wrong name and password alike, login-locked with the time, busy.
  Result<std::string> begin(const std::string& login, const crypto::SecretBytes& password);
  // A new token, of the open session. Refuses not-logged-in, login-failed, login-locked.
  Result<std::string> second_factor(const std::string& token, const std::string& code);
  // The passkeys of whoever gave the password, and what one of them signs. Refuses not-logged-in.
  Result<v1::PasskeyChallenge> challenge(const std::string& token);
  // As second_factor, with a passkey.
  Result<std::string> second_factor(const std::string& token, const v1::PasskeyRequest& passkey);
  // Who came back from the organisation's own provider, `subject` there: an open session. Refuses
  // login-failed for nobody of this name, and for one whom the provider knows as somebody else.
  Result<std::string> by_provider(const std::string& login, const std::string& subject);
  // Refuses not-logged-in. Locks it when nobody did anything for a while; `active`: somebody does
  // something now.
  Result<Session> find(const std::string& token, bool active);
  Status lock(const std::string& token);
  // Refuses not-logged-in, login-failed, login-locked, busy.
  Status unlock(const std::string& token, const crypto::SecretBytes& password);
  void end(const std::string& token) { store_.end_session(token); }

  // What a page sends along with everything that changes something.
  static std::string csrf_of(const std::string& token);

 private:
  Status begin_try(const std::string& login);
  std::string open_session(const std::string& login, SessionState state);
  // Who gave the password, and a code or passkey within time. Refuses not-logged-in.
  Result<v1::StoredPerson> half_way(const std::string& token);
  // `fits`: whether the factor is theirs; may change what is stored.
  Result<std::string> come_in(const std::string& token, const v1::StoredPerson& person,
                              const std::function<bool(v1::StoredPerson&)>& fits);
  Store& store_;
  const Clock& clock_;
  const RelyingParty party_;
};

}  // namespace veerpont::gateway
