// What leaves the gateway besides the work itself: a mail without content, and a webhook that says
// that something changed. Through libcurl; TLS always, and verified.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "veerpont/gateway/v1/gateway.pb.h"

namespace veerpont::gateway {

// Whether it is an address as SMTP takes one (RFC 5321): one @, no spaces, at most 254 bytes.
bool is_mail_address(const std::string& text);
// smtp:// with STARTTLS or smtps://, with a host, and a sender. Refuses invalid-input.
Status check_mail(const v1::StoredMail& mail);
// "Er wacht iets in Veerpont", and nothing of anybody. Refuses local-failure with what the mail
// server said.
Status send_notice(const v1::StoredMail& mail, const std::string& to, Time now);

// https:// with a host. Refuses invalid-input.
Status check_hook(const std::string& url);
// POST {"type":"changed","changes":n,"time":…} with Veerpont-Signature: t=UNIX,v1=HMAC-SHA256 in
// hex over "UNIX.BODY". False unless it was answered with 2xx within ten seconds; redirects are not
// followed.
bool send_hook(const v1::StoredHook& hook, std::uint64_t changes, Time now);

}  // namespace veerpont::gateway
