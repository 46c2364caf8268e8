// Who must consent, walked through with real processes: what the worker reads, what crosses, what
// the log shows.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/drafts.h"
#include "tests/e2e/federation.h"
#include "tests/e2e/raw_client.h"

namespace veerpont::e2e {
namespace {

using Ids = std::vector<std::string>;

// Friday 20 November 2026.
class Consent : public testing::Test {
 protected:
  Federation f{"2026-11-20 10:00"};
  void SetUp() override { f.two_organisations(); }

  Ran registers(const Draft& draft, const std::string& org = "de-binnenvest",
                const std::string& language = "nl") {
    auto command = draft.registered_in(f.write("draft.json", draft.json()));
    command.insert(command.end(), {"--json", "--lang", language});
    return f.as(org, command);
  }
  std::string granted(const Draft& draft) {
    const Ran ran = registers(draft);
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    return ran.code == 0 ? std::string(ran.json().at("grantId").as_string()) : "";
  }
  static Ids ids(const Ran& ran, const char* list) {
    Ids out;
    const auto json = ran.json();
    for (const auto& row : json.at(list).as_array()) out.emplace_back(row.at("id").as_string());
    return out;
  }
  void nothing_crossed() {
    EXPECT_TRUE(f.events("de-binnenvest", "grant-registered").empty());
    EXPECT_TRUE(f.events("jgt-leiden", "grant-registered").empty());
    EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 0u);
  }
};

TEST(HolidayList, RaisesAnAlarmBeforeItRunsOut) {
  Federation f("2036-02-01 10:00");  // its last year
  f.two_organisations();
  const Ran late = f.as("de-binnenvest", {"doctor"});
  EXPECT_EQ(late.code, 1);
  EXPECT_NE(late.out.find("de lijst met feestdagen"), std::string::npos) << late.out;
}

const Ids kAllRoutes{"anonymous-consult", "parents-own-application", "court-substitute",
                     "conflict-of-duties"};

// The shelter's usual evening, with the documents of the examples: everything asserted at shelter,
// team and broker.
TEST_F(Consent, AThirteenYearOldFromAWomensShelterWithASecretAddress) {
  const std::string draft = f.examples() + "/grant-leiden.json";
  const std::string document = f.examples() + "/referral-13-secret-address.json";
  const Ran checked = f.as("de-binnenvest", {"check", document, "--grant", draft, "--json"});
  ASSERT_EQ(checked.code, 0) << checked.out << checked.err;
  const Ran registered = f.as("de-binnenvest", {"grant", "register", draft, "--json"});
  ASSERT_EQ(registered.code, 0) << registered.out << registered.err;
  const std::string grant(registered.json().at("grantId").as_string());
  const std::string whole = contents(document);
  // Each of these leads to the house, and none of them leaves.
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    return f.write("leaky.json", text.replace(text.find(from), from.size(), to));
  };
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"rust en regelmaat", "rust in de Breestraat 12"},
           {"durft hulp te vragen", "bel 06-12345678"},
           {"alleen via de opvang", "kom naar 2312 AB"}})
    EXPECT_EQ(
        f.as("de-binnenvest", {"refer", with(from, to), "--grant", grant, "--reason", "x"}).code, 2)
        << to;
  const std::string unsafe = with("good-parent-experience", "absent-parent-involved");
  EXPECT_EQ(ids(f.as("de-binnenvest", {"refer", unsafe, "--grant", grant, "--json"}), "findings"),
            Ids{"unsafe-contact-wanted"});
  const Ran school =
      f.as("de-binnenvest",
           {"refer", with("\"safety\": {", "\"school\": {\"name\": \"De Vlieger\"}, \"safety\": {"),
            "--grant", grant, "--json"});
  EXPECT_EQ(ids(school, "findings"), Ids{"school-name"});
  EXPECT_EQ(f.as("jgt-leiden", {"inbox", "--json"}).json().as_array().size(), 0u);
  EXPECT_TRUE(f.events("jgt-leiden", "submitted").empty());

  const Ran sent = f.as("de-binnenvest", {"refer", document, "--grant", grant, "--json"});
  ASSERT_EQ(sent.code, 0) << sent.out << sent.err;
  const std::string referral(sent.json().at("referralId").as_string());
  const std::string message = f.received("jgt-leiden");
  const Ran opened = f.as("jgt-leiden", {"open", message, "--worker", "jeugdhulpverlener"});
  ASSERT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(opened.err, "") << "both read the record in the same way";
  EXPECT_EQ(opened.json().at("grantRecord").at("ageAtSigning").to_number<int>(), 13);
  EXPECT_EQ(opened.json().at("grantRecord").at("authorityCheckDue").as_string(), "2026-11-27");
  for (const char* section : {"safety", "authority", "childVoice"})
    EXPECT_EQ(opened.json().at(section).at("releaseRisk").at("advice").as_string(),
              "consult-sender")
        << section;
  EXPECT_TRUE(opened.json().at("routing").at("secretAddress").as_bool());
  // The answer is held to the secret address too.
  const std::string update =
      f.write("update.json", R"({"message":"wij halen haar op bij Breestraat 12"})");
  EXPECT_EQ(
      f.as("jgt-leiden", {"reply", referral, "update", "--document", update, "--reason", "x"}).code,
      2);
  f.write("update.json", R"({"outcomes":[{"parent":"absent-parent-involved"}]})");
  EXPECT_EQ(ids(f.as("jgt-leiden", {"reply", referral, "update", "--document", update, "--json"}),
                "findings"),
            Ids{"unsafe-contact-wanted"});
  ASSERT_EQ(f.as("jgt-leiden", {"reply", referral, "accept"}).code, 0);
  EXPECT_EQ(f.state("de-binnenvest", referral), "accepted");
  EXPECT_EQ(f.events("de-binnenvest", "released").size(), 1u);
  EXPECT_EQ(contents(f.broker_home()).find("Verzonnen"), std::string::npos);
  for (const char* org : {"de-binnenvest", "jgt-leiden"})
    EXPECT_EQ(f.as(org, {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(Consent, AGuardianDecidesForAYoungChildAndWithAnOlderOne) {
  Draft draft;
  draft.birth = "2018-03-09";
  draft.authority = "guardian";
  draft.answers = answer("parent", "agrees") + "," + answer("guardian", "agrees");
  draft.record = R"(,"childNotHeardReason":"het kind is acht en in de war")";
  EXPECT_EQ(ids(registers(draft), "findings"), Ids{"too-many-holders"})
      << "a parent without authority does not decide beside the guardian";
  draft.answers = answer("guardian", "unreachable", R"(,"attempts":["2026-11-19 gebeld"])");
  const Ran unreachable = registers(draft);
  EXPECT_EQ(ids(unreachable, "findings"), Ids{"holder-unreachable"});
  EXPECT_EQ(ids(unreachable, "routes"),
            (Ids{"anonymous-consult", "court-substitute", "conflict-of-duties"}))
      << "no parent applies";
  nothing_crossed();
  draft.answers = answer("guardian", "agrees");
  const std::string grant = granted(draft);
  ASSERT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant}).code, 0);
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  EXPECT_EQ(opened.err, "");
  EXPECT_EQ(opened.json().at("grantRecord").at("authorityType").as_string(), "guardian");
  draft.birth = "2012-06-02";
  EXPECT_EQ(ids(registers(draft), "findings"), Ids{"child-not-asked"});
  EXPECT_EQ(f.events("jgt-leiden", "grant-registered").size(), 1u);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(Consent, AFatherWhoRefusesLeavesRoutesAndConflictOfDutiesWorks) {
  Draft draft;
  draft.birth = "2018-03-09";
  draft.answers = answer("parent", "agrees") + "," + answer("parent", "refuses");
  draft.record = R"(,"childHeard":true)";
  const Ran refused = registers(draft);
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(ids(refused, "findings"), Ids{"holder-refuses"});
  EXPECT_EQ(refused.json().at("findings").at(0).at("pointer").as_string(), "/record/answers/1");
  EXPECT_EQ(refused.json().at("findings").at(0).at("sentenceNl").as_string(),
            "Iemand met gezag zegt nee. Er is dus geen toestemming.");
  EXPECT_EQ(ids(refused, "routes"), kAllRoutes);
  const Ran english = registers(draft, "de-binnenvest", "en");
  EXPECT_EQ(english.json().at("routes").at(2).at("sentenceEn").as_string(),
            "Ask the court for substitute consent.");
  const Ran people = f.as("de-binnenvest", {"grant", "register", f.folder() + "/draft.json"});
  EXPECT_EQ(people.code, 2);
  EXPECT_NE(people.out.find("2. De ouder vraagt zelf hulp aan bij de gemeente."), std::string::npos)
      << people.out;
  EXPECT_NE(people.out.find("geen juridisch advies"), std::string::npos);
  nothing_crossed();

  draft.ground = "conflict-of-duties";
  draft.outbound = R"("safety","care-need")";
  draft.record =
      R"(,"professionals":["kindbegeleider"],"exception":{"reason":"het kind is niet veilig"})";
  EXPECT_EQ(ids(registers(draft), "findings"),
            (Ids{"category", "second-professional", "serious-harm", "what-was-tried",
                 "colleague-consulted"}));
  draft.outbound = R"("safety")";
  draft.record =
      R"(,"professionals":["kindbegeleider","gedragswetenschapper"],"exception":{"reason":"het kind is niet veilig","seriousHarm":"mishandeling",)"
      R"("tried":"gesprek met vader","consulted":"gedragswetenschapper"})";
  const std::string grant = granted(draft);
  const std::string document = f.write("safety.json", R"({"safety":{"conclusion":"niet veilig"}})");
  ASSERT_EQ(f.as("de-binnenvest", {"refer", document, "--grant", grant}).code, 0);
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(opened.err, "") << "the recipient reads the record in the same way";
  EXPECT_EQ(opened.json().at("grantRecord").at("professionals").as_array().size(), 2u);
  EXPECT_EQ(f.events("jgt-leiden", "released").size(), 1u);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(Consent, AnExceptionAtNightIsConfirmedTheNextDayAndReviewed) {
  Draft draft;
  draft.ground = "vital-interest";
  draft.outbound = R"("safety","practical")";
  draft.record =
      R"(,"professionals":["nachtdienst","achterwacht"],"exception":{"reason":"direct gevaar voor het kind"})";
  const std::string grant = granted(draft);
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "show", grant, "--json"}).json().at("expires").as_string(),
      "2026-12-20T23:00:00Z")
      << "the 31st day";
  const Ran sent = f.as("de-binnenvest",
                        {"refer", f.write("crisis.json", R"({"safety":{"conclusion":"acuut"}})"),
                         "--grant", grant, "--json"});
  ASSERT_EQ(sent.code, 0) << sent.err;
  ASSERT_EQ(f.as("jgt-leiden", {"open", f.received("jgt-leiden")}).code, 0);
  const std::string referral(sent.json().at("referralId").as_string());
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "update", "--document",
                                f.write("update.json", R"({"message":"wij komen vannacht"})")})
                .code,
            0);

  const auto listed = [&] {
    return f.as("de-binnenvest", {"audit", "review", "list", "--json"}).json();
  };
  EXPECT_EQ(listed().as_array().size(), 1u);
  EXPECT_EQ(listed().at(0).at("countersignBy").as_string().subview(0, 10), "2026-11-21");
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0);
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2026-11-21 12:00");
  f.serve();
  ASSERT_EQ(f.operate({"clock", "accept"}).code, 0);
  EXPECT_TRUE(listed().at(0).at("late").as_bool());
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 1) << "the privacy officer is alerted";
  const std::string pin = f.write("pin", "246813\n");
  ASSERT_EQ(f.as("de-binnenvest", {"worker", "add", "achterwacht", "--pin-file", pin}).code, 0);
  EXPECT_EQ(f.as("de-binnenvest",
                 {"grant", "countersign", grant, "--worker", "achterwacht", "--pin-file", pin})
                .code,
            0);
  EXPECT_TRUE(listed().at(0).at("late").as_bool()) << "confirmed late is late";
  EXPECT_TRUE(listed().at(0).at("pinAfter").as_bool())
      << "the list says that the PIN is younger than the grant";
  const std::vector<std::string> done{"audit", "review",    "done",      grant,   "--by",
                                      "fg",    "--verdict", "justified", "--json"};
  EXPECT_EQ(f.as("jgt-leiden", done).code, 3) << "the holder's own list";
  const Ran reviewed = f.as("de-binnenvest", done);
  ASSERT_EQ(reviewed.code, 0) << reviewed.err;
  EXPECT_EQ(f.as("de-binnenvest", done).json(), reviewed.json()) << "once";
  EXPECT_TRUE(listed().as_array().empty());
  EXPECT_EQ(f.events("de-binnenvest", "exception-reviewed").size(), 1u);
  EXPECT_EQ(f.events("jgt-leiden", "exception-reviewed").size(), 0u);
  EXPECT_EQ(contents(f.broker_home()).find("achterwacht"), std::string::npos)
      << "no name at the broker";
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "verify"}).code, 0);
  EXPECT_EQ(f.operate({"check"}).code, 0);
}

