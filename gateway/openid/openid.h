// Coming in with the organisation's own work account: OpenID Connect, authorization code flow with
// PKCE (RFC 6749, section 4.1; RFC 7636). Any thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "gateway/openid/id_token.h"
#include "gateway/people/passkey.h"
#include "gateway/people/store.h"

namespace veerpont::gateway {

class OpenId {
 public:
  static constexpr std::size_t kMostPending = 1'000;
  static constexpr int kMostTalks = 4;  // with the provider at once; each holds a thread
  static constexpr auto kKnownFor = std::chrono::minutes(5);
  static constexpr auto kPendingFor = std::chrono::minutes(10);

  // `hidden`: as Outgoing's.
  OpenId(Store& store, const Clock& clock, const RelyingParty& party, std::function<bool()> hidden)
      : store_(store),
        clock_(clock),
        redirect_uri_(party.origin + "/werkaccount"),
        hidden_(std::move(hidden)) {}

  bool is_set() { return stored().has_value(); }
  v1::OpenIdSettings settings();
  // Refuses invalid-input, hidden-organisation.
  Result<v1::OpenIdSettings> set(const v1::OpenIdSettings& wanted);

  struct Begun {
    std::string url;     // where the browser goes
    std::string ticket;  // that this browser shows when it comes back
  };
  // Refuses not-found when there is no provider, local-failure when it does not answer.
  Result<Begun> begin();
  // Who came back. A ticket is taken once. Refuses login-failed, local-failure.
  Result<IdToken> finish(const std::string& ticket, const v1::FinishOpenIdRequest& answer);

 private:
  struct Pending {
    std::string state, nonce, verifier;
    Time began;
  };
  struct Provider {
    std::string authorization, token, keys;  // endpoints
  };
  std::optional<v1::StoredOpenId> stored();
  // Holds one of the talks until it is let go. Refuses busy.
  Result<std::shared_ptr<void>> begin_talk();
  // Refuses local-failure when the provider does not answer.
  Result<Provider> discover(const v1::StoredOpenId& settings);
  static Result<Provider> ask_provider(const v1::StoredOpenId& settings);
  Result<std::string> id_token(const v1::StoredOpenId& settings, const Provider& provider,
                               const std::string& code, const std::string& verifier);

  Store& store_;
  const Clock& clock_;
  const std::string redirect_uri_;
  const std::function<bool()> hidden_;
  Mutex mutex_;
  // What the provider said of itself a moment ago: anybody may make this ask it.
  std::optional<std::pair<std::string, Provider>> known_ VEERPONT_GUARDED_BY(mutex_);
  Time known_since_ VEERPONT_GUARDED_BY(mutex_) = {};
  int talks_ VEERPONT_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Pending> pending_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::gateway
