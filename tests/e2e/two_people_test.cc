// Two people: who registers an exception does not confirm it, who confirms has a PIN of their own,
// and the privacy officer's finding stays here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/walkthrough.h"

namespace veerpont::e2e {
namespace {

class TwoPeople : public Walkthrough {
 protected:
  static Draft at_night() {
    Draft draft;
    draft.ground = "vital-interest";
    draft.outbound = R"("safety")";
    draft.record =
        R"(,"professionals":["nachtdienst","achterwacht"],"exception":{"reason":"direct gevaar voor het kind"})";
    return draft;
  }
  Ran sets(const std::string& worker, const std::string& pin) {
    return f.as("de-binnenvest",
                {"worker", "add", worker, "--pin-file", f.write("pin-" + worker, pin + "\n")});
  }
  Ran confirms(const std::string& grant, const std::string& worker, const std::string& pin) {
    return f.as("de-binnenvest", {"grant", "countersign", grant, "--worker", worker, "--pin-file",
                                  f.write("pin-given", pin)});
  }
  Ran reviews(const std::string& grant, const std::string& verdict, const std::string& note,
              const std::string& kill_at = {}) {
    return f.as_killed(kill_at, "de-binnenvest",
                       {"audit", "review", "done", grant, "--by", "fg", "--verdict", verdict,
                        "--note", note, "--json"});
  }
  boost::json::value listed() {
    return f.as("de-binnenvest", {"audit", "review", "list", "--all", "--json"}).json().at(0);
  }
};

TEST_F(TwoPeople, WhoRegistersAnExceptionIsKnownAndIsNotTheSecond) {
  const std::string draft = f.write("draft.json", at_night().json());
  const Ran nobody = f.as("de-binnenvest", {"grant", "register", draft});
  EXPECT_EQ(nobody.code, 2);
  EXPECT_NE(nobody.err.find("--worker"), std::string::npos) << nobody.err;
  for (const char* second : {"achterwacht", "Achter-Wacht "})
    EXPECT_EQ(f.as("de-binnenvest", {"grant", "register", draft, "--worker", second}).code, 2)
        << second;
  const std::string grant = granted("de-binnenvest", at_night());
  EXPECT_EQ(listed().at("registrar").as_string(), "nachtdienst");
  ASSERT_EQ(sets("nachtdienst", "135790").code, 0);
  EXPECT_EQ(confirms(grant, "nachtdienst", "135790").code, 2) << "the registrar's never works";
  EXPECT_EQ(confirms(grant, "achterwacht", "135790").code, 2) << "who set no PIN confirms nothing";
}

TEST_F(TwoPeople, ACrashLeavesNoExceptionThatNobodyReviews) {
  const auto command = at_night().registered_in(f.write("draft.json", at_night().json()));
  EXPECT_EQ(f.as_killed("exception-stored", "de-binnenvest", command).code, 128 + SIGKILL);
  EXPECT_TRUE(
      f.as("de-binnenvest", {"audit", "review", "list", "--json"}).json().as_array().empty())
      << "there is no such grant";
  EXPECT_EQ(f.as_killed("grant-stored", "de-binnenvest", command).code, 128 + SIGKILL);
  EXPECT_EQ(f.as("de-binnenvest", {"audit", "review", "list", "--json"}).json().as_array().size(),
            1u);
}

TEST_F(TwoPeople, TheSecondConfirmsWithAPinThatLocksAfterFiveWrongOnes) {
  EXPECT_EQ(sets("achterwacht", "12345").code, 2) << "too short";
  EXPECT_EQ(sets("achterwacht", "12345a").code, 2) << "digits";
  ASSERT_EQ(sets("achterwacht", "246813").code, 0);
  EXPECT_EQ(sets("achterwacht", "999999").code, 2) << "nobody sets another's again";
  const std::string grant = granted("de-binnenvest", at_night());
  for (int i = 0; i < 5; ++i) {
    const Ran wrong = confirms(grant, "achterwacht", "000000");
    EXPECT_EQ(wrong.code, 3) << i;
    EXPECT_NE(wrong.err.find("pin-wrong"), std::string::npos) << wrong.err;
    EXPECT_EQ(wrong.err.find("achterwacht"), std::string::npos) << "no person in an error text";
  }
  EXPECT_NE(confirms(grant, "achterwacht", "246813").err.find("pin-locked"), std::string::npos)
      << "the right one too";
  EXPECT_FALSE(listed().as_object().contains("countersigned"));
  EXPECT_NE(f.as("de-binnenvest", {"worker", "list", "--json"})
                .json()
                .at(0)
                .at("lockedUntil")
                .as_string(),
            "");
  later("2026-11-20 10:30", {});
  EXPECT_EQ(confirms(grant, "achterwacht", "246813").code, 0);
  EXPECT_EQ(listed().at("confirmedBy").as_string(), "pin");
  EXPECT_FALSE(listed().at("pinAfter").as_bool());
  EXPECT_EQ(
      f.as("de-binnenvest", {"worker", "pin", "achterwacht", "--pin-file", f.write("old", "246813"),
                             "--new-pin-file", f.write("new", "864200")})
          .code,
      0);
  EXPECT_EQ(f.as("de-binnenvest", {"worker", "remove", "achterwacht"}).code, 0);
  EXPECT_EQ(f.as("de-binnenvest", {"worker", "remove", "achterwacht"}).code, 2);
  for (const char* word : {"achterwacht", "nachtdienst"})
    EXPECT_EQ(contents(f.home("de-binnenvest")).find(word), std::string::npos)
        << "sealed: " << word;
}

TEST_F(TwoPeople, WhatWasConfirmedLateStaysLateUntilItIsReviewed) {
  ASSERT_EQ(sets("achterwacht", "246813").code, 0);
  const std::string grant = granted("de-binnenvest", at_night());
  later("2026-11-22 10:00", {"de-binnenvest"});
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 1);
  ASSERT_EQ(confirms(grant, "achterwacht", "246813").code, 0);
  EXPECT_TRUE(listed().at("late").as_bool());
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 1) << "the privacy officer has not seen it";
  const std::string policy = f.home("de-binnenvest") + "/policy.toml";
  std::ofstream(policy) << "unknown = 1\n";
  const Ran doctor = f.as("de-binnenvest", {"doctor"});
  EXPECT_EQ(doctor.code, 1);
  EXPECT_NE(doctor.out.find("policy.toml"), std::string::npos) << doctor.out;
  std::filesystem::remove(policy);
  ASSERT_EQ(reviews(grant, "justified", "gezien").code, 0);
  EXPECT_EQ(f.as("de-binnenvest", {"doctor"}).code, 0);
}

