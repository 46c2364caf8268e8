#include "gateway/site/site.h"

#include <memory>

#include "client_sdk/c/operations.h"
#include "gateway/people/roles.h"
#include "gateway/people/totp.h"
#include "gateway/site/answers.h"
#include "schemas/document_json.h"

namespace veerpont::gateway {
namespace {

// "__Host-": of this name and port's host alone, over TLS alone, for every path.
constexpr char kCookie[] = "__Host-veerpont";
constexpr char kEventStream[] = "text/event-stream";
constexpr char kCookieRules[] = "; Path=/; Secure; HttpOnly; SameSite=Strict";

bool changes_something(const Request& request) {
  return request.method != "GET" && request.method != "HEAD";
}

bool begins_without_session(const std::string& scope) { return scope == "anyone"; }

// A Refused of the operation, as a problem; its code decides the status.
net::HttpAnswer problem_of(const std::string& json, Language language) {
  api::v1::Refused refused;
  if (!read_json(json, refused)) return problem({RefusalCode::local_failure}, language);
  if (const auto code = refusal_from_id(refused.refusal().code()))
    return problem({*code, refused.refusal().detail()}, language);
  return problem({RefusalCode::local_failure}, language);
}

// As an entity tag (RFC 9110, section 8.8.3).
std::string quoted(const std::string& version) { return '"' + version + '"'; }

}  // namespace

net::HttpAnswer Site::answer(const net::HttpRequest& asked) {
  auto request = Request::parse(asked);
  if (!request)
    return with_safe_headers(
        problem({RefusalCode::invalid_input, "the address of this request"}, Language::dutch));
  const Language language = request->language();
  const std::vector<std::string> path = request->path;
  if (path.empty() || path[0] != "api")
    return with_safe_headers(pages_.answer(request->method, path, request->reads_gzip()));
  if (path.size() < 3 || path[1] != "v1")
    return with_safe_headers(problem({RefusalCode::not_found}, language));
  try {
    return with_safe_headers(
        api(std::move(*request), std::vector<std::string>(path.begin() + 2, path.end())));
  } catch (const std::exception&) {
    // A full disk, a damaged database: nothing of it goes to who asks.
    return with_safe_headers(problem({RefusalCode::local_failure}, language));
  }
}

net::HttpAnswer Site::api(Request request, const std::vector<std::string>& path) {
  const Language language = request.language();
  if (request.method == "GET" && path == std::vector<std::string>{"openapi.json"}) {
    auto described = json_answer(described_);
    // It says nothing of anybody.
    described.headers.emplace_back("Access-Control-Allow-Origin", "*");
    return described;
  }
  Asked asked{std::move(request), {}, {}};
  asked.token = asked.request.cookie(kCookie);
  asked.found = find_route(asked.request.method, path);
  if (asked.found.route == nullptr) {
    auto answer = problem(asked.found.path_exists ? 405 : 404, {RefusalCode::not_found}, language);
    return answer;
  }
  if (auto own = own_page(asked); !own) return problem(own.refusal(), language);
  if (begins_without_session(asked.operation().scope())) return call(asked, Session());
  if (!limits_.enter(asked.token))
    return problem({RefusalCode::busy, "too many questions at once"}, language);
  const std::shared_ptr<void> leaving(nullptr, [&](void*) { limits_.leave(asked.token); });
  auto session = may(asked);
  return session ? call(asked, *session) : problem(session.refusal(), language);
}

Status Site::own_page(const Asked& asked) const {
  const Request& request = asked.request;
  const Refusal foreign{RefusalCode::wrong_page};
  const std::string site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return foreign;
  const std::string origin = request.header("origin");
  if (!origin.empty() && origin != origin_) return foreign;
  if (!changes_something(request)) return Done{};
  if (!request.body.empty() && request.header("content-type") != "application/json")
    return Refusal{RefusalCode::invalid_input, "the header Content-Type: must be application/json"};
  if (begins_without_session(asked.operation().scope())) return Done{};
  if (asked.token.empty()) return Refusal{RefusalCode::not_logged_in};
  return crypto::equal(request.header("veerpont-csrf"), LogIn::csrf_of(asked.token))
             ? Status(Done{})
             : Status(foreign);
}

Result<Session> Site::may(const Asked& asked) {
  const bool about_session = asked.operation().scope() == "session";
  // What a page asks by itself is nobody's activity.
  const bool active = asked.operation().name() != "changes" && !about_session;
  auto session = log_in_.find(asked.token, active);
  if (!session) return session.refusal();
  if (about_session) return session;
  if (session->state == SessionState::second_factor) return Refusal{RefusalCode::not_logged_in};
  if (session->state == SessionState::locked) return Refusal{RefusalCode::session_locked};
  if (gateway::may(roles_of(session->person), asked.operation())) return session;
  record_denial(*session, asked);
  return Refusal{RefusalCode::not_allowed};
}

void Site::record_denial(const Session& session, const Asked& asked) {
  if (!limits_.tells(session.person.login(), asked.operation().name(), clock_.now())) return;
  Actor actor;
  actor.person = session.person.name();
  actor.role = roles_of(session.person).front();
  AccessReport report{AccessKind::denied};
  report.list = asked.operation().name();
  if (auto recorded = house_.report_access(report, actor); !recorded)
    return;  // refused all the same
}

net::HttpAnswer Site::call(const Asked& asked, const Session& session) {
  const Language language = asked.request.language();
  Caller caller{session.person.name(), ActorRole::worker, session.person.pin()};
  if (!session.person.login().empty())
    caller.role = acting_role(roles_of(session.person), asked.operation());
  auto json = request_json(asked.found, asked.request, caller);
  if (!json) return problem(json.refusal(), language);
  const auto wanted = crypto::SecretBytes::take(std::move(*json));
  if (asked.found.route->method->service()->name() == "Gateway") {
    auto own = call_own(asked, wanted.reveal());
    return own ? std::move(*own) : problem(own.refusal(), language);
  }
  if (asked.found.route->method->service()->name() == "Workbench") {
    return call_desk(asked, session, wanted.reveal());
  }
  if (auto current = is_current(asked); !current) return problem(current.refusal(), language);
  if (asked.operation().shows_content() && asked.operation().name().starts_with("messages."))
    if (auto may = desk_.needs_to_know(session, wanted.reveal()); !may)
      return problem(may.refusal(), language);
  return call_house(asked, session, wanted.reveal());
}

Status Site::is_current(const Asked& asked) {
  const std::string seen = asked.request.header("if-match");
  const auto referral = asked.found.in_path.find("referral_id");
  if (seen.empty() || referral == asked.found.in_path.end()) return Done{};
  const auto version = desk_.version_of(referral->second);
  if (!version) return version.refusal();
  return seen == quoted(*version) ? Status(Done{}) : Status(Refusal{RefusalCode::stale});
}

net::HttpAnswer Site::call_desk(const Asked& asked, const Session& session, std::string_view json) {
  const std::string& name = asked.operation().name();
  auto made = desk_.call(name, session, json);
  if (!made) return problem(made.refusal(), asked.request.language());
  // Who has what in hand stands in everybody's list.
  if (name.starts_with("assignments.")) changed();
  auto answer = json_answer(std::move(*made));
  if (name == "numbered-referrals.show")
    if (const auto version = desk_.version_of(asked.found.in_path.at("number")))
      answer.headers.emplace_back("ETag", quoted(*version));
  return answer;
}

net::HttpAnswer Site::call_house(const Asked& asked, const Session& session,
                                 std::string_view json) {
  const Language language = asked.request.language();
  const auto& operation = asked.operation();
  const auto act = [&] {
    auto called = api::call(&house_, operation.name(), json);
    return called.exit == 0 ? json_answer(std::move(called.json))
                            : problem_of(called.json, language);
  };
  if (!operation.takes_idempotency_key()) return act();
  auto answered = repeats_.answer({session.person.login(), asked.request.header("idempotency-key"),
                                   operation.name(), json, operation.repeats_safely()},
                                  clock_.now(), act);
  return answered ? std::move(*answered) : problem(answered.refusal(), language);
}

Result<net::HttpAnswer> Site::call_own(const Asked& asked, std::string_view json) {
  const std::string& name = asked.operation().name();
  if (name == "changes") return changes(asked);
  if (name.starts_with("session.")) return call_session(name, asked.token, json);
  return call_people(name, json);
}

// A number that is another one when something changed; as an event stream to who asks for one.
net::HttpAnswer Site::changes(const Asked& asked) {
  if (asked.request.header("accept") == kEventStream) {
    net::HttpAnswer follows;
    follows.type = kEventStream;
    follows.stream = [this, token = asked.token](net::FrameLink link) {
      streams_.add(token, std::move(link), changes_);
    };
    return follows;
  }
  v1::ChangesAnswer answer;
  answer.set_changes(changes_);
  if (const auto as_of = house_.as_of()) answer.set_as_of(rfc3339(*as_of));
  return json_answer(write_json(answer, false));
}

Result<net::HttpAnswer> Site::session_answer(const std::string& token, bool fresh) {
  const auto session = log_in_.find(token, fresh);
  if (!session) return session.refusal();
  v1::SessionAnswer answer;
  answer.set_state(static_cast<v1::SessionState>(session->state));
  answer.set_csrf(LogIn::csrf_of(token));
  if (session->state != SessionState::second_factor) {
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
  if (fresh)
    out.headers.emplace_back("Set-Cookie", std::string(kCookie) + "=" + token + kCookieRules);
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
  if (name == "session.second-factor") {
    v1::SecondFactorRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    auto open = log_in_.second_factor(token, wanted.code());
    return open ? session_answer(*open, true) : open.refusal();
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
  out.headers.emplace_back("Set-Cookie", std::string(kCookie) + "=" + kCookieRules + "; Max-Age=0");
  out.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  return out;
}

Result<net::HttpAnswer> Site::call_people(const std::string& name, std::string_view json) {
  if (name == "enrolment.begin") {
    v1::EnrolRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto password = crypto::SecretBytes::take(std::move(*wanted.mutable_password()));
    auto secret = enrolment_.begin(wanted.login(), wanted.invitation(), password);
    if (!secret) return secret.refusal();
    v1::EnrolAnswer answer;
    answer.set_secret(base32(*secret));
    answer.set_uri(totp_uri(*secret, house_.whoami().title, wanted.login()));
    return json_answer(write_json(answer, false));
  }
  if (name == "enrolment.finish") {
    v1::FinishEnrolmentRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    auto done = enrolment_.finish(wanted.login(), wanted.invitation(), wanted.code());
    return done ? Result<net::HttpAnswer>(json_answer("{}")) : done.refusal();
  }
  if (name == "people.invite") {
    v1::InviteRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    std::vector<ActorRole> roles;
    for (const int role : wanted.roles()) roles.push_back(static_cast<ActorRole>(role));
    auto invited = enrolment_.invite(wanted.login(), wanted.name(), wanted.team(), roles);
    if (!invited) return invited.refusal();
    v1::InviteAnswer answer;
    answer.set_invitation(invited->code);
    answer.set_until(rfc3339(invited->until));
    return json_answer(write_json(answer, false));
  }
  if (name == "people.block") {
    v1::PersonRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    auto done = enrolment_.block(wanted.login());
    return done ? Result<net::HttpAnswer>(json_answer("{}")) : done.refusal();
  }
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
  }
  return json_answer(write_json(answer, false));
}

}  // namespace veerpont::gateway
