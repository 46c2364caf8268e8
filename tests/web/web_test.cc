// The pages in a real browser: two organisations, each with a gateway of its own.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <ctime>
#include <set>

#include "tests/e2e/drafts.h"
#include "tests/e2e/federation.h"

namespace veerpont::e2e {
namespace {

namespace json = boost::json;

json::object said_of(const Federation::Gateway& gateway) {
  return {{"origin", "https://" + gateway.name + ":" + std::to_string(gateway.port)},
          {"invitation", gateway.invitation}};
}

// Runs a script of gateway/web/tests with what it needs to know.
void run(Federation& f, const std::string& script, const json::object& about) {
  const std::string config = f.write("web.json", json::serialize(about));
  const std::string line = f.clock_words() + "node " SOURCES "/gateway/web/tests/" + script + " " +
                           config + " " WEB "/screens >" + f.folder() + "/web.log 2>&1";
  EXPECT_EQ(std::system(line.c_str()), 0) << contents(f.folder() + "/web.log");
  if (std::getenv("VEERPONT_WEB_LOG") != nullptr) std::cout << contents(f.folder() + "/web.log");
}

// As docs/operate-organisation.md says, line by line, with programs and pages from an installed
// copy.
Federation::Gateway set_up_by_the_page(Federation& f) {
  f.init();
  f.serve();
  f.join("jgt-leiden", "JGT Leiden", "youth-team", "GM0546");
  const Ran invited = f.operate({"invite", "de-binnenvest", "--title", "De Binnenvest", "--kind",
                                 "shelter", "--out", f.folder() + "/invitation.json"});
  EXPECT_EQ(invited.code, 0) << invited.err;
  auto gateway = f.place_for("de-binnenvest");
  const std::string copy = f.folder() + "/usr";
  const std::string installs = "cmake --install " WEB " --component programs --prefix " + copy +
                               " >" + f.folder() + "/install.log 2>&1";
  EXPECT_EQ(std::system(installs.c_str()), 0) << contents(f.folder() + "/install.log");
  gateway.programs = copy + "/bin";
  const std::string follows = SOURCES "/tests/web/set_up_by_the_page.sh " + gateway.programs + " " +
                              f.folder() + " " + gateway.name +
                              " 127.0.0.1:" + std::to_string(gateway.port) + " >" + f.folder() +
                              "/page.log 2>&1";
  EXPECT_EQ(std::system(follows.c_str()), 0) << contents(f.folder() + "/page.log");
  const std::string said = contents(f.folder() + "/page.log");
  const auto at = said.find("invitation: ") + std::string("invitation: ").size();
  gateway.invitation = said.substr(at, said.find('\n', at) - at);
  f.serve_gateway("de-binnenvest", gateway);
  f.confirm("de-binnenvest", "jgt-leiden");
  f.confirm("jgt-leiden", "de-binnenvest");
  const std::string copies =
      "VEERPONT_CREDENTIAL_FILE=" + f.folder() +
      "/de-binnenvest.credential " WEB "/bin/veerpont-gateway backup --home " +
      f.home("de-binnenvest") + " --out " + f.folder() + "/copy >" + f.folder() + "/copy.log 2>&1";
  EXPECT_EQ(std::system(copies.c_str()), 0) << contents(f.folder() + "/copy.log");
  EXPECT_NE(std::system(copies.c_str()), 0) << "a copy is written over nothing";
  return gateway;
}

TEST(Web, AReferralIsWrittenSentReadAndAnswered) {
  Federation f;
  const auto shelter = set_up_by_the_page(f), team = f.gateway("jgt-leiden");
  run(f, "work.mjs", {{"shelter", said_of(shelter)}, {"team", said_of(team)}});
  EXPECT_EQ(f.as("jgt-leiden", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
  for (const std::string& place : {f.broker_home(), f.home("jgt-leiden"), f.log()})
    EXPECT_EQ(contents(place).find("Dit vertel ik alleen hier"), std::string::npos)
        << "what the child keeps is nowhere but with the shelter";
  std::multiset<std::string> seen;
  const auto entries = f.as("jgt-leiden", {"audit", "accesses", "--json"}).json();
  for (const auto& entry : entries.as_array())
    seen.insert(std::string(entry.at("kind").as_string()));
  EXPECT_EQ(seen.count("opened"), 1u);
  EXPECT_EQ(seen.count("read-again"), 1u) << "the child's words, with a button of their own";
  EXPECT_EQ(seen.count("printed"), 1u);
}

TEST(Web, AtEachStateBothPagesNameTheSameTurnAndTime) {
  Federation f;
  f.two_organisations();
  f.join("go-voor-jeugd", "Go! voor Jeugd", "youth-team", "GM0484");
  const std::string loop = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  json::object others;
  for (const char* end : {"progress", "declined", "redirected", "never", "taken"})
    others[end] =
        f.refer(f.grant("de-binnenvest", "jgt-leiden", "routing,care-need,safety,update"));
  others["silent"] = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const auto shelter = f.gateway("de-binnenvest"), team = f.gateway("jgt-leiden");
  run(f, "loop.mjs",
      {{"shelter", said_of(shelter)}, {"team", said_of(team)}, {"loop", loop}, {"others", others}});
}

constexpr char kEverything[] =
    "routing,identity,authority,care-need,child-voice,safety,instrument-result,school,health,"
    "network,practical";

TEST(Web, AStrangeTextIsATextInEveryFieldInWhichSomebodyWrites) {
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden", kEverything);
  const auto shelter = f.gateway("de-binnenvest"), team = f.gateway("jgt-leiden");
  run(f, "strange.mjs", {{"shelter", said_of(shelter)}, {"team", said_of(team)}, {"grant", grant}});
}

// `./dev test web --all`: two hundred.
TEST(Web, BothPagesSayWhatTheLogSaysOfWhatWasReadBeforeSharingStopped) {
  const int many = std::getenv("VEERPONT_WEB_ALL") == nullptr ? 12 : 200;
  Federation f;
  f.two_organisations();
  json::array referrals;
  for (int i = 0; i < many; ++i) {
    const std::string grant = f.grant("de-binnenvest", "jgt-leiden");
    const std::string referral = f.refer(grant);
    referrals.push_back(
        {{"grant", grant}, {"referral", referral}, {"message", f.received("jgt-leiden")}});
  }
  const auto shelter = f.gateway("de-binnenvest"), team = f.gateway("jgt-leiden");
  run(f, "stopping.mjs",
      {{"shelter", said_of(shelter)}, {"team", said_of(team)}, {"referrals", referrals}});
}

// Open on one day of the week only, and that is not today.
std::string closed_today() {
  constexpr const char* kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                   "thursday", "friday", "saturday"};
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  ::gmtime_r(&now, &day);
  return std::string(R"({"service":"Hulp aan gezinnen","openingHours":[{"days":[")") +
         kDays[(day.tm_wday + 3) % 7] +
         R"("],"opens":"08:30","closes":"17:00"}],"takesCrisis":true,"crisisTelephone":"071-5123456"})";
}

