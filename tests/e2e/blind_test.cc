// The broker never has content: not on disk, not in memory, not in what it received, not in its
// log; and no organisation has it in clear on disk.
#include <gtest/gtest.h>

#include "tests/e2e/memory.h"
#include "tests/e2e/raw_client.h"
#include "tests/e2e/root.h"

namespace veerpont::e2e {
namespace {

constexpr char kMark[] = "MERKTEKEN";
// Every free-text field of referral, update and grant record carries the mark.
constexpr char kDocument[] = R"({
  "routing":{"secretAddress":false,"responsibleMunicipality":"GM0546","crisisCall":{"whom":"MERKTEKEN","when":"MERKTEKEN"}},
  "identity":{"givenNames":"MERKTEKEN","familyName":"MERKTEKEN","referralNumber":"MERKTEKEN"},
  "authority":{"holders":[{"role":"MERKTEKEN","how":"MERKTEKEN"}],"note":"MERKTEKEN"},
  "careNeed":{"signals":[{"by":"MERKTEKEN","fact":"MERKTEKEN","judgement":"MERKTEKEN"}],"familyGoals":["MERKTEKEN"],"strengths":["MERKTEKEN"],"tried":"MERKTEKEN","judgement":"MERKTEKEN"},
  "childVoice":{"answers":[{"ownQuestion":"MERKTEKEN","answer":"MERKTEKEN","childAgreesToShare":true}]},
  "safety":{"conclusion":"MERKTEKEN","agreements":["MERKTEKEN"],"contactDos":["MERKTEKEN"],"contactDonts":["MERKTEKEN"]},
  "instrumentResult":{"results":[{"name":"MERKTEKEN","date":"2026-11-02","conclusionBand":"MERKTEKEN"}]},
  "school":{"functioning":"MERKTEKEN","name":"MERKTEKEN"},
  "health":{"needed":"MERKTEKEN"},
  "network":{"roles":[{"role":"MERKTEKEN","support":"MERKTEKEN"}]},
  "practical":{"language":"MERKTEKEN","availability":"MERKTEKEN","safeContact":{"route":"MERKTEKEN","number":"MERKTEKEN","hours":"MERKTEKEN","neverCall":["MERKTEKEN"]},"referrerContact":{"role":"MERKTEKEN","relayNumber":"MERKTEKEN"}}})";
constexpr char kUpdate[] =
    R"({"decision":"MERKTEKEN","reason":"MERKTEKEN","expectedWait":"MERKTEKEN","handoverDate":"2026-12-02","handoverRoles":["MERKTEKEN"],
  "progress":"MERKTEKEN","outcomes":[{"child":"trauma-processing","note":"MERKTEKEN"}],"childsView":"MERKTEKEN","betterOrganisations":["MERKTEKEN"],"message":"MERKTEKEN"})";
constexpr char kAll[] =
    "routing,identity,authority,care-need,child-voice,"
    "safety,instrument-result,"
    "school,health,network,practical";

TEST(Blind, TheBrokerNeverHasContentAndNobodyHasItInClearOnDisk) {
  VEERPONT_NEEDS_ROOT("reading the broker's memory");
  Federation f;
  f.two_organisations();
  const std::string grant = f.grant("de-binnenvest", "jgt-leiden", kAll);
  const Ran referred = f.as(
      "de-binnenvest", {"refer", f.write("marked.json", kDocument), "--grant", grant, "--json"});
  ASSERT_EQ(referred.code, 0) << referred.out << referred.err;
  const std::string sent(referred.json().at("referralId").as_string());
  ASSERT_EQ(std::remove((f.folder() + "/marked.json").c_str()), 0);
  const Ran opened =
      f.as("jgt-leiden", {"open", f.received("jgt-leiden"), "--worker", "MERKTEKEN"});
  ASSERT_EQ(opened.code, 0) << opened.err;
  ASSERT_NE(opened.out.find(kMark), std::string::npos);
  const Ran replied =
      f.as("jgt-leiden", {"reply", sent, "accept", "--document", f.write("update.json", kUpdate)});
  ASSERT_EQ(replied.code, 0) << replied.err;
  ASSERT_EQ(f.as("de-binnenvest", {"open", f.received("de-binnenvest")}).code, 0);

  // A client whose frames are recorded: what leaves is sealed before it leaves.
  RawClient recorded(f, "de-binnenvest");
  const std::string second = f.grant("de-binnenvest", "jgt-leiden");
  ASSERT_TRUE(recorded
                  .request(recorded.submit({"jgt-leiden",
                                            second,
                                            fresh<ReferralId>().hex(),
                                            Step::refer,
                                            {Category::grant_record, Category::routing}}))
                  .has_receipt());

  const std::string places[] = {contents(f.broker_home()),
                                kSanitized ? recorded.sent_bytes() : memory_of(f.pid()),
                                recorded.sent_bytes()};
  for (const std::string& place : places) {
    EXPECT_EQ(place.find(kMark), std::string::npos);
    EXPECT_NE(place.find("de-binnenvest"), std::string::npos)
        << "the scanner must be able to find something";
  }
  EXPECT_EQ(f.log().find(kMark), std::string::npos);
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) {
    const std::string home = contents(f.home(org));
    EXPECT_EQ(home.find(kMark), std::string::npos) << org;
    EXPECT_NE(home.find("de-binnenvest"), std::string::npos);
  }
}

}  // namespace
}  // namespace veerpont::e2e
