// The operations of gateway.proto about the organisation's own work account.
#include "gateway/site/answers.h"
#include "gateway/site/site.h"
#include "schemas/document_json.h"

namespace veerpont::gateway {
namespace {

// Nobody typed a name or a code here.
Refusal said(const Refusal& refusal) {
  return refusal.code == RefusalCode::login_failed ? Refusal{RefusalCode::account_failed} : refusal;
}

}  // namespace

Result<net::HttpAnswer> Site::come_in_by_provider(const std::string& ticket,
                                                  std::string_view json) {
  v1::FinishOpenIdRequest wanted;
  if (auto read = read_json(json, wanted); !read) return read.refusal();
  const auto who = openid_.finish(ticket, wanted);
  if (!who) return said(who.refusal());
  if (auto enrolled = enrolment_.finish_by_provider(who->name, who->subject); !enrolled)
    return enrolled.refusal();
  auto open = log_in_.by_provider(who->name, who->subject);
  if (!open) return said(open.refusal());
  if (auto told = record_log_in(*open, "session.openid-finish"); !told) return told.refusal();
  return session_answer(*open, true);
}

Result<net::HttpAnswer> Site::call_openid(const Asked& asked, const Session& session,
                                          std::string_view json) {
  const std::string& name = asked.operation().name();
  if (name == "session.ways") {
    v1::WaysAnswer answer;
    answer.set_openid(openid_.is_set());
    return json_answer(write_json(answer, false));
  }
  if (name == "session.openid-finish") return come_in_by_provider(asked.token, json);
  if (name == "session.openid") {
    const auto begun = openid_.begin();
    if (!begun) return begun.refusal();
    v1::OpenIdAnswer answer;
    answer.set_url(begun->url);
    auto out = json_answer(write_json(answer, false));
    set_session_cookie(out, begun->ticket);
    return out;
  }
  if (name == "openid.show") return json_answer(write_json(openid_.settings(), false));
  v1::OpenIdSettings wanted;
  if (auto read = read_json(json, wanted); !read) return read.refusal();
  const auto set = openid_.set(wanted);
  if (!set) return set.refusal();
  if (auto told = record_change(session, name); !told) return told.refusal();
  return json_answer(write_json(*set, false));
}

}  // namespace veerpont::gateway