TEST_F(Consent, ACrisisAtThreeInTheMorningIsPhonedFirst) {
  ASSERT_EQ(f.stop(), 0);
  f.set_time("2026-11-21 02:00");  // three o'clock in Leiden, a Saturday
  f.serve();
  Draft draft;
  draft.ground = "vital-interest";
  draft.outbound = R"("routing","safety")";
  draft.record =
      R"(,"professionals":["nachtdienst","achterwacht"],"exception":{"reason":"direct gevaar voor het kind"})";
  const std::string grant = granted(draft);
  const auto refers = [&](const std::string& routing) {
    return f.as("de-binnenvest",
                {"refer",
                 f.write("crisis.json", R"({"routing":{"secretAddress":true,"urgency":"crisis")" +
                                            routing + R"(},"safety":{"conclusion":"acuut"}})"),
                 "--grant", grant, "--json"});
  };
  const Ran unphoned = refers("");
  EXPECT_EQ(unphoned.code, 2);
  EXPECT_EQ(ids(unphoned, "findings"), Ids{"crisis-call"});
  EXPECT_NE(unphoned.out.find("112"), std::string::npos);
  const Ran sent = refers(R"(,"crisisCall":{"whom":"crisisdienst jeugd","when":"02.50 uur"})");
  ASSERT_EQ(sent.code, 0) << sent.out << sent.err;
  const auto row = f.as("de-binnenvest", {"referrals", "--json"}).json().at(0);
  EXPECT_EQ(row.at("respondBy").as_string().subview(0, 13), "2026-11-23T10")
      << "two hours after somebody can read";
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  EXPECT_EQ(opened.json().at("routing").at("crisisCall").at("whom").as_string(),
            "crisisdienst jeugd");
  const std::string referral(sent.json().at("referralId").as_string());
  EXPECT_EQ(f.as("jgt-leiden", {"reply", referral, "update", "--document",
                                f.write("update.json", R"({"message":"wij komen vannacht"})")})
                .code,
            0)
      << "a crisis is answered under its own ground";
  const std::string school = f.write("school.json", R"({"school":{"functioning":"goed"}})");
  EXPECT_EQ(f.as("de-binnenvest", {"refer", school, "--grant", granted(draft)}).code, 3)
      << "no more than a crisis needs";
}