void run_a_night(Federation& f) {
  f.two_organisations();
  const Ran said =
      f.as("jgt-leiden", {"directory", "publish", f.write("profile.json", closed_today())});
  ASSERT_EQ(said.code, 0) << said.err;
  const auto shelter = f.gateway("de-binnenvest"), team = f.gateway("jgt-leiden");
  run(f, "night.mjs", {{"shelter", said_of(shelter)}, {"team", said_of(team)}});
}

TEST(Web, ANightAtTheShelterAndTheTeamsMonday) {
  Federation f;
  run_a_night(f);
}

TEST(Web, ACrisisOnTheLastFridayEveningOfAMonthAndTheTuesdayAfter) {
  Federation f("2026-11-27 21:35");
  f.two_organisations();
  constexpr const char* kOffice =
      R"({"service":"Hulp aan gezinnen","openingHours":[{"days":["monday","tuesday","wednesday","thursday","friday"],"opens":"08:30","closes":"17:00"}],"takesCrisis":true,"crisisTelephone":"071-5123456"})";
  const Ran said = f.as("jgt-leiden", {"directory", "publish", f.write("profile.json", kOffice)});
  ASSERT_EQ(said.code, 0) << said.err;
  auto shelter = f.gateway("de-binnenvest"), team = f.gateway("jgt-leiden");
  const auto about = [&] {
    return json::object{{"shelter", said_of(shelter)},
                        {"team", said_of(team)},
                        {"kept", f.folder() + "/kept.json"}};
  };
  run(f, "friday.mjs", about());
  f.stop_gateway(shelter);
  f.stop_gateway(team);
  f.kill();
  f.set_time("2026-12-01 09:00");
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0) << "the clock did jump";
  f.serve_gateway("de-binnenvest", shelter);
  f.serve_gateway("jgt-leiden", team);
  run(f, "friday.mjs", about());
}

