#include "gateway/notify/send.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstring>
#include <memory>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "net/curl.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;

constexpr long kMailTime = 20, kHookTime = 10;  // seconds
constexpr std::size_t kMostAddress = 254;
constexpr char kJsonHeader[] = "Content-Type: application/json";
constexpr char kSignature[] = "Veerpont-Signature: t=";

Refusal not_valid(const char* what) { return {RefusalCode::invalid_input, what}; }

bool begins_with_host(const std::string& url, std::string_view scheme) {
  return url.starts_with(scheme) && url.size() > scheme.size() &&
         std::ranges::all_of(url, [](unsigned char c) { return c > ' ' && c < 127; }) &&
         url.find('@') == std::string::npos &&
         std::isalnum(static_cast<unsigned char>(url[scheme.size()])) != 0;
}

// RFC 5322, section 3.3, in UTC: the house's own time zone is nobody else's.
std::string mail_date(Time when) {
  const std::time_t seconds = to_ms(when) / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts);
  return text.data();
}

std::string letter(const std::string& from, const std::string& to, Time now) {
  return "Date: " + mail_date(now) + "\r\nFrom: <" + from + ">\r\nTo: <" + to +
         ">\r\nSubject: Er wacht iets in Veerpont\r\nMessage-ID: <" +
         crypto::to_hex(crypto::random_bytes(16)) +
         "@veerpont.invalid>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: "
         "1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nEr wacht iets op u. Log in "
         "zoals "
         "u gewend bent.\r\nDeze mail zegt niets over kinderen of gezinnen.\r\n";
}

struct Reading {
  std::string_view left;
};
std::size_t read_some(char* to, std::size_t size, std::size_t count, void* from) {
  auto& reading = *static_cast<Reading*>(from);
  const std::size_t taken = std::min(size * count, reading.left.size());
  std::memcpy(to, reading.left.data(), taken);
  reading.left.remove_prefix(taken);
  return taken;
}
std::size_t forget(const char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

bool is_mail_address(const std::string& text) {
  const auto at = text.find('@');
  return text.size() <= kMostAddress && at != std::string::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string::npos &&
         std::ranges::all_of(text, [](unsigned char c) {
           return c > ' ' && c < 127 && std::strchr("<>()[],;:\\\"", c) == nullptr;
         });
}

Status check_mail(const v1::StoredMail& mail) {
  if (!begins_with_host(mail.server(), "smtp://") && !begins_with_host(mail.server(), "smtps://"))
    return not_valid("server: smtp://HOST:PORT or smtps://HOST:PORT");
  if (!is_mail_address(mail.from())) return not_valid("from: an e-mail address");
  return Done{};
}

Status send_notice(const v1::StoredMail& mail, const std::string& to, Time now) {
  if (!is_mail_address(to)) return not_valid("mail: an e-mail address");
  const net::CurlHandle curl = net::new_curl();
  const std::string text = letter(mail.from(), to, now);
  Reading reading{text};
  const net::CurlLines recipients(curl_slist_append(nullptr, ("<" + to + ">").c_str()),
                                  curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl.get(), CURLOPT_URL, mail.server().c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  net::trust(curl.get(), mail.authority());
  if (!mail.login().empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, mail.login().c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, mail.password().c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, ("<" + mail.from() + ">").c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, read_some);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &reading);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kMailTime);
  const CURLcode done = curl_easy_perform(curl.get());
  return done == CURLE_OK
             ? Status(Done{})
             : Status(Refusal{RefusalCode::local_failure,
                              "the mail server: " + std::string(curl_easy_strerror(done))});
}

Status check_hook(const std::string& url) {
  return begins_with_host(url, "https://") && url.size() <= 500
             ? Status(Done{})
             : not_valid("url: https://HOST/PATH, at most 500 characters");
}

bool send_hook(const v1::StoredHook& hook, std::uint64_t changes, Time now) {
  const std::string body = json::serialize(
      json::object{{"type", "changed"}, {"changes", changes}, {"time", rfc3339(now)}});
  const std::string seconds = std::to_string(to_ms(now) / 1000);
  // HKDF-Extract is HMAC-SHA256 (RFC 5869, section 2.2).
  const std::string signature =
      crypto::to_hex(crypto::hkdf_extract(hook.secret(), seconds + "." + body).reveal());
  const net::CurlHandle curl = net::new_curl();
  const std::string signed_as = kSignature + seconds + ",v1=" + signature;
  const net::CurlLines headers(
      curl_slist_append(curl_slist_append(nullptr, kJsonHeader), signed_as.c_str()),
      curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl.get(), CURLOPT_URL, hook.url().c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_COPYPOSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, forget);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kHookTime);
  net::trust(curl.get(), hook.authority());
  long status = 0;
  // A server that closes the connection without close_notify (RFC 8446, section 6.1) has answered
  // all the same.
  curl_easy_perform(curl.get());
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return status >= 200 && status < 300;
}

}  // namespace veerpont::gateway
