// What a browser asked, taken apart, and the JSON that an operation gets of it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>

#include "gateway/site/answers.h"
#include "gateway/site/limits.h"
#include "gateway/site/routes.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;

std::optional<Request> asked(const std::string& target, const std::string& method = "GET",
                             const std::string& body = {}) {
  return Request::parse({method, target, body, {}});
}

TEST(Requests, AreTakenApartAndNothingElseIsLetIn) {
  const auto plain = asked("/api/v1/grants/aa?limit=5&with=a%20b");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->path, (std::vector<std::string>{"api", "v1", "grants", "aa"}));
  EXPECT_EQ(plain->query.at("with"), "a b");
  const auto form = asked("/api/v1/accesses?person=a+b&seed=1%2B1");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->query.at("person"), "a b") << "as forms write it";
  EXPECT_EQ(form->query.at("seed"), "1+1");
  EXPECT_TRUE(asked("/")->path.empty());
  for (const char* bad :
       {"", "x", "//", "/a//b", "/a/", "/a/../b", "/a/./b", "/%2e%2e/b", "/a%2fb", "/a%5cb",
        "/a%00", "/a%", "/a%g1", "/a%c3", "/a?b=1&b=2", "/a?b=%0a", "http://x/"})
    EXPECT_FALSE(asked(bad)) << bad;
  EXPECT_FALSE(asked("/" + std::string(2048, 'a')));
}

TEST(Requests, SayTheirLanguageAndCookies) {
  const auto with = [](const char* name, const char* value) {
    return *Request::parse({"GET", "/", "", {{name, value}}});
  };
  EXPECT_EQ(with("accept-language", "en-GB, nl;q=0.5").language(), Language::english);
  EXPECT_EQ(with("accept-language", "nl-NL, en;q=0.5").language(), Language::dutch);
  EXPECT_EQ(with("accept-language", "de").language(), Language::dutch);
  EXPECT_EQ(with("cookie", "a=1; __Host-veerpont=ff; b").cookie("__Host-veerpont"), "ff");
  EXPECT_EQ(with("cookie", "a=1").cookie("b"), "");
  for (const char* reads : {"gzip", "br, gzip", "gzip;q=0.5"})
    EXPECT_TRUE(with("accept-encoding", reads).reads_gzip()) << reads;
  for (const char* does_not : {"", "br", "gzip;q=0", "identity"})
    EXPECT_FALSE(with("accept-encoding", does_not).reads_gzip()) << does_not;
}

TEST(Routes, EachOperationHasOneAndNoOtherTakesIt) {
  std::set<std::string> shapes;
  for (const Route& route : routes()) {
    std::string shape = route.verb;
    std::vector<std::string> path;
    for (const std::string& segment : route.path) {
      shape += "/" + (segment.starts_with('{') ? "*" : segment);
      path.push_back(segment.starts_with('{') ? "0" : segment);
      if (!segment.starts_with('{')) continue;
      EXPECT_NE(route.method->input_type()->FindFieldByName(segment.substr(1, segment.size() - 2)),
                nullptr)
          << shape;
    }
    EXPECT_TRUE(shapes.insert(shape).second) << shape;
    ASSERT_NE(find_route(route.verb, path).route, nullptr) << shape;
  }
  EXPECT_TRUE(find_route("PATCH", {"session"}).path_exists);
  EXPECT_FALSE(find_route("GET", {"nothing"}).path_exists);
}

json::value body_of(const std::string& verb, const std::string& target, const std::string& body,
                    ActorRole role = ActorRole::worker) {
  const auto request = asked(target, verb, body);
  const Found found = find_route(verb, request->path);
  EXPECT_NE(found.route, nullptr) << target;
  const auto json = request_json(found, *request, {"Jan", role, "123456"});
  return json ? json::parse(*json) : json::value(json.refusal().detail);
}