TEST(Web, ANightByKeyboardAlone) {
  Federation f;
  ::setenv("VEERPONT_KEYS", "1", 1);
  run_a_night(f);
  ::unsetenv("VEERPONT_KEYS");
}

TEST(Web, FortyTimesHowItGoesByKeyboard) {
  constexpr int kMany = 40;
  Federation f;
  f.two_organisations();
  for (int i = 0; i < kMany; ++i) {
    const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
    ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
    for (const char* step : {"accept", "start"})
      ASSERT_EQ(f.replies("jgt-leiden", referral, step).code, 0);
  }
  run(f, "forty.mjs", {{"team", said_of(f.gateway("jgt-leiden"))}, {"many", kMany}});
  ASSERT_EQ(f.as("de-binnenvest", {"inbox"}).code, 0);
  int updates = 0;
  for (const auto& event : f.events("jgt-leiden", "submitted"))
    updates += event.at("step").as_string() == "update" ? 1 : 0;
  EXPECT_EQ(updates, kMany);
}

TEST(Web, SomebodyComesInWithAPasskeyAndBeginsAnew) {
  Federation f;
  f.two_organisations();
  run(f, "coming_in.mjs", {{"shelter", said_of(f.gateway("de-binnenvest"))}});
}

TEST(Web, SomebodyComesInWithAWorkAccount) {
  Federation f;
  f.two_organisations();
  run(f, "work_account.mjs", {{"shelter", said_of(f.gateway("de-binnenvest"))}});
}

TEST(Web, TheDescriptionOfTheApiKeepsTheDutchRulesAndTheExampleInTypeScriptRuns) {
  Federation f;
  f.two_organisations();
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  f.received("jgt-leiden");
  const auto gateway = f.gateway("jgt-leiden", "localhost");
  const std::string script = f.folder() + "/follow.mjs";
  const std::string line =
      SOURCES "/gateway/web/node_modules/.bin/esbuild " SOURCES
              "/examples/gateway/follow.ts --format=esm --log-level=warning --outfile=" +
      script +
      " && PYTHONPATH=" SOURCES "/tests/gateway /usr/bin/python3 " SOURCES
      "/tests/gateway/keys_check.py localhost " +
      std::to_string(gateway.port) + " " + gateway.authority + " " + gateway.invitation +
      " 'node " + script + "' >" + f.folder() + "/keys.log 2>&1";
  EXPECT_EQ(std::system(line.c_str()), 0) << contents(f.folder() + "/keys.log");
  const std::string tools = SOURCES "/gateway/web/node_modules/.bin/";
  const std::string lint = "curl --silent --fail --cacert " + gateway.authority +
                           " https://localhost:" + std::to_string(gateway.port) +
                           "/api/v1/openapi.json >" + f.folder() + "/openapi.json && " + tools +
                           "spectral lint --fail-severity=error --ruleset " SOURCES
                           "/gateway/web/tests/api-rules.yaml " +
                           f.folder() + "/openapi.json >" + f.folder() + "/spectral.log 2>&1";
  EXPECT_EQ(std::system(lint.c_str()), 0) << contents(f.folder() + "/spectral.log");
  const std::string broken = "sed -i 's#\"/people\"#\"/People/\"#' " + f.folder() +
                             "/openapi.json && " + lint.substr(lint.find(tools + "spectral"));
  EXPECT_NE(std::system(broken.c_str()), 0) << "a rule that is broken is found";
}