TEST_F(Consent, AFatherWhoIsUnsafeToAskIsNotToldAnything) {
  Draft draft;
  draft.birth = "2018-03-09";
  draft.answers = answer("parent", "agrees") + "," +
                  answer("parent", "unsafe-to-ask", R"(,"reason":"MERKTEKEN dreiging")");
  draft.record = R"(,"childHeard":true)";
  const Ran refused = registers(draft);
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(ids(refused, "findings"), Ids{"holder-unsafe-to-ask"});
  EXPECT_EQ(ids(refused, "routes"), kAllRoutes);
  EXPECT_EQ(refused.out.find("MERKTEKEN"), std::string::npos)
      << "the answer repeats nothing of the record";
  nothing_crossed();
  EXPECT_EQ(contents(f.broker_home()).find("MERKTEKEN"), std::string::npos);
}

TEST_F(Consent, AGirlWhoPersistsChoosesWhatCrosses) {
  Draft draft;
  draft.birth = "2012-06-02";
  draft.outbound = R"("routing","care-need")";
  draft.answers = answer("child", "agrees") + "," + answer("parent", "agrees") + "," +
                  answer("parent", "refuses");
  EXPECT_EQ(ids(registers(draft), "findings"), (Ids{"capacity-note", "second-professional"}));
  draft.record =
      R"(,"capacityNote":"begrijpt het goed","professionals":["kindbegeleider","gedragswetenschapper"],"childChose":["care-need"])";
  EXPECT_EQ(ids(registers(draft), "findings"), Ids{"outside-childs-choice"});
  nothing_crossed();
  draft.outbound = R"("care-need")";
  const std::string grant = granted(draft);
  EXPECT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant}).code, 3)
      << "routing and safety were not chosen";
  ASSERT_EQ(f.as("de-binnenvest",
                 {"refer", f.write("chosen.json", R"({"careNeed":{"tried":"gesprekken"}})"),
                  "--grant", grant})
                .code,
            0);
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(opened.err, "");
  EXPECT_EQ(opened.json().as_object().size(), 2u) << "the record and what she chose";
}

