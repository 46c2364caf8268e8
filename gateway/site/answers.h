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
net::HttpAnswer json_answer(std::string json);

// What a page may load and who may show it: nothing but the gateway itself.
net::HttpAnswer with_safe_headers(net::HttpAnswer answer);

}  // namespace veerpont::gateway