TEST(Web, AFileThatProvesAnEventIsCheckedByTheMerkleFunctionsOfSigstore) {
  Federation f;
  f.two_organisations();
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const auto sent = f.events("de-binnenvest", "submitted");
  ASSERT_FALSE(sent.empty());
  const auto place = std::to_string(sent.front().at("logIndex").to_number<std::uint64_t>());
  const Ran proven = f.as("de-binnenvest", {"audit", "prove", place});
  const std::string key = proven.err.substr(proven.err.rfind(' ') + 1);
  const auto check = [&](const std::string& proof) {
    const std::string line = "node " SOURCES "/tests/interop/check_proof.mjs '" +
                             key.substr(0, key.find('\n')) + "' " + f.write("event.proof", proof) +
                             " >" + f.folder() + "/proof.log 2>&1";
    return std::system(line.c_str());
  };
  EXPECT_EQ(check(proven.out), 0) << contents(f.folder() + "/proof.log");
  EXPECT_NE(contents(f.folder() + "/proof.log").find("proven: event " + place), std::string::npos);
  std::string changed = proven.out;  // a bit of what the event says
  const auto extra = changed.find("extra ") + 60;
  changed[extra] = changed[extra] == 'A' ? 'B' : 'A';
  EXPECT_NE(check(changed), 0);
  changed = proven.out;  // another place
  changed.insert(changed.find("index ") + 6, "1");
  EXPECT_NE(check(changed), 0);
}

void run_in_demo(Federation& f, const std::string& script) {
  const std::string line = "/usr/bin/python3 " SOURCES "/examples/demo_web.py " WEB "/bin " WEB
                           "/web " +
                           f.folder() + "/demo '--then=node " SOURCES "/gateway/web/tests/" +
                           script + " " WEB "/screens' >" + f.folder() + "/demo.log 2>&1";
  EXPECT_EQ(std::system(line.c_str()), 0) << contents(f.folder() + "/demo.log");
}

TEST(Web, TheDemoBeginsAndItsPagesAreFullOfWork) {
  Federation f;
  run_in_demo(f, "demo.mjs");
}

TEST(Web, ADayInHousesThatAreFullOfWork) {
  Federation f;
  run_in_demo(f, "day.mjs");
}

TEST(Web, NothingIsLostOrUntrueWhileVeerpontIsAway) {
  Federation f;
  f.two_organisations();
  const auto shelter = f.gateway("de-binnenvest"), team = f.gateway("jgt-leiden");
  f.kill();
  run(f, "lost.mjs",
      {{"shelter", said_of(shelter)},
       {"team", said_of(team)},
       {"broker",
        json::object{
            {"program", WEB "/bin/veerpontd"}, {"home", f.broker_home()}, {"port", f.port()}}}});
}

TEST(Web, ThePrivacyOfficersMonday) {
  Federation f;
  f.two_organisations();
  const std::string referral = f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  EXPECT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  f.refer(f.grant("de-binnenvest", "jgt-leiden"));
  const std::string asks = f.write("asks.json", R"({"message":"Hoe gaat het?"})");
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "update", "--document", asks}).code, 0);
  const std::string came = f.received("de-binnenvest");
  EXPECT_EQ(f.as("de-binnenvest", {"open", came}).code, 0);
  Draft night;
  night.ground = "vital-interest";
  night.outbound = R"("safety")";
  night.record =
      R"(,"professionals":["nachtdienst","achterwacht"],"exception":{"reason":"direct gevaar voor het kind"})";
  EXPECT_EQ(f.as("de-binnenvest", night.registered_in(f.write("night.json", night.json()))).code,
            0);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "sync"}).code, 0);
  const auto shelter = f.gateway("de-binnenvest");
  const Ran proof = f.as("de-binnenvest", {"audit", "prove", "0", "--json"});
  ASSERT_EQ(proof.code, 0) << proof.err;
  run(f, "officer.mjs",
      {{"shelter", said_of(shelter)}, {"key", proof.json().at("verifierKey").as_string()}});
}

}  // namespace
}  // namespace veerpont::e2e
