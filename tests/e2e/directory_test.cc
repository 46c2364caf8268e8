// Who takes part and what they say of themselves: routing, opening hours, crisis telephone; and
// hidden organisations, of which nothing is said anywhere.
#include <boost/json/serialize.hpp>
#include <fstream>

#include "tests/e2e/memory.h"
#include "tests/e2e/root.h"
#include "tests/e2e/tunnel.h"
#include "tests/e2e/walkthrough.h"

namespace veerpont::e2e {
namespace {

constexpr char kProfile[] =
    R"({"service":"Hulp aan gezinnen","openingHours":[{"days":["monday","tuesday","wednesday","thursday","friday"],)"
    R"("opens":"08:00","closes":"20:00"}],"takesCrisis":true,"crisisTelephone":"071-5123456","teams":[{"id":"noord","name":"Team Noord"}]})";

class DirectoryTest : public Walkthrough {
 protected:
  boost::json::value route(const std::vector<std::string>& known) {
    std::vector<std::string> command{"route", "--json"};
    command.insert(command.end(), known.begin(), known.end());
    const Ran ran = f.as("de-binnenvest", command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.json();
  }
  void publishes(const std::string& org) {
    const Ran ran = f.as(org, {"directory", "publish", f.write("profile.json", kProfile)});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  std::string finding(const Ran& ran) {
    const auto json = ran.json();
    return json.is_object() && json.as_object().contains("findings") &&
                   !json.at("findings").as_array().empty()
               ? std::string(json.at("findings").at(0).at("id").as_string())
               : ran.err;
  }
};

TEST_F(DirectoryTest, RoutesByTheAddressBeforeTheStay) {
  f.join("go-voor-jeugd", "Go! voor Jeugd", "youth-team", "GM0484,GM1884@2027-01-01..");
  const auto alphen = route({"--before", "GM0484", "--present", "GM0546"});
  EXPECT_EQ(alphen.at("municipality").as_string(), "GM0484");
  EXPECT_EQ(alphen.at("name").as_string(), "Alphen aan den Rijn");
  EXPECT_EQ(alphen.at("basis").as_string(), "before-the-stay");
  EXPECT_EQ(texts(alphen.at("organisations"), "org"), std::vector<std::string>{"go-voor-jeugd"});
  EXPECT_EQ(boost::json::serialize(alphen.at("organisations").at(0).at("servesNames")),
            R"(["Alphen aan den Rijn","Kaag en Braassem"])");
  EXPECT_EQ(texts(route({"--ambulatory", "--present", "GM0546"}).at("organisations"), "org"),
            std::vector<std::string>{"jgt-leiden"});
  const auto kaag = route({"--mother", "GM1884"});
  EXPECT_EQ(kaag.at("basis").as_string(), "mother-at-birth");
  EXPECT_TRUE(kaag.at("organisations").as_array().empty()) << "not before the first of January";
  EXPECT_EQ(f.as("de-binnenvest", {"route", "--before", "GM9999"}).code, 2);

  // The operator says whom to call, and who serves it from now on.
  std::ofstream(f.broker_home() + "/access-points.txt", std::ios::app) << "GM1884 071-3327272\n";
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);  // which sweeps, and reads the file again
  const Ran people = f.as("de-binnenvest", {"route", "--before", "GM1884"});
  EXPECT_NE(people.out.find("071-3327272"), std::string::npos) << people.out;
  ASSERT_EQ(f.operate({"describe", "go-voor-jeugd", "--serves", "GM0484,GM1884"}).code, 0);
  EXPECT_EQ(texts(route({"--before", "GM1884"}).at("organisations"), "org"),
            std::vector<std::string>{"go-voor-jeugd"});
  EXPECT_EQ(f.operate({"describe", "go-voor-jeugd", "--serves", "Alphen"}).code, 2);
  EXPECT_EQ(f.events("de-binnenvest", "participant-admitted").size(), 4u)
      << "the new words are in the log";
  all_verify({"de-binnenvest", "go-voor-jeugd"});
}

TEST_F(DirectoryTest, AnotherRecipientThanTheResponsibleOneTakesAReason) {
  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const auto refer_to = [&](const std::string& code, const std::vector<std::string>& more = {}) {
    std::vector<std::string> command{
        "refer",
        f.write("document.json", R"({"routing":{"secretAddress":true,"responsibleMunicipality":")" +
                                     code + R"("}})"),
        "--grant", grant, "--json"};
    command.insert(command.end(), more.begin(), more.end());
    return f.as("de-binnenvest", command);
  };
  EXPECT_EQ(finding(refer_to("GM1234")), "unknown-municipality");
  const Ran merged = refer_to("GM1696", {"--reason", "x"});
  EXPECT_EQ(finding(merged), "merged-municipality");
  EXPECT_NE(merged.out.find("GM0402 Hilversum"), std::string::npos) << merged.out;
  EXPECT_EQ(finding(refer_to("GM0484")), "recipient-does-not-serve");
  EXPECT_EQ(refer_to("GM0484", {"--reason", "de moeder werkt in Leiden"}).code, 0);
}

