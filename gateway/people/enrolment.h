// How somebody becomes one of the organisation's people in the workbench: an invitation on paper, a
// password of their own, a second factor. From then on they are a worker of the home.
#pragma once

#include <string>

#include "gateway/people/store.h"
#include "schemas/codes.h"
#include "veerpont/veerpont.h"

namespace veerpont::gateway {

inline constexpr auto kInvitedFor = std::chrono::hours(7 * 24);

struct Invitation {
  std::string code;
  Time until;
};

class Enrolment {
 public:
  Enrolment(Store& store, Client& house, const Clock& clock)
      : store_(store), house_(house), clock_(clock) {}

  // Somebody new, or a new invitation for somebody who never used theirs. Refuses invalid-input.
  Result<Invitation> invite(const std::string& login, const std::string& name,
                            const std::string& team, const std::vector<ActorRole>& roles);
  // The secret of the second factor. May be repeated until finish(). Refuses login-failed,
  // login-locked, busy, invalid-input for the password.
  Result<std::string> begin(const std::string& login, const std::string& invitation,
                            const crypto::SecretBytes& password);
  // Refuses as begin().
  Status finish(const std::string& login, const std::string& invitation, const std::string& code);
  // Nobody logs in under it any more; open sessions end. Refuses not-found, and invalid-input for
  // the last administrator.
  Status block(const std::string& login);

 private:
  Result<v1::StoredPerson> invited(const std::string& login, const std::string& invitation);
  Store& store_;
  Client& house_;
  const Clock& clock_;
};

}  // namespace veerpont::gateway
