#include "gateway/site/answers.h"

#include "base/dutch.h"
#include "base/spoken_time.h"
#include "schemas/document_json.h"
#include "veerpont/gateway/v1/gateway.pb.h"

namespace veerpont::gateway {

int status_of(RefusalCode code) {
  using enum RefusalCode;
  switch (code) {
    case invalid_input:
    case malformed_document:
    case malformed:
      return 400;
    case account_failed:
    case login_failed:
    case not_logged_in:
    case session_locked:
      return 401;
    case not_allowed:
    case reason_needed:
    case wrong_page:
      return 403;
    case not_found:
    case unknown_referral:
    case unknown_message:
    case unknown_grant:
      return 404;
    case stale:
      return 412;
    case too_large:
      return 413;
    case login_locked:
    case pin_locked:
      return 429;
    case local_failure:
    case unlock_failed:
      return 500;
    case tampered:
      return 502;
    case key_reused:
      return 422;
    case broker_unreachable:
    case busy:
      return 503;
    case queued:
    case perhaps_sent:
      return 202;
    default:
      return 409;
  }
}

net::HttpAnswer problem(int status, const Refusal& refusal, Language language) {
  v1::Problem body;
  body.set_status(static_cast<std::uint32_t>(status));
  body.set_title(std::string(sentence_of(refusal.code, language)));
  body.set_detail(with_times_in_words(
      language == Language::dutch ? in_dutch(refusal.detail) : refusal.detail, language));
  body.set_code(std::string(id_of(refusal.code)));
  net::HttpAnswer answer;
  answer.status = status;
  answer.type = "application/problem+json";
  answer.body = write_json(body, false);
  return answer;
}

net::HttpAnswer problem(const Refusal& refusal, Language language) {
  return problem(status_of(refusal.code), refusal, language);
}

void set_session_cookie(net::HttpAnswer& answer, const std::string& token) {
  std::string cookie =
      std::string(kSessionCookie) + "=" + token + "; Path=/; Secure; HttpOnly; SameSite=Strict";
  if (token.empty()) cookie += "; Max-Age=0";
  answer.headers.emplace_back("Set-Cookie", std::move(cookie));
}

net::HttpAnswer json_answer(std::string json) {
  net::HttpAnswer answer;
  answer.type = "application/json";
  answer.body = std::move(json);
  return answer;
}

net::HttpAnswer with_safe_headers(net::HttpAnswer answer) {
  for (const auto& [name, value] :
       {std::pair(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
        {"Strict-Transport-Security", "max-age=31536000"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
        {"API-Version", "1.0.0"}})
    answer.headers.emplace_back(name, value);
  return answer;
}

}  // namespace veerpont::gateway