TEST_F(Consent, AChildWhoSignsInTheMonthOfItsTwelfthBirthdayIsAskedItself) {
  Draft draft;
  draft.birth = "2014-11-28";
  draft.authority = "single";
  draft.answers = answer("parent", "agrees");
  draft.record = R"(,"childHeard":true)";
  EXPECT_EQ(ids(registers(draft), "findings"), Ids{"child-not-asked"});
  draft.answers += "," + answer("child", "agrees");
  const std::string grant = granted(draft);
  ASSERT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant}).code, 0);
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  EXPECT_EQ(opened.json().at("grantRecord").at("ageAtSigning").to_number<int>(), 11);
  EXPECT_EQ(opened.json().at("grantRecord").at("turningAge").to_number<int>(), 12);
  EXPECT_EQ(opened.json().at("grantRecord").at("authorityCheckDue").as_string(), "2026-11-27");
  EXPECT_EQ(opened.out.find("2014-11-28"), std::string::npos)
      << "the birth date stays at the shelter";
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "show", grant, "--json"}).json().at("expires").as_string(),
      "2027-04-30T22:00:00Z")
      << "the next birthday counts";
}

TEST_F(Consent, UndeterminedAuthorityYieldsNoConsentButRoutes) {
  Draft draft;
  draft.birth = "2016-01-30";
  draft.authority = "undetermined";
  draft.answers = answer("parent", "agrees");
  const Ran refused = registers(draft);
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(ids(refused, "findings"), Ids{"authority-undetermined"});
  EXPECT_EQ(ids(refused, "routes"), kAllRoutes);
  nothing_crossed();
}