TEST_F(DirectoryTest, AProfileIsSignedSeenByAllAndSetsTheClock) {
  const auto respond_by = [&](const std::string& referral) {
    const auto rows = f.as("de-binnenvest", {"referrals", "--json"}).json();
    for (const auto& row : rows.as_array())
      if (row.at("referralId").as_string() == referral)
        return std::string(row.at("respondBy").as_string());
    return std::string();
  };
  EXPECT_EQ(respond_by(refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")))),
            "2026-11-24T16:00:00Z")
      << "office hours";
  publishes("jgt-leiden");
  EXPECT_EQ(
      f.as("jgt-leiden", {"directory", "publish", f.write("bad.json", R"({"takesCrisis":true})")})
          .code,
      2);
  const auto rows = f.as("de-binnenvest", {"directory", "--kind", "youth-team", "--json"}).json();
  EXPECT_EQ(rows.at(0).at("profile").at("crisisTelephone").as_string(), "071-5123456");
  EXPECT_EQ(rows.at(0).at("profile").at("teams").at(0).at("id").as_string(), "noord");
  EXPECT_EQ(respond_by(refers("de-binnenvest", granted("de-binnenvest", family("jgt-leiden")))),
            "2026-11-24T19:00:00Z")
      << "they close at eight";

  const std::string grant = granted("de-binnenvest", family("jgt-leiden"));
  const std::string team =
      f.write("team.json", R"({"routing":{"secretAddress":true,"recipientTeam":"zuid"}})");
  EXPECT_EQ(finding(f.as("de-binnenvest", {"refer", team, "--grant", grant, "--json"})),
            "unknown-team");
  f.write("team.json", R"({"routing":{"secretAddress":true,"recipientTeam":"noord"}})");
  EXPECT_EQ(f.as("de-binnenvest", {"refer", team, "--grant", grant}).code, 0);
  EXPECT_EQ(f.events("de-binnenvest", "profile-published").size(), 1u) << "in everyone's log";
  all_verify({"de-binnenvest", "jgt-leiden"});
}

TEST_F(DirectoryTest, AtThreeInTheMorningTheCrisisTelephoneComesFirst) {
  publishes("jgt-leiden");
  later("2026-11-21 02:00", {"jgt-leiden", "de-binnenvest"});
  Draft draft;
  draft.ground = "vital-interest";
  draft.outbound = R"("routing","safety","practical")";
  draft.record =
      R"(,"professionals":["nachtdienst","achterwacht"],"exception":{"reason":"direct gevaar voor het kind"})";
  Draft wider = draft;
  wider.outbound = R"("safety","school")";
  EXPECT_EQ(f.as("de-binnenvest", {"grant", "register", f.write("draft.json", wider.json())}).code,
            2)
      << "the ground has a cap";
  const std::string grant = granted("de-binnenvest", draft);
  const std::string document = f.write(
      "crisis.json",
      R"({"routing":{"secretAddress":true,"urgency":"crisis"},"safety":{"conclusion":"acuut"}})");
  const Ran held = f.as("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
  EXPECT_EQ(held.code, 2);
  EXPECT_EQ(finding(held), "crisis-call");
  EXPECT_NE(held.out.find("071-5123456"), std::string::npos) << held.out;
  EXPECT_NE(held.out.find("2026-11-23T07:00:00Z"), std::string::npos)
      << "and when they read it: Monday at eight";
  f.write(
      "crisis.json",
      R"({"routing":{"secretAddress":true,"urgency":"crisis","crisisCall":{"whom":"crisisdienst","when":"2026-11-21 03:05"}},"safety":{"conclusion":"acuut"}})");
  const Ran sent = f.as("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
  ASSERT_EQ(sent.code, 0) << sent.out << sent.err;
  const std::string opened = reads("jgt-leiden");
  EXPECT_NE(opened.find("crisisdienst"), std::string::npos) << "who was phoned";
  steps("jgt-leiden", std::string(sent.json().at("referralId").as_string()), "update",
        R"({"message":"wij komen nu"})");
  EXPECT_NE(reads("de-binnenvest").find("wij komen nu"), std::string::npos);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

// What must be found nowhere but in the shelter's own home.
const std::vector<std::string> kSecrets{"Zilvermeeuw", "zilvermeeuw", "08:45", "17:15",
                                        "Breestraat"};
const std::vector<std::string> kMunicipality{"GM0599", "Rotterdam"};

TEST_F(DirectoryTest, OfAHiddenShelterNothingIsFoundAnywhere) {
  const std::string invitation = f.folder() + "/nachtegaal.invitation";
  EXPECT_EQ(f.operate({"invite", "nachtegaal", "--hidden", "--title", "De Zilvermeeuw", "--kind",
                       "shelter", "--out", invitation})
                .code,
            3)
      << "an alias alone";
  EXPECT_EQ(f.operate({"invite", "nachtegaal", "--hidden", "--serves", "GM0599", "--kind",
                       "shelter", "--out", invitation})
                .code,
            3);
  ASSERT_EQ(
      f.operate({"invite", "nachtegaal", "--hidden", "--kind", "shelter", "--out", invitation})
          .code,
      0);
  EXPECT_EQ(f.operate({"invite", "nachtegaal", "--title", "De Zilvermeeuw", "--kind", "shelter",
                       "--out", f.folder() + "/open"})
                .code,
            2)
      << "an invitation says what the log says";
  Tunnel proxy;  // the broker does not see where it connects from
  const auto joins = [&](const std::string& way) {
    return f
        .as("nachtegaal", {"join", invitation, "--credential",
                           f.folder() + "/nachtegaal.credential", "--proxy", way})
        .code;
  };
  EXPECT_EQ(f.as("nachtegaal",
                 {"join", invitation, "--credential", f.folder() + "/nachtegaal.credential"})
                .code,
            2)
      << "a hidden one needs a proxy";
  for (const char* no_address : {"", ":3128", ":", "proxy", "user:word@proxy:3128", "a b:1"})
    EXPECT_EQ(joins(no_address), 2) << no_address;
  EXPECT_EQ(joins("127.0.0.1:1"), 5)
      << "nobody there; what is repeated goes by the way that is given then";
  const Ran joined =
      f.as("nachtegaal", {"join", invitation, "--credential", f.folder() + "/nachtegaal.credential",
                          "--proxy", proxy.address()});
  ASSERT_EQ(joined.code, 0) << joined.err;
  EXPECT_EQ(proxy.opened(), 1);
  proxy.refuse(true);
  EXPECT_EQ(f.as("nachtegaal", {"audit", "sync"}).code, 5) << "never past the proxy";
  proxy.refuse(false);
  f.confirm("nachtegaal", "jgt-leiden");
  f.confirm("jgt-leiden", "nachtegaal");
  EXPECT_EQ(f.operate({"describe", "nachtegaal", "--title", "De Zilvermeeuw"}).code, 3);
  f.join("toezicht", "Toezicht", "oversight");
  // What the shelter itself knows.
  std::ofstream(f.home("nachtegaal") + "/secret-words.txt", std::ios::app)
      << "De Zilvermeeuw\nZilvermeeuw\nBreestraat 12\nGM0599\n08:45\n17:15\n";
  const std::string profile = f.write(
      "own.json",
      R"({"service":"De Zilvermeeuw","openingHours":[{"days":["monday"],"opens":"08:45","closes":"17:15"}]})");
  EXPECT_EQ(f.as("nachtegaal", {"directory", "publish", profile}).code, 3)
      << "it says nothing of itself";

  const std::string grant = granted("nachtegaal", family("jgt-leiden"));
  const std::string slip = f.write(
      "slip.json",
      R"({"routing":{"secretAddress":true},"careNeed":{"tried":"zij is nu veilig in Rotterdam"}})");
  const Ran held = f.as("nachtegaal", {"refer", slip, "--grant", grant, "--json"});
  EXPECT_EQ(held.code, 2);
  EXPECT_EQ(finding(held), "secret-word")
      << "the municipality of the stay is a secret word by its code";
  const std::string own = f.write(
      "own.json",
      R"({"routing":{"secretAddress":true,"responsibleMunicipality":"GM0546"},"careNeed":{"tried":"gesprekken"},"safety":{"conclusion":"veilig"}})");
  const Ran sent = f.as("nachtegaal", {"refer", own, "--grant", grant, "--json"});
  ASSERT_EQ(sent.code, 0) << sent.out << sent.err;
  const std::string referral(sent.json().at("referralId").as_string());
  std::string shown = reads("jgt-leiden");
  steps("jgt-leiden", referral, "accept");
  shown += reads("nachtegaal");

  // Everything that anybody can ask for.
  for (const std::string org : {"jgt-leiden", "de-binnenvest", "toezicht"}) {
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"directory", "--json"},
          {"directory", "--municipality", "GM0599", "--json"},
          {"audit", "sync"},
          {"audit", "list", "--json"},
          {"referrals", "--json"}}) {
      const Ran ran = f.as(org, command);
      shown += ran.out + ran.err;
    }
    shown += contents(f.home(org));  // the log as it was stored, with what its events commit to
  }
  const auto rows = f.as("jgt-leiden", {"directory", "--json"}).json();
  EXPECT_EQ(texts(rows, "org"),
            (std::vector<std::string>{"de-binnenvest", "jgt-leiden", "nachtegaal", "toezicht"}));
  EXPECT_EQ(rows.at(2).at("title").as_string(), "nachtegaal");
  EXPECT_TRUE(rows.at(2).at("hidden").as_bool());
  shown += contents(f.broker_home()) + contents(f.home("nachtegaal") + "/certificate.der") +
           contents(invitation) + f.log() + f.metrics();
  for (const char* path : {"/log/checkpoint", "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1"})
    shown += f.get(path);
  for (const std::string& secret : kMunicipality)
    EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
  if (!kSanitized && may_act_as_root())
    shown += memory_of(f.pid());  // which holds the list of all municipalities
  for (const std::string& secret : kSecrets)
    EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
  EXPECT_NE(shown.find("nachtegaal"), std::string::npos)
      << "the search must be able to find something";
  EXPECT_EQ(f.log().find(proxy.address()), std::string::npos);
  EXPECT_GE(proxy.opened(), 5) << "every command that connected";

  // The same search finds what an organisation that is not hidden says.
  const std::string open_profile = f.write(
      "open.json",
      R"({"service":"De Zilvermeeuw","openingHours":[{"days":["monday"],"opens":"08:45","closes":"17:15"}]})");
  ASSERT_EQ(f.as("de-binnenvest", {"directory", "publish", open_profile}).code, 0);
  const Ran found = f.as("jgt-leiden", {"directory", "--json"});
  EXPECT_NE(found.out.find("Zilvermeeuw"), std::string::npos);
  EXPECT_NE(found.out.find("08:45"), std::string::npos);
  all_verify({"nachtegaal", "jgt-leiden", "toezicht"});
}

TEST(Joining, StaysPossibleAfterMorePublicEventsThanFitOnOnePage) {
  Federation f;
  f.two_organisations();
  for (int i = 0; i < 256; ++i)
    for (const char* verb : {"suspend", "resume"})
      ASSERT_EQ(f.operate({verb, "jgt-leiden"}).code, 0);
  f.join("gi-west", "GI West", "certified-agency");
  EXPECT_EQ(f.as("gi-west", {"audit", "verify"}).code, 0);
}

}  // namespace
}  // namespace veerpont::e2e
