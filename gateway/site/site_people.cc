// The operations of gateway.proto: who comes in, and who may.
#include "gateway/people/roles.h"
#include "gateway/people/totp.h"
#include "gateway/site/answers.h"
#include "gateway/site/site.h"
#include "schemas/document_json.h"

namespace veerpont::gateway {

Result<net::HttpAnswer> Site::session_answer(const std::string& token, bool fresh) {
  const auto session = log_in_.find(token, fresh);
  if (!session) return session.refusal();
  v1::SessionAnswer answer;
  answer.set_state(static_cast<v1::SessionState>(session->state));
  answer.set_csrf(LogIn::csrf_of(token));
  if (session->state == SessionState::second_factor) {
    answer.set_has_passkey(session->person.passkeys_size() > 0);
    answer.set_has_app(!session->person.totp_secret().empty());
  } else {
    answer.set_login(session->person.login());
    answer.set_name(session->person.name());
    answer.set_team(session->person.team());
    *answer.mutable_roles() = session->person.roles();
    answer.set_locks_after_seconds(
        static_cast<std::uint32_t>(std::chrono::seconds(kLocksAfter).count()));
    answer.set_ends(rfc3339(session->ends));
    const Identity us = house_.whoami();
    answer.set_org(us.org);
    answer.set_title(us.title);
  }
  auto out = json_answer(write_json(answer, false));
  if (fresh) set_session_cookie(out, token);
  return out;
}

Result<net::HttpAnswer> Site::call_session(const std::string& name, const std::string& token,
                                           std::string_view json) {
  if (name == "session.begin") {
    v1::BeginSessionRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto password = crypto::SecretBytes::take(std::move(*wanted.mutable_password()));
    auto begun = log_in_.begin(wanted.login(), password);
    return begun ? session_answer(*begun, true) : begun.refusal();
  }
  if (name == "session.second-factor" || name == "session.passkey") {
    auto open = come_in(name, token, json);
    return open ? session_answer(*open, true) : open.refusal();
  }
  if (name == "session.passkey-challenge") {
    const auto challenge = log_in_.challenge(token);
    return challenge ? Result<net::HttpAnswer>(json_answer(write_json(*challenge, false)))
                     : challenge.refusal();
  }
  if (name == "session.unlock") {
    v1::UnlockRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto password = crypto::SecretBytes::take(std::move(*wanted.mutable_password()));
    if (auto open = log_in_.unlock(token, password); !open) return open.refusal();
  }
  if (name == "session.lock") {
    if (auto locked = log_in_.lock(token); !locked) return locked.refusal();
    streams_.end(token);
  }
  if (name != "session.end") return session_answer(token, false);
  log_in_.end(token);
  streams_.end(token);
  auto out = json_answer("{}");
  set_session_cookie(out, "");
  out.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  return out;
}

Result<std::string> Site::come_in(const std::string& name, const std::string& token,
                                  std::string_view json) {
  Result<std::string> open = Refusal{RefusalCode::not_logged_in};
  if (name == "session.passkey") {
    v1::PasskeyRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    open = log_in_.second_factor(token, wanted);
  } else {
    v1::SecondFactorRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    open = log_in_.second_factor(token, wanted.code());
  }
  if (!open) return open;
  if (auto told = record_log_in(*open, name); !told) return told.refusal();
  return open;
}

Status Site::record_log_in(const std::string& token, const std::string& how) {
  const auto session = log_in_.find(token, true);
  if (!session) return session.refusal();
  auto told = record(AccessKind::logged_in, session->person, how);
  if (!told) log_in_.end(token);
  return told;
}

Result<net::HttpAnswer> Site::call_enrolment(const std::string& name, std::string_view json) {
  if (name == "enrolment.begin") {
    v1::EnrolRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto password = crypto::SecretBytes::take(std::move(*wanted.mutable_password()));
    auto begun = enrolment_.begin(wanted.login(), wanted.invitation(), password);
    if (!begun) return begun.refusal();
    v1::EnrolAnswer answer;
    answer.set_secret(base32(begun->secret));
    answer.set_uri(totp_uri(begun->secret, house_.whoami().title, wanted.login()));
    *answer.mutable_passkey() = std::move(begun->passkey);
    return json_answer(write_json(answer, false));
  }
  v1::FinishEnrolmentRequest wanted;
  if (auto read = read_json(json, wanted); !read) return read.refusal();
  auto done = enrolment_.finish(wanted);
  if (done) changed();
  return done ? Result<net::HttpAnswer>(json_answer("{}")) : done.refusal();
}

Status Site::record_change(const Session& session, const std::string& what) {
  changed();
  return record(AccessKind::changed, session.person, what);
}

Result<net::HttpAnswer> Site::call_passkeys(const Asked& asked, const Session& session,
                                            std::string_view json) {
  const std::string& name = asked.operation().name();
  if (name == "passkeys.challenge")
    return json_answer(write_json(passkeys_.challenge(session, asked.token), false));
  Status done = Done{};
  if (name == "passkeys.add") {
    v1::AddPasskeyRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto password = crypto::SecretBytes::take(std::move(*wanted.mutable_password()));
    done = passkeys_.add(session, asked.token, password, wanted.passkey());
  } else if (name == "passkeys.remove") {
    v1::RemovePasskeyRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto password = crypto::SecretBytes::take(std::move(*wanted.mutable_password()));
    done = passkeys_.remove(session, password, wanted.passkey());
  }
  if (!done) return done.refusal();
  if (name != "passkeys.list")
    if (auto told = record_change(session, name); !told) return told.refusal();
  return json_answer(write_json(passkeys_.list(session.person.login()), false));
}

Result<net::HttpAnswer> Site::call_keys(const std::string& name, const Session& session,
                                        std::string_view json) {
  if (name == "keys.list") return json_answer(write_json(keys_.list(), false));
  if (name == "keys.remove") {
    v1::RemoveKeyRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    if (auto removed = keys_.remove(wanted.key()); !removed) return removed.refusal();
    if (auto told = record_change(session, name + ": " + wanted.key()); !told)
      return told.refusal();
    return json_answer("{}");
  }
  v1::AddKeyRequest wanted;
  if (auto read = read_json(json, wanted); !read) return read.refusal();
  const auto added = keys_.add(wanted);
  if (!added) return added.refusal();
  if (auto told = record_change(session, name + ": " + added->key().key()); !told)
    return told.refusal();
  return json_answer(write_json(*added, false));
}

net::HttpAnswer Site::people() {
  v1::PeopleAnswer answer;
  for (const auto& person : store_.people()) {
    auto& row = *answer.add_people();
    row.set_login(person.login());
    row.set_name(person.name());
    row.set_team(person.team());
    *row.mutable_roles() = person.roles();
    row.set_blocked(person.blocked());
    row.set_enrolled(person.invitation_verifier().empty());
    if (person.seen() > 0) row.set_seen(rfc3339(time_from_ms(person.seen())));
    row.set_reset_asked_by(reset_asked_by(person, clock_.now()));
  }
  return json_answer(write_json(answer, false));
}

Result<net::HttpAnswer> Site::call_people(const std::string& name, const Session& session,
                                          std::string_view json) {
  if (name == "people.list") return people();
  if (name == "people.invite") {
    v1::InviteRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    std::vector<ActorRole> roles;
    for (const int role : wanted.roles()) roles.push_back(static_cast<ActorRole>(role));
    auto invited = enrolment_.invite(wanted.login(), wanted.name(), wanted.team(), roles);
    if (!invited) return invited.refusal();
    if (auto told = record_change(session, name + ": " + wanted.login()); !told)
      return told.refusal();
    v1::InviteAnswer answer;
    answer.set_invitation(invited->code);
    answer.set_until(rfc3339(invited->until));
    return json_answer(write_json(answer, false));
  }
  v1::PersonRequest wanted;
  if (auto read = read_json(json, wanted); !read) return read.refusal();
  v1::ResetAnswer answer;
  Status done = Done{};
  if (name == "people.reset") {
    auto reset = enrolment_.reset(wanted.login(), session.person.login());
    if (!reset) return reset.refusal();
    if (*reset) {
      answer.set_invitation((*reset)->code);
      answer.set_until(rfc3339((*reset)->until));
    }
  } else {
    done = name == "people.block" ? enrolment_.block(wanted.login())
                                  : enrolment_.unblock(wanted.login());
  }
  if (!done) return done.refusal();
  if (auto told = record_change(session, name + ": " + wanted.login()); !told)
    return told.refusal();
  return json_answer(name == "people.reset" ? write_json(answer, false) : "{}");
}

}  // namespace veerpont::gateway
