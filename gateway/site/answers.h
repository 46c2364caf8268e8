// Answers of the gateway: JSON, problems (RFC 9457), and the headers that every answer has.
#pragma once

#include <string>

#include "base/language.h"
#include "base/refusal.h"
#include "net/http.h"

namespace veerpont::gateway {

int status_of(RefusalCode code);
net::HttpAnswer problem(const Refusal& refusal, Language language);
net::HttpAnswer problem(int status, const Refusal& refusal, Language language);
// "__Host-": of this name and port's host alone, over TLS alone, for every path.
inline constexpr char kSessionCookie[] = "__Host-veerpont";
// An empty token takes it away.
void set_session_cookie(net::HttpAnswer& answer, const std::string& token);

net::HttpAnswer json_answer(std::string json);

// What a page may load and who may show it: nothing but the gateway itself.
net::HttpAnswer with_safe_headers(net::HttpAnswer answer);

}  // namespace veerpont::gateway
