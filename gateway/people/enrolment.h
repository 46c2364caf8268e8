// How somebody becomes one of the organisation's people in the workbench: an invitation on paper, a
// password of their own, a second factor. From then on they are a worker of the home.
#pragma once

#include <optional>
#include <string>

#include "gateway/people/own_passkeys.h"
#include "gateway/people/store.h"
#include "schemas/codes.h"
#include "veerpont/veerpont.h"

namespace veerpont::gateway {

inline constexpr auto kInvitedFor = std::chrono::hours(7 * 24);

struct Invitation {
  std::string code;
  Time until;
};

// The administrator who asked that this person begins anew and waits for a second one; empty:
// nobody, or longer ago than an invitation lasts.
std::string reset_asked_by(const v1::StoredPerson& person, Time now);

class Enrolment {
 public:
  Enrolment(Store& store, Client& house, const Clock& clock, RelyingParty party)
      : store_(store), house_(house), clock_(clock), party_(std::move(party)) {}

  // Somebody new, or a new invitation for somebody who never used theirs. Refuses invalid-input.
  Result<Invitation> invite(const std::string& login, const std::string& name,
                            const std::string& team, const std::vector<ActorRole>& roles);
  struct Begun {
    std::string secret;  // of the codes of an app
    v1::PasskeyChallenge passkey;
  };
  // What a second factor is made from. May be repeated until finish(). Refuses login-failed,
  // login-locked, busy, invalid-input for the password.
  Result<Begun> begin(const std::string& login, const std::string& invitation,
                      const crypto::SecretBytes& password);
  // With the code of an app, or with a passkey that was made. Refuses as begin().
  Status finish(const v1::FinishEnrolmentRequest& wanted);
  // Whoever was invited, and came back from the organisation's own provider for the first time;
  // from then on `subject`, its lasting name of them, lets them in. Does nothing for others: who
  // has a password already is nobody else's by a name. Refuses as making a worker does.
  Status finish_by_provider(const std::string& login, const std::string& subject);
  // Nobody logs in under it any more; open sessions end. Refuses not-found, and invalid-input for
  // the last administrator.
  Status block(const std::string& login);
  // They may come in again, as they were. Refuses not-found.
  Status unblock(const std::string& login);
  // Whoever lost their telephone or password begins anew, with the invitation; nothing while a
  // second administrator, of whom there is one, has to agree. Refuses not-found, and invalid-input
  // for oneself.
  Result<std::optional<Invitation>> reset(const std::string& login, const std::string& by);
  // The same by whoever holds the home: nobody else has to agree. Refuses not-found.
  Result<Invitation> reset(const std::string& login);

 private:
  Result<v1::StoredPerson> invited(const std::string& login, const std::string& invitation);
  // What a passkey that is made now signs.
  static std::string about(const v1::StoredPerson& person);
  // The factor that the request proves, put into `person`. Refuses login-failed.
  Status prove(const v1::FinishEnrolmentRequest& wanted, v1::StoredPerson& person);
  Status make_worker(const v1::StoredPerson& person);
  Store& store_;
  Client& house_;
  const Clock& clock_;
  const RelyingParty party_;
};

}  // namespace veerpont::gateway
