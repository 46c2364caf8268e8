#include "gateway/site/site.h"

#include <memory>

#include "client_sdk/c/operations.h"
#include "gateway/people/roles.h"
#include "gateway/site/answers.h"
#include "schemas/document_json.h"

namespace veerpont::gateway {
namespace {

constexpr char kJson[] = "application/json";
constexpr char kEventStream[] = "text/event-stream";

bool changes_something(const Request& request) {
  return request.method != "GET" && request.method != "HEAD";
}

bool begins_without_session(const std::string& scope) { return scope == "anyone"; }

Refusal not_json() {
  return {RefusalCode::invalid_input, "the header Content-Type: must be application/json"};
}

// What is about somebody's own session, password or key, what they are writing, and what a second
// person confirms from their own log-in, is done by nobody's program.
bool is_for_programs(const Route& route) {
  const std::string& name = route.operation.name();
  if (route.method->service()->name() == "Gateway") return name == "changes";
  if (name.starts_with("drafts.")) return name == "drafts.prefill";
  return route.method->input_type()->FindFieldByName("pin") == nullptr;
}

// A Refused of the operation, as a problem; its code decides the status.
net::HttpAnswer problem_of(const std::string& json, Language language) {
  api::v1::Refused refused;
  if (!read_json(json, refused)) return problem({RefusalCode::local_failure}, language);
  if (const auto code = refusal_from_id(refused.refusal().code()))
    return problem({*code, refused.refusal().detail()}, language);
  return problem({RefusalCode::local_failure}, language);
}

// Nothing of it was begun: the same may be asked again (RFC 9110, section 10.2.3).
net::HttpAnswer no_room(Language language) {
  auto answer = problem({RefusalCode::busy, "too many questions at once"}, language);
  answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

// As an entity tag (RFC 9110, section 8.8.3).
std::string entity_tag(const std::string& version) { return '"' + version + '"'; }

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
  asked.token = asked.request.cookie(kSessionCookie);
  asked.found = find_route(asked.request.method, path);
  if (asked.found.route == nullptr) {
    auto answer = problem(asked.found.path_exists ? 405 : 404, {RefusalCode::not_found}, language);
    return answer;
  }
  if (!asked.request.header("authorization").empty()) return call_for(std::move(asked));
  if (auto own = own_page(asked); !own) return problem(own.refusal(), language);
  if (begins_without_session(asked.operation().scope())) return call(asked, Session());
  if (!limits_.enter(asked.token)) return no_room(language);
  const std::shared_ptr<void> leaving(nullptr, [&](void*) { limits_.leave(asked.token); });
  auto session = may(asked);
  return session ? call(asked, *session) : problem(session.refusal(), language);
}

net::HttpAnswer Site::call_for(Asked asked) {
  const Language language = asked.request.language();
  if (!asked.request.body.empty() && asked.request.header("content-type") != kJson)
    return problem(not_json(), language);
  const auto key = keys_.find(asked.request.header("authorization"));
  if (!key) return problem(key.refusal(), language);
  const std::string caller = asked.token = "key " + key->id();
  if (!limits_.enter(caller)) return no_room(language);
  const std::shared_ptr<void> leaving(nullptr, [&](void*) { limits_.leave(caller); });
  auto person =
      is_for_programs(*asked.found.route)
          ? keys_.acts_for(*key, asked.request.header("veerpont-actor"), asked.operation())
          : Result<v1::StoredPerson>(Refusal{RefusalCode::not_allowed});
  if (person) return call(asked, {std::move(*person), SessionState::open, clock_.now(), true});
  // On the name of whom it said to act for, where there is one.
  if (auto named = store_.person(asked.request.header("veerpont-actor")))
    record_denial({std::move(*named), SessionState::open, clock_.now(), true}, asked);
  return problem({RefusalCode::not_allowed}, language);
}

Status Site::own_page(const Asked& asked) const {
  const Request& request = asked.request;
  const Refusal foreign{RefusalCode::wrong_page};
  const std::string site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return foreign;
  const std::string origin = request.header("origin");
  if (!origin.empty() && origin != origin_) return foreign;
  if (!changes_something(request)) return Done{};
  if (!request.body.empty() && request.header("content-type") != kJson) return not_json();
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
  if (auto recorded = record(AccessKind::denied, session.person, asked.operation().name());
      !recorded)
    return;  // refused all the same
}

Status Site::record(AccessKind kind, const v1::StoredPerson& person, const std::string& what) {
  Actor actor;
  actor.person = person.name();
  actor.role = roles_of(person).front();
  AccessReport report{kind};
  report.list = what;
  auto recorded = house_.report_access(report, actor);
  return recorded ? Status(Done{}) : recorded.refusal();
}

net::HttpAnswer Site::call(const Asked& asked, const Session& session) {
  const Language language = asked.request.language();
  Caller caller{session.person.name(), ActorRole::worker, session.person.pin()};
  if (!session.person.login().empty())
    caller.role = session.by_program ? ActorRole::system
                                     : acting_role(roles_of(session.person), asked.operation());
  auto json = request_json(asked.found, asked.request, caller);
  if (!json) return problem(json.refusal(), language);
  const auto wanted = crypto::SecretBytes::take(std::move(*json));
  if (asked.found.route->method->service()->name() == "Gateway") {
    auto own = call_own(asked, session, wanted.reveal());
    return own ? std::move(*own) : problem(own.refusal(), language);
  }
  if (asked.found.route->method->service()->name() == "Workbench") {
    return call_desk(asked, session, wanted.reveal());
  }
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
  return seen == entity_tag(*version) ? Status(Done{}) : Status(Refusal{RefusalCode::stale});
}

net::HttpAnswer Site::call_desk(const Asked& asked, const Session& session, std::string_view json) {
  const std::string& name = asked.operation().name();
  // What colleagues wrote of a child is content.
  if (asked.operation().shows_content())
    if (auto recorded = record(AccessKind::listed, session.person, name); !recorded)
      return problem(recorded.refusal(), asked.request.language());
  auto made = desk_.call(name, session, json);
  if (!made) return problem(made.refusal(), asked.request.language());
  // Who has what in hand stands in everybody's list.
  if (name.starts_with("assignments.") || name == "notes.put") changed();
  auto answer = json_answer(std::move(*made));
  if (name == "numbered-referrals.show")
    if (const auto version = desk_.version_of(asked.found.in_path.at("number")))
      answer.headers.emplace_back("ETag", entity_tag(*version));
  return answer;
}

net::HttpAnswer Site::call_house(const Asked& asked, const Session& session,
                                 std::string_view json) {
  const Language language = asked.request.language();
  const auto& operation = asked.operation();
  const auto act = [&] {
    // A request that was answered before is answered the same: it may be what changed this.
    if (auto current = is_current(asked); !current) return problem(current.refusal(), language);
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

Result<net::HttpAnswer> Site::call_own(const Asked& asked, const Session& session,
                                       std::string_view json) {
  const std::string& name = asked.operation().name();
  if (name == "changes") return changes(asked);
  if (name == "session.ways" || name.find("openid") != std::string::npos)
    return call_openid(asked, session, json);
  if (name.starts_with("session.")) return call_session(name, asked.token, json);
  if (name.starts_with("enrolment.")) return call_enrolment(name, json);
  if (name.starts_with("mail.")) return call_mail(name, session, json);
  if (name.starts_with("hooks.")) return call_hooks(name, session, json);
  if (name.starts_with("keys.")) return call_keys(name, session, json);
  if (name.starts_with("passkeys.")) return call_passkeys(asked, session, json);
  return call_people(name, session, json);
}

void Site::sweep() {
  desk_.sweep();
  outgoing_.sweep(changes_, [this] {
    std::vector<Waiting> waiting;
    for (Unread& one : desk_.unread())
      waiting.push_back({std::move(one.holder), one.came, one.urgent});
    return waiting;
  });
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

}  // namespace veerpont::gateway
