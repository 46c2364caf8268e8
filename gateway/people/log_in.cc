#include "gateway/people/log_in.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "gateway/people/password.h"
#include "gateway/people/totp.h"

namespace veerpont::gateway {
namespace {

constexpr std::size_t kTokenBytes = 32;
// Apart from whatever else is tried: nobody locks another door by the name that they type here.
constexpr char kPasswordOf[] = "password of ";

Refusal failed() { return Refusal{RefusalCode::login_failed}; }
Refusal nobody() { return Refusal{RefusalCode::not_logged_in}; }

}  // namespace

Status LogIn::begin_try(const std::string& login) {
  if (store_.begin_try(login, clock_.now())) return Done{};
  const auto until = store_.tries(login).locked_until.value_or(clock_.now());
  return Refusal{RefusalCode::login_locked, rfc3339(until)};
}

std::string LogIn::open_session(const std::string& login, SessionState state) {
  store_.forget_before(clock_.now() - kEndsAfter);
  std::string token = crypto::to_hex(crypto::random_bytes(kTokenBytes));
  store_.put_session(token, login, state, clock_.now());
  return token;
}

Result<std::string> LogIn::begin(const std::string& login, const crypto::SecretBytes& password) {
  if (login.empty() || login.size() > kMostLogin) return failed();
  if (auto counted = begin_try(kPasswordOf + login); !counted) return counted.refusal();
  const auto person = store_.person(login);
  const bool usable = person && !person->blocked() && person->invitation_verifier().empty() &&
                      (!person->totp_secret().empty() || person->passkeys_size() > 0);
  auto right = fits(password, usable ? person->password_verifier() : std::string());
  if (!right) return right.refusal();
  if (!*right) return failed();
  return open_session(login, SessionState::second_factor);
}

Result<v1::StoredPerson> LogIn::half_way(const std::string& token) {
  const auto session = store_.session(token);
  auto person = session ? store_.person_of(*session) : std::nullopt;
  if (!person || person->blocked() || session->state != SessionState::second_factor ||
      clock_.now() - session->began > kCodeWithin)
    return nobody();
  return std::move(*person);
}

Result<std::string> LogIn::come_in(const std::string& token, const v1::StoredPerson& person,
                                   const std::function<bool(v1::StoredPerson&)>& fits) {
  // Apart from passwords: only who knows the password can lock this.
  if (auto counted = begin_try("code of " + person.login()); !counted) return counted.refusal();
  const bool right = store_.change(person.login(), [&](v1::StoredPerson& stored) {
    if (stored.blocked() || !fits(stored)) return false;
    stored.set_seen(to_ms(clock_.now()));
    return true;
  });
  if (!right) return failed();
  store_.forget_tries(kPasswordOf + person.login());
  store_.forget_tries("code of " + person.login());
  // Whoever knew the token before does not know this one.
  store_.end_session(token);
  return open_session(person.login(), SessionState::open);
}

Result<std::string> LogIn::second_factor(const std::string& token, const std::string& code) {
  const auto person = half_way(token);
  if (!person) return person.refusal();
  return come_in(token, *person, [&](v1::StoredPerson& stored) {
    if (stored.totp_secret().empty()) return false;
    const auto step = totp_step(stored.totp_secret(), code, stored.totp_used(), clock_.now());
    if (step) stored.set_totp_used(*step);
    return step.has_value();
  });
}

Result<v1::PasskeyChallenge> LogIn::challenge(const std::string& token) {
  const auto person = half_way(token);
  if (!person) return person.refusal();
  v1::PasskeyChallenge out;
  out.set_challenge(base64url(store_.challenge("session " + token)));
  out.set_rp_id(party_.id);
  for (const auto& passkey : person->passkeys()) out.add_credentials(base64url(passkey.id()));
  return out;
}

Result<std::string> LogIn::second_factor(const std::string& token,
                                         const v1::PasskeyRequest& passkey) {
  const auto person = half_way(token);
  if (!person) return person.refusal();
  const auto id = from_base64url(passkey.credential());
  const auto client_data = from_base64url(passkey.client_data());
  const auto authenticator_data = from_base64url(passkey.authenticator_data());
  const auto signature = from_base64url(passkey.signature());
  const std::string challenge = store_.challenge("session " + token);
  return come_in(token, *person, [&](v1::StoredPerson& stored) {
    if (!id || !client_data || !authenticator_data || !signature) return false;
    const auto found = std::ranges::find(*stored.mutable_passkeys(), *id,
                                         [](const auto& one) { return one.id(); });
    if (found == stored.mutable_passkeys()->end()) return false;
    const auto counter = asserted_passkey(
        party_, challenge, {found->id(), found->algorithm(), found->public_key(), found->counter()},
        {*client_data, *authenticator_data, *signature});
    if (counter) found->set_counter(*counter);
    return static_cast<bool>(counter);
  });
}

Result<std::string> LogIn::by_provider(const std::string& login, const std::string& subject) {
  const bool theirs = store_.change(login, [&](v1::StoredPerson& stored) {
    // A name that is given to somebody else at the provider, or by another one, opens nothing.
    if (stored.blocked() || !stored.invitation_verifier().empty() || subject.empty() ||
        stored.openid_subject() != subject)
      return false;
    stored.set_seen(to_ms(clock_.now()));
    return true;
  });
  if (!theirs) return failed();
  return open_session(login, SessionState::open);
}

Result<Session> LogIn::find(const std::string& token, bool active) {
  const auto stored = token.empty() ? std::nullopt : store_.session(token);
  auto person = stored ? store_.person_of(*stored) : std::nullopt;
  const Time now = clock_.now();
  // A clock that was set back makes no session longer.
  if (!person || person->blocked() || now - stored->began > kEndsAfter ||
      stored->began - now > kCodeWithin)
    return nobody();
  Session session{std::move(*person), stored->state, stored->began + kEndsAfter};
  if (session.state == SessionState::second_factor) return session;
  if (session.state == SessionState::open && now - stored->used > kLocksAfter) {
    session.state = SessionState::locked;
    store_.set_session(token, session.state, stored->used);
  } else if (session.state == SessionState::open && active) {
    store_.touch_session(token, now);
  }
  return session;
}

Status LogIn::lock(const std::string& token) {
  const auto session = find(token, false);
  if (!session) return session.refusal();
  if (session->state == SessionState::second_factor) return nobody();
  store_.set_session(token, SessionState::locked, clock_.now());
  return Done{};
}

Status LogIn::unlock(const std::string& token, const crypto::SecretBytes& password) {
  const auto session = find(token, false);
  if (!session) return session.refusal();
  if (session->state == SessionState::second_factor) return nobody();
  // Of this session: nobody elsewhere keeps somebody out of their own screen.
  const std::string tried = "session " + token;
  if (auto counted = begin_try(tried); !counted) return counted;
  auto right = fits(password, session->person.password_verifier());
  if (!right) return right.refusal();
  if (!*right) return failed();
  store_.forget_tries(tried);
  store_.set_session(token, SessionState::open, clock_.now());
  return Done{};
}

std::string LogIn::csrf_of(const std::string& token) {
  return crypto::to_hex(crypto::Transcript("veerpont/gateway-csrf/v1").bytes(token).sha256().str());
}

}  // namespace veerpont::gateway
