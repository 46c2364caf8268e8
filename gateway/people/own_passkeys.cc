#include "gateway/people/own_passkeys.h"

#include <algorithm>

#include "client_sdk/home/refusals.h"
#include "gateway/people/password.h"
#include "schemas/plain_characters.h"

namespace veerpont::gateway {
namespace {

constexpr std::size_t kMostPasskeyName = 50;  // bytes

std::string about_adding(const std::string& token) { return "passkey of session " + token; }

}  // namespace

v1::PasskeyChallenge new_passkey_challenge(Store& store, const RelyingParty& party,
                                           const v1::StoredPerson& person,
                                           const std::string& about) {
  v1::PasskeyChallenge out;
  out.set_challenge(base64url(store.challenge(about)));
  out.set_rp_id(party.id);
  for (const auto& passkey : person.passkeys()) out.add_credentials(base64url(passkey.id()));
  return out;
}

Result<v1::StoredPerson::StoredPasskey> made_passkey(Store& store, const RelyingParty& party,
                                                     const std::string& about,
                                                     const v1::NewPasskey& made, Time now) {
  if (made.name().size() > kMostPasskeyName || !has_plain_characters(made.name(), Lines::one))
    return sdk::invalid("name: at most 50 characters on one line");
  const auto client_data = from_base64url(made.client_data());
  const auto authenticator_data = from_base64url(made.authenticator_data());
  if (!client_data || !authenticator_data) return Refusal{RefusalCode::login_failed};
  auto passkey =
      registered_passkey(party, store.challenge(about), {*client_data, *authenticator_data});
  if (!passkey) return passkey.refusal();
  v1::StoredPerson::StoredPasskey stored;
  stored.set_id(std::move(passkey->id));
  stored.set_algorithm(passkey->algorithm);
  stored.set_public_key(std::move(passkey->public_key));
  stored.set_counter(passkey->counter);
  stored.set_name(made.name());
  stored.set_added(to_ms(now));
  return stored;
}

v1::PasskeysAnswer OwnPasskeys::list(const std::string& login) {
  v1::PasskeysAnswer answer;
  const auto person = store_.person(login);
  if (!person) return answer;
  for (const auto& passkey : person->passkeys()) {
    auto& row = *answer.add_passkeys();
    row.set_passkey(base64url(passkey.id()));
    row.set_name(passkey.name());
    row.set_added(rfc3339(time_from_ms(passkey.added())));
  }
  answer.set_has_app(!person->totp_secret().empty());
  return answer;
}

v1::PasskeyChallenge OwnPasskeys::challenge(const Session& session, const std::string& token) {
  return new_passkey_challenge(store_, party_, session.person, about_adding(token));
}

Status OwnPasskeys::confirm(const Session& session, const crypto::SecretBytes& password) {
  const std::string tried = "passkeys of " + session.person.login();
  if (!store_.begin_try(tried, clock_.now()))
    return Refusal{RefusalCode::login_locked,
                   rfc3339(store_.tries(tried).locked_until.value_or(clock_.now()))};
  auto right = fits(password, session.person.password_verifier());
  if (!right) return right.refusal();
  if (!*right) return Refusal{RefusalCode::login_failed};
  store_.forget_tries(tried);
  return Done{};
}

Status OwnPasskeys::add(const Session& session, const std::string& token,
                        const crypto::SecretBytes& password, const v1::NewPasskey& made) {
  if (auto confirmed = confirm(session, password); !confirmed) return confirmed;
  auto passkey = made_passkey(store_, party_, about_adding(token), made, clock_.now());
  if (!passkey) return passkey.refusal();
  const bool added = store_.change(session.person.login(), [&](v1::StoredPerson& stored) {
    const bool known = std::ranges::any_of(
        stored.passkeys(), [&](const auto& one) { return one.id() == passkey->id(); });
    if (stored.blocked() || known || stored.passkeys_size() >= kMostPasskeys) return false;
    *stored.add_passkeys() = *passkey;
    return true;
  });
  return added ? Status(Done{}) : sdk::invalid("passkey: it is known already, or there are ten");
}

Status OwnPasskeys::remove(const Session& session, const crypto::SecretBytes& password,
                           const std::string& passkey) {
  if (auto confirmed = confirm(session, password); !confirmed) return confirmed;
  const auto id = from_base64url(passkey);
  bool found = false;
  const bool removed = store_.change(session.person.login(), [&](v1::StoredPerson& stored) {
    auto& all = *stored.mutable_passkeys();
    const auto at = std::ranges::find_if(all, [&](const auto& one) { return one.id() == id; });
    found = at != all.end();
    if (!found || (all.size() == 1 && stored.totp_secret().empty())) return false;
    all.erase(at);
    return true;
  });
  if (removed) return Done{};
  return found ? sdk::invalid("passkey: the only second factor cannot be removed")
               : Status(Refusal{RefusalCode::not_found, "passkey: there is no such passkey"});
}

}  // namespace veerpont::gateway
