#include "gateway/people/enrolment.h"

#include <algorithm>

#include "client_sdk/home/refusals.h"
#include "client_sdk/home/two_people.h"
#include "crypto/random.h"
#include "gateway/people/log_in.h"
#include "gateway/people/password.h"
#include "gateway/people/roles.h"
#include "gateway/people/totp.h"
#include "schemas/plain_characters.h"

namespace veerpont::gateway {
namespace {

constexpr std::size_t kMostName = 100;
constexpr std::size_t kMostPeople = 1'000;
constexpr int kPinDigits = 32;

using sdk::invalid;

bool is_login(const std::string& text) {
  return !text.empty() && text.size() <= kMostLogin && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

bool is_plain_name(const std::string& text) {
  return text.size() <= kMostName && has_plain_characters(text, Lines::one) &&
         text.find_first_not_of(' ') != std::string::npos;
}

std::string random_pin() {
  std::string digits;
  while (digits.size() < kPinDigits)
    for (const char c : crypto::random_bytes(kPinDigits))
      if (const auto byte = static_cast<unsigned char>(c); byte < 250 && digits.size() < kPinDigits)
        digits += static_cast<char>('0' + byte % 10);
  return digits;
}

bool is_administrator(const v1::StoredPerson& person) {
  return has_role(person, ActorRole::administrator);
}

}  // namespace

Result<Invitation> Enrolment::invite(const std::string& login, const std::string& name,
                                     const std::string& team, const std::vector<ActorRole>& roles) {
  if (!is_login(login)) return invalid("login: 1 to 64 small letters, digits, dots and dashes");
  if (!is_plain_name(name)) return invalid("name: 1 to 100 characters on one line");
  if (!team.empty() && !is_plain_name(team))
    return invalid("team: at most 100 characters on one line");
  if (auto fine = check_roles(roles); !fine) return fine.refusal();
  const auto people = store_.people();
  if (people.size() >= kMostPeople) return invalid("login: there are 1000 people already");
  std::string pin = random_pin();
  bool again = false;  // the same person, whose enrolment was cut short
  for (const auto& one : people) {
    if (one.login() == login && one.invitation_verifier().empty())
      return invalid("login: somebody has this one");
    if (one.login() == login && one.name() == name) {
      pin = one.pin();
      again = true;
    }
    if (one.login() != login && sdk::is_same_person(one.name(), name))
      return invalid("name: somebody is called this");
  }
  // Workers that the command line made are people too: nobody reads under their names.
  for (const WorkerRow& row : house_.workers())
    if (!again && sdk::is_same_person(row.name, name))
      return invalid("name: somebody is called this");
  const std::string code = new_invitation();
  auto verifier = verifier_of(typed_invitation(code));
  if (!verifier) return verifier.refusal();
  const Time until = clock_.now() + kInvitedFor;
  v1::StoredPerson person;
  person.set_login(login);
  person.set_name(name);
  person.set_team(team);
  for (const ActorRole role : roles) person.add_roles(static_cast<veerpont::v1::ActorRole>(role));
  person.set_invitation_verifier(*verifier);
  person.set_invitation_until(to_ms(until));
  person.set_pin(std::move(pin));
  const auto open_still = [&](v1::StoredPerson& stored) {
    if (stored.invitation_verifier().empty()) return false;
    stored = person;
    return true;
  };
  const bool there = store_.person(login).has_value();
  if (there && !store_.change(login, open_still)) return invalid("login: somebody has this one");
  if (!there) store_.put(person);
  return Invitation{code, until};
}

Result<v1::StoredPerson> Enrolment::invited(const std::string& login,
                                            const std::string& invitation) {
  const std::string tried = "invitation of " + login;
  if (!store_.begin_try(tried, clock_.now()))
    return Refusal{RefusalCode::login_locked,
                   rfc3339(store_.tries(tried).locked_until.value_or(clock_.now()))};
  auto person = store_.person(login);
  const bool open =
      person && !person->blocked() && clock_.now() <= time_from_ms(person->invitation_until());
  auto right =
      fits(typed_invitation(invitation), open ? person->invitation_verifier() : std::string());
  if (!right) return right.refusal();
  if (!*right) return Refusal{RefusalCode::login_failed};
  store_.forget_tries(tried);
  return std::move(*person);
}

std::string Enrolment::about(const v1::StoredPerson& person) {
  return "enrolment " + person.login() + '\n' + person.invitation_verifier() + '\n' +
         person.totp_secret();
}

Result<Enrolment::Begun> Enrolment::begin(const std::string& login, const std::string& invitation,
                                          const crypto::SecretBytes& password) {
  auto person = invited(login, invitation);
  if (!person) return person.refusal();
  if (auto fine = check_password(password, login); !fine) return fine.refusal();
  auto verifier = verifier_of(password);
  if (!verifier) return verifier.refusal();
  const std::string secret = crypto::random_bytes(kTotpSecret);
  const bool kept = store_.change(login, [&](v1::StoredPerson& stored) {
    if (stored.blocked() || stored.invitation_verifier() != person->invitation_verifier())
      return false;
    stored.set_password_verifier(*verifier);
    stored.set_totp_secret(secret);
    stored.set_totp_used(0);
    *person = stored;
    return true;
  });
  if (!kept) return Refusal{RefusalCode::login_failed};
  return Begun{secret, new_passkey_challenge(store_, party_, *person, about(*person))};
}

Status Enrolment::prove(const v1::FinishEnrolmentRequest& wanted, v1::StoredPerson& person) {
  const Refusal failed{RefusalCode::login_failed};
  if (person.totp_secret().empty()) return failed;  // it was not begun
  if (wanted.has_passkey()) {
    auto passkey = made_passkey(store_, party_, about(person), wanted.passkey(), clock_.now());
    if (!passkey) return passkey.refusal();
    *person.add_passkeys() = std::move(*passkey);
    person.clear_totp_secret();
    return Done{};
  }
  const auto step =
      totp_step(person.totp_secret(), wanted.code(), person.totp_used(), clock_.now());
  if (!step) return failed;
  person.set_totp_used(*step);
  return Done{};
}

Status Enrolment::make_worker(const v1::StoredPerson& person) {
  const auto workers = house_.workers();
  const bool known =
      std::ranges::any_of(workers, [&](const WorkerRow& row) { return row.name == person.name(); });
  auto pin = Pin::typed(person.pin());
  if (!pin) return pin.refusal();
  // One that is there already is this person's only with their PIN: an enrolment that was cut
  // short, or begun anew.
  return known ? house_.change_pin(person.name(), *pin, *pin)
               : house_.add_worker(person.name(), *pin);
}

Status Enrolment::finish(const v1::FinishEnrolmentRequest& wanted) {
  auto person = invited(wanted.login(), wanted.invitation());
  if (!person) return person.refusal();
  const v1::StoredPerson before = *person;
  if (auto proven = prove(wanted, *person); !proven) return proven;
  if (auto worker = make_worker(*person); !worker) return worker;
  const bool done = store_.change(wanted.login(), [&](v1::StoredPerson& stored) {
    if (stored.blocked() || stored.invitation_verifier() != before.invitation_verifier() ||
        stored.totp_secret() != before.totp_secret())
      return false;
    stored = *person;
    stored.clear_invitation_verifier();
    stored.clear_invitation_until();
    return true;
  });
  return done ? Status(Done{}) : Status(Refusal{RefusalCode::login_failed});
}

Status Enrolment::finish_by_provider(const std::string& login, const std::string& subject) {
  const auto person = store_.person(login);
  const bool open = person && !person->blocked() && !person->invitation_verifier().empty() &&
                    clock_.now() <= time_from_ms(person->invitation_until());
  if (!open) return Done{};
  if (auto worker = make_worker(*person); !worker) return worker;
  store_.change(login, [&](v1::StoredPerson& stored) {
    if (stored.invitation_verifier() != person->invitation_verifier()) return false;
    stored.clear_invitation_verifier();
    stored.clear_invitation_until();
    // What somebody began with the code on paper is no way in beside it.
    stored.clear_password_verifier();
    stored.clear_totp_secret();
    stored.clear_totp_used();
    stored.clear_passkeys();
    stored.set_openid_subject(subject);
    return true;
  });
  return Done{};
}

Status Enrolment::block(const std::string& login) {
  const auto people = store_.people();
  const auto found = std::ranges::find(people, login, [](const auto& one) { return one.login(); });
  if (found == people.end()) return Refusal{RefusalCode::not_found, "login: nobody has this one"};
  const auto others = std::ranges::count_if(people, [&](const auto& one) {
    return one.login() != login && !one.blocked() && is_administrator(one) &&
           one.invitation_verifier().empty();
  });
  if (is_administrator(*found) && others == 0)
    return invalid("login: the last administrator cannot be blocked");
  store_.change(login, [](v1::StoredPerson& stored) {
    stored.set_blocked(true);
    return true;
  });
  store_.end_sessions_of(login);
  return Done{};
}

Status Enrolment::unblock(const std::string& login) {
  const bool done = store_.change(login, [](v1::StoredPerson& stored) {
    stored.set_blocked(false);
    return true;
  });
  return done ? Status(Done{})
              : Status(Refusal{RefusalCode::not_found, "login: nobody has this one"});
}

std::string reset_asked_by(const v1::StoredPerson& person, Time now) {
  const bool waits = now < time_from_ms(person.reset_asked()) + kInvitedFor;
  return waits ? person.reset_asked_by() : std::string();
}

Result<std::optional<Invitation>> Enrolment::reset(const std::string& login,
                                                   const std::string& by) {
  if (login == by) return invalid("login: another administrator does this for you");
  const auto people = store_.people();
  const auto found = std::ranges::find(people, login, [](const auto& one) { return one.login(); });
  if (found == people.end()) return Refusal{RefusalCode::not_found, "login: nobody has this one"};
  // A blocked one counts: nobody gets rid of a second opinion by blocking it.
  const auto others = std::ranges::count_if(people, [&](const auto& one) {
    return one.login() != by && one.login() != login && is_administrator(one) &&
           one.invitation_verifier().empty();
  });
  const bool agreed = std::ranges::any_of(people, [&](const auto& one) {
    return one.login() == reset_asked_by(*found, clock_.now()) && one.login() != by &&
           !one.blocked() && is_administrator(one);
  });
  if (others > 0 && !agreed) {
    store_.change(login, [&](v1::StoredPerson& stored) {
      stored.set_reset_asked_by(by);
      stored.set_reset_asked(to_ms(clock_.now()));
      return true;
    });
    return std::optional<Invitation>();
  }
  auto invitation = reset(login);
  return invitation ? Result<std::optional<Invitation>>(std::optional(std::move(*invitation)))
                    : invitation.refusal();
}

Result<Invitation> Enrolment::reset(const std::string& login) {
  const std::string code = new_invitation();
  auto verifier = verifier_of(typed_invitation(code));
  if (!verifier) return verifier.refusal();
  const Time until = clock_.now() + kInvitedFor;
  const bool there = store_.change(login, [&](v1::StoredPerson& stored) {
    stored.clear_reset_asked_by();
    stored.clear_reset_asked();
    stored.clear_password_verifier();
    stored.clear_totp_secret();
    stored.clear_passkeys();
    stored.clear_openid_subject();
    stored.set_invitation_verifier(*verifier);
    stored.set_invitation_until(to_ms(until));
    return true;
  });
  if (!there) return Refusal{RefusalCode::not_found, "login: nobody has this one"};
  store_.end_sessions_of(login);
  return Invitation{code, until};
}

}  // namespace veerpont::gateway