TEST_F(Consent, OrganisationsWithTheirOwnPoliciesWorkTogetherAndTheStricterOneRefuses) {
  f.join("neos", "Neos", "shelter");
  f.confirm("neos", "jgt-leiden");
  f.confirm("jgt-leiden", "neos");
  std::ofstream(f.home("neos") + "/policy.toml")
      << "[consent]\nstatement_suffices = false\nlongest_months = 3\n";
  std::ofstream(f.home("jgt-leiden") + "/policy.toml")
      << "# eigen regels\n[consent]\nreported_agrees_counts = false\n";
  Draft draft;
  draft.birth = "2018-03-09";
  draft.answers = answer("parent", "agrees") + "," + answer("parent", "reported-agrees");
  draft.record = R"(,"childHeard":true)";
  const Ran strict = registers(draft, "neos");
  EXPECT_EQ(strict.code, 2);
  EXPECT_EQ(ids(strict, "findings"), Ids{"authority-not-in-register"});
  const std::string grant = granted(draft);  // de-binnenvest, with the defaults
  ASSERT_EQ(f.as("de-binnenvest", {"refer", f.referral_document(), "--grant", grant}).code, 0);
  const std::string message = f.received("jgt-leiden");
  const Ran opened = f.as("jgt-leiden", {"open", message});
  EXPECT_EQ(opened.code, 0);
  EXPECT_EQ(opened.err, "let op: " +
                            std::string("U hoorde alleen van een ander dat deze persoon met gezag "
                                        "het goed vindt. Vraag het aan deze persoon zelf.") +
                            " (/grantRecord/answers/1)\n");
  EXPECT_NE(f.as("jgt-leiden", {"open", message, "--lang", "en"}).err.find("note: You only heard"),
            std::string::npos);
  EXPECT_EQ(opened.json().at("grantRecord").at("policySha256").as_string().size(), 64u)
      << "hex of 32 bytes";
  std::ofstream(f.home("neos") + "/policy.toml") << "[consent]\nlongest_month = 3\n";
  const Ran misspelt = registers(draft, "neos");
  EXPECT_EQ(misspelt.code, 2);
  EXPECT_NE(misspelt.err.find("consent.longest_month: die regel bestaat niet"), std::string::npos)
      << misspelt.err;
}