TEST_F(TwoPeople, AnExceptionIsTheirsWhoRegisteredItAfterARefusalToo) {
  auto command = at_night().registered_in(f.write("draft.json", at_night().json()));
  command.insert(command.end(), {"--operation", "nacht-1"});
  ASSERT_EQ(f.operate({"suspend", "jgt-leiden"}).code, 0);
  EXPECT_NE(f.as("de-binnenvest", command).code, 0);
  ASSERT_EQ(f.operate({"resume", "jgt-leiden"}).code, 0);
  for (std::string& word : command)
    if (word == "nachtdienst") word = "invaller";
  ASSERT_EQ(f.as("de-binnenvest", command).code, 0);
  EXPECT_EQ(listed().at("registrar").as_string(), "invaller");
}

TEST_F(TwoPeople, APinSetAfterwardsIsToldSoWhateverTheClockShows) {
  const std::string grant = granted("de-binnenvest", at_night());
  f.set_time("2026-11-19 10:00");
  ASSERT_EQ(sets("achterwacht", "246813").code, 0);
  ASSERT_EQ(confirms(grant, "achterwacht", "246813").code, 0);
  EXPECT_TRUE(listed().at("pinAfter").as_bool());
  EXPECT_GE(listed().at("countersigned").as_string(), listed().at("registered").as_string());
}

TEST_F(TwoPeople, AFindingStaysHereAndOnlyThatThereWasOneIsLogged) {
  const std::string grant = granted("de-binnenvest", at_night());
  const Ran asked = reviews(grant, "open-question", "WAAROM");
  ASSERT_EQ(asked.code, 0) << asked.err;
  EXPECT_EQ(reviews(grant, "not-justified", "er was tijd").json(), asked.json()) << "logged once";
  EXPECT_EQ(listed().at("verdict").as_string(), "not-justified");
  EXPECT_EQ(listed().at("reviewer").as_string(), "fg");
  EXPECT_EQ(listed().at("note").as_string(), "er was tijd");
  EXPECT_EQ(f.events("de-binnenvest", "exception-reviewed").size(), 1u);
  for (const std::string& place : {contents(f.broker_home()), contents(f.home("de-binnenvest"))})
    EXPECT_EQ(place.find("WAAROM"), std::string::npos);
  EXPECT_EQ(
      f.as("de-binnenvest", {"audit", "review", "done", grant, "--by", "fg", "--verdict", "fine"})
          .code,
      2);
}

TEST_F(TwoPeople, AReviewWhoseAnswerWasLostIsTheSameOneAlsoAfterTheKeyWasReplaced) {
  const std::string first = granted("de-binnenvest", at_night());
  EXPECT_EQ(reviews(first, "justified", "", "review-answered").code, 128 + SIGKILL);
  EXPECT_EQ(reviews(first, "justified", "").code, 0);
  EXPECT_EQ(f.events("de-binnenvest", "exception-reviewed").size(), 1u);
  const std::string second = granted("de-binnenvest", at_night());
  EXPECT_EQ(reviews(second, "justified", "", "review-stored").code, 128 + SIGKILL);
  ASSERT_EQ(f.as("de-binnenvest", {"keys", "replace"}).code, 0);
  EXPECT_EQ(reviews(second, "justified", "").code, 0) << "signed anew";
  EXPECT_EQ(f.events("de-binnenvest", "exception-reviewed").size(), 2u);
  all_verify({"de-binnenvest", "jgt-leiden"});
}

}  // namespace
}  // namespace veerpont::e2e
