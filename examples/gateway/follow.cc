// The workbench's API with libcurl and Boost.JSON; see README.md.
#include <curl/curl.h>

#include <boost/json/src.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

namespace json = boost::json;

namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set");
  return value;
}

std::string fresh_key() {
  std::string uuid;
  std::ifstream("/proc/sys/kernel/random/uuid") >> uuid;
  return uuid;
}

std::size_t append(const char* bytes, std::size_t size, std::size_t count, std::string* text) {
  text->append(bytes, size * count);
  return size * count;
}

json::value ask(const std::string& method, const std::string& path, const json::value& body = {}) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                   curl_easy_cleanup);
  CURL* curl = handle.get();
  curl_slist* headers = nullptr;
  const auto add = [&](const std::string& line) {
    headers = curl_slist_append(headers, line.c_str());
  };
  add("Authorization: Bearer " + setting("VEERPONT_KEY"));
  add("Veerpont-Actor: " + setting("VEERPONT_ACTOR"));
  const std::string sent = body.is_null() ? "" : json::serialize(body);
  if (!sent.empty()) add("Content-Type: application/json");
  if (method == "POST") add("Idempotency-Key: " + fresh_key());
  std::string said;
  curl_easy_setopt(curl, CURLOPT_URL, (setting("VEERPONT_GATEWAY") + "/api/v1" + path).c_str());
  curl_easy_setopt(curl, CURLOPT_CAINFO, setting("VEERPONT_AUTHORITY").c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!sent.empty()) curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, sent.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &said);
  const CURLcode done = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  if (done != CURLE_OK || status != 200) throw std::runtime_error(path + ": " + said);
  json::value answer = json::parse(said);
  std::cerr << json::serialize(json::array{json::string(method + " " + path), answer}) << '\n';
  return answer;
}

std::string text(const json::value& at, const char* name) {
  return std::string(at.at(name).as_string());
}

int run() {
  const json::value draft = ask(
      "POST", "/prefilled-drafts",
      {{"externalId", "DB-2026-0201"},
       {"birthDate", "2013-03-14"},
       {"municipality", "Leiden"},
       {"referral",
        {{"identity", {{"givenNames", "Voorbeeldje"}}}, {"careNeed", {{"tried", "gesprekken"}}}}}});
  std::cout << "a person goes on at " << text(draft, "workbench") << '\n';
  const json::value list = ask("GET", "/work-items");
  for (const json::value& item : list.at("items").as_array()) {
    if (text(item, "kind") != "read-referral" || item.as_object().contains("holder")) continue;
    ask("PUT", "/numbered-referrals/" + text(item, "number") + "/assignment", json::object());
    const json::value opened = ask("POST", "/messages/" + text(item, "messageId") + "/open",
                                   {{"actor", {{"purpose", "arrange-help"}}}});
    std::cout << text(opened.at("document").at("careNeed"), "tried") << '\n';
    const json::value accepted =
        ask("POST", "/referrals/" + text(item.at("referral"), "referralId") + "/steps",
            {{"step", "accept"}, {"update", {{"decision", "Wij starten."}}}});
    std::cout << text(accepted, "state") << '\n';
    return 0;
  }
  return 1;
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& fault) {
    std::cerr << fault.what() << '\n';
    return 1;
  }
}