TEST_F(Consent, CheckSaysItAllWithoutSending) {
  Draft draft;
  draft.birth = "2018-03-09";
  draft.answers = answer("parent", "agrees");
  draft.record = R"(,"childHeard":true)";
  draft.outbound = R"("routing")";
  ASSERT_EQ(f.stop(), 0);  // it needs no broker
  const std::string path = f.write("draft.json", draft.json());
  const Ran checked =
      f.as("de-binnenvest", {"check", f.referral_document(), "--grant", path, "--json"});
  EXPECT_EQ(checked.code, 2) << checked.err;
  EXPECT_FALSE(checked.json().at("allowed").as_bool());
  EXPECT_EQ(ids(checked, "findings"), (Ids{"holder-not-asked", "not-granted", "not-granted"}));
  EXPECT_EQ(checked.json().at("findings").at(1).at("pointer").as_string(), "/careNeed");
  draft.authority = "single";
  f.write("draft.json", draft.json());
  EXPECT_EQ(f.as("de-binnenvest", {"check", "--grant", path, "--json"}).code, 0);
}

TEST_F(Consent, TheBrokerHoldsGroundsToTheirRecipientsAndTheirEnd) {
  f.join("gi-west", "GI West", "certified-agency");
  const Time now = *parse_rfc3339("2026-11-20T10:00:00Z");
  RawClient shelter(f, "de-binnenvest");
  const auto outcome = [&](const std::string& recipient, v1::Ground ground, const char* end,
                           v1::ExchangeKind kind = v1::EXCHANGE_KIND_REFERRAL,
                           CategorySet outbound = {Category::routing}) {
    fakes::GrantWanted wanted{
        *OrgId::parse(recipient), outbound, {}, now, *amsterdam_midnight(std::string_view(end))};
    wanted.ground = ground;
    wanted.kind = kind;
    return shelter.outcome(shelter.request(fakes::grant_frame(shelter.signer(), wanted, now)));
  };
  EXPECT_EQ(outcome("jgt-leiden", v1::GROUND_OTS_INFORMATION, "2027-05-01"),
            "ground-forbids-exchange");
  EXPECT_EQ(outcome("gi-west", v1::GROUND_OTS_INFORMATION, "2027-05-01"), "");
  EXPECT_EQ(outcome("gi-west", v1::GROUND_CHILD_PROTECTION_BOARD, "2027-05-01"),
            "ground-forbids-exchange");
  EXPECT_EQ(outcome("gi-west", v1::GROUND_OTS_INFORMATION, "2027-05-01", v1::EXCHANGE_KIND_REFERRAL,
                    {Category::child_voice}),
            "ground-forbids-category");
  EXPECT_EQ(outcome("jgt-leiden", v1::GROUND_VITAL_INTEREST, "2027-01-01"), "grant-too-long");
  EXPECT_EQ(outcome("jgt-leiden", v1::GROUND_VITAL_INTEREST, "2026-12-01"), "malformed")
      << "a fortnight at least";
  EXPECT_EQ(outcome("jgt-leiden", v1::GROUND_VITAL_INTEREST, "2026-12-18"), "") << "any day";
  EXPECT_EQ(outcome("jgt-leiden", v1::GROUND_NOT_PERSONAL, "2026-12-01"),
            "ground-forbids-exchange");
  EXPECT_EQ(
      outcome("jgt-leiden", v1::GROUND_CONSENT, "2026-12-01", v1::EXCHANGE_KIND_ANONYMOUS_CONSULT),
      "ground-forbids-exchange");
  EXPECT_EQ(outcome("jgt-leiden", v1::GROUND_NOT_PERSONAL, "2026-12-01",
                    v1::EXCHANGE_KIND_ANONYMOUS_CONSULT),
            "");
  EXPECT_EQ(outcome("jgt-leiden", v1::GROUND_NOT_PERSONAL, "2026-12-01",
                    v1::EXCHANGE_KIND_ANONYMOUS_CONSULT, {Category::identity}),
            "ground-forbids-category");
  EXPECT_EQ(
      outcome("gi-west", v1::GROUND_CONSENT, "2026-12-01", v1::EXCHANGE_KIND_INFORMATION_REQUEST),
      "ground-forbids-exchange");
  EXPECT_EQ(f.events("de-binnenvest", "refused").size(), 8u);
}

}  // namespace
}  // namespace veerpont::e2e