TEST(Routes, PutPathAndQueryIntoTheRequest) {
  EXPECT_EQ(body_of("GET", "/referrals?limit=5&openOnly=true&states=accepted,started", ""),
            json::parse(R"({"openOnly":true,"limit":5,"states":["accepted","started"]})"));
  const std::string id(32, '0');
  EXPECT_EQ(
      body_of("POST", "/grants/" + id + "/withdraw", R"({"categories":["safety"]})").at("grantId"),
      json::value(id));
  for (const auto& [target, body] :
       {std::pair("/grants/" + id + "/withdraw", R"({"grantId":"1"})"),
        {"/grants/" + id + "/withdraw?categories=safety", R"({"categories":["safety"]})"},
        {"/grants/" + id + "/withdraw?wat=1", "{}"},
        {"/grants/" + id + "/withdraw", "[]"},
        {"/grants/" + id + "/withdraw", "{"}})
    EXPECT_TRUE(body_of("POST", target, body).is_string()) << target << body;
  EXPECT_TRUE(body_of("GET", "/referrals?limit=-1", "").is_string());
  EXPECT_TRUE(body_of("GET", "/referrals?openOnly=1", "").is_string());
}

TEST(Routes, WriteWhoDoesItWhateverTheRequestSays) {
  const std::string open = "/messages/" + std::string(32, '0') + "/open";
  const auto actor = [&](const std::string& body) {
    return body_of("POST", open, body).at("actor");
  };
  EXPECT_EQ(actor("").at("person"), json::value("Jan"));
  EXPECT_EQ(actor(R"({"actor":{"person":"Piet","role":"administrator","reason":"vraag"}})"),
            json::parse(R"({"person":"Jan","role":"worker","reason":"vraag"})"));
  const std::string confirm = "/grants/" + std::string(32, '0') + "/countersign";
  const auto confirmed = body_of("POST", confirm, "{}");
  EXPECT_EQ(confirmed.at("worker"), json::value("Jan"));
  EXPECT_EQ(confirmed.at("pin"), json::value("123456"));
  EXPECT_TRUE(body_of("POST", confirm, R"({"worker":"Piet"})").is_string()) << "said twice";
  EXPECT_TRUE(body_of("POST", open, "{}", ActorRole::privacy_officer).is_string());
  EXPECT_EQ(body_of("POST", open, R"({"actor":{"reason":"controle"}})", ActorRole::privacy_officer)
                .at("actor")
                .at("role"),
            json::value("privacy-officer"));
}

TEST(Limits, LeaveTheOthersTheirTurnAndTheAccessLogItsRoom) {
  Limits limits;
  for (int i = 0; i < Limits::kAtOnce; ++i) EXPECT_TRUE(limits.enter("een"));
  EXPECT_FALSE(limits.enter("een"));
  EXPECT_TRUE(limits.enter("ander"));
  limits.leave("een");
  EXPECT_TRUE(limits.enter("een"));
  const Time now = time_from_ms(1'795'000'000'000);
  EXPECT_TRUE(limits.tells("jan", "doctor", now));
  EXPECT_FALSE(limits.tells("jan", "doctor", now + std::chrono::minutes(59)));
  EXPECT_TRUE(limits.tells("jan", "people.list", now));
  EXPECT_TRUE(limits.tells("piet", "doctor", now));
  EXPECT_TRUE(limits.tells("jan", "doctor", now + std::chrono::hours(1)));
  EXPECT_TRUE(limits.tells("jan", "doctor", now - std::chrono::hours(1))) << "set back";
}

TEST(Answers, EveryRefusalHasAStatusThatIsNoSuccessButWaiting) {
  for (int number = 1; number < 128; ++number) {
    const auto code = refusal_from_number(number);
    if (!code) continue;
    const int status = status_of(*code);
    const bool waits = *code == RefusalCode::queued || *code == RefusalCode::perhaps_sent;
    EXPECT_EQ(status == 202, waits) << id_of(*code);
    EXPECT_TRUE(waits || (status >= 400 && status < 600)) << id_of(*code);
    const auto answer = problem({*code, "x"}, Language::dutch);
    EXPECT_EQ(answer.type, "application/problem+json");
    EXPECT_EQ(json::parse(answer.body).at("code").as_string(), id_of(*code));
  }
}

}  // namespace
}  // namespace veerpont::gateway
