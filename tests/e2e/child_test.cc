// What the child does not agree to share stays where it is, and a referral is about the child that
// consent was asked for.
#include <gtest/gtest.h>

#include "tests/e2e/raw_client.h"
#include "tests/e2e/walkthrough.h"

namespace veerpont::e2e {
namespace {

class Child : public Walkthrough {
 protected:
  std::string sharing() {
    Draft draft = family("jgt-leiden");
    draft.outbound = R"("routing","identity","safety","child-voice")";
    return granted("de-binnenvest", draft);
  }
  Ran refers_with(const std::string& grant, const std::string& document,
                  std::vector<std::string> more = {}) {
    std::vector<std::string> command{"refer", f.write("document.json", document), "--grant", grant};
    command.insert(command.end(), more.begin(), more.end());
    return f.as("de-binnenvest", command);
  }
  static std::string about(const std::string& identity, const std::string& routing = "") {
    return R"({"routing":{"secretAddress":true)" + routing + R"(},"identity":{)" + identity +
           R"(},"safety":{"conclusion":"veilig genoeg"}})";
  }
};

TEST_F(Child, KeepsTheAnswersThatItDoesNotAgreeToShare) {
  const std::string grant = sharing();
  const std::string document = R"({"routing":{"secretAddress":true},"childVoice":{"answers":[
    {"ownQuestion":"eerste","answer":"BLIJFTHIER","childAgreesToShare":false},{"ownQuestion":"tweede","answer":"GAATMEE","childAgreesToShare":true}]}})";
  const Ran checked = f.as("de-binnenvest", {"check", f.write("stays.json", document), "--grant",
                                             f.write("draft.json",
                                                     [&] {
                                                       Draft draft = family("jgt-leiden");
                                                       draft.outbound =
                                                           R"("routing","child-voice")";
                                                       return draft.json();
                                                     }()),
                                             "--json"});
  EXPECT_EQ(checked.code, 0) << checked.out;
  EXPECT_EQ(checked.json().at("findings").at(0).at("id").as_string(), "stays-here");
  EXPECT_EQ(checked.json().at("findings").at(0).at("pointer").as_string(), "/childVoice/answers/0");
  EXPECT_EQ(checked.out.find("BLIJFTHIER"), std::string::npos) << "the pointer, never the text";

  const Ran sent = refers_with(grant, document);
  ASSERT_EQ(sent.code, 0) << sent.out << sent.err << "nobody is asked why";
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  EXPECT_NE(opened.out.find("GAATMEE"), std::string::npos);
  for (const std::string& place :
       {opened.out, contents(f.broker_home()), contents(f.home("jgt-leiden"))})
    EXPECT_EQ(place.find("BLIJFTHIER"), std::string::npos);
  EXPECT_EQ(refers_with(grant, document).code, 0) << "the same document again is the same referral";
  EXPECT_EQ(f.events("de-binnenvest", "submitted").size(), 1u);
}

TEST_F(Child, ThatWasNotAskedDidNotSayYes) {
  const std::string document =
      R"({"routing":{"secretAddress":true},"childVoice":{"answers":[{"ownQuestion":"eerste","answer":"x"}]}})";
  const Ran sent = refers_with(sharing(), document, {"--reason", "haast"});
  EXPECT_EQ(sent.code, 2) << "no reason overrides it";
  EXPECT_NE((sent.out + sent.err).find("/childVoice/answers/0"), std::string::npos)
      << sent.out << sent.err;
}

TEST_F(Child, LeavesNoSectionWhenNothingOfItIsShared) {
  const std::string document =
      R"({"safety":{"conclusion":"veilig"},"childVoice":{"answers":[{"ownQuestion":"a","answer":"b","childAgreesToShare":false}]}})";
  ASSERT_EQ(refers_with(sharing(), document).code, 0);
  const Ran opened = f.as("jgt-leiden", {"open", f.received("jgt-leiden")});
  EXPECT_FALSE(opened.json().as_object().contains("childVoice")) << opened.out;
}

TEST_F(Child, OfAnotherBirthDateIsAnotherChild) {
  const std::string grant = sharing();  // born on 2013-05-17
  const auto findings = [&](const std::string& document) {
    const Ran sent = refers_with(grant, document, {"--json", "--reason", "zeker weten"});
    EXPECT_EQ(sent.code, 2) << sent.out;
    return sent.out;
  };
  EXPECT_NE(findings(about(R"("birthDate":"2014-05-17")")).find("another-child"),
            std::string::npos);
  EXPECT_NE(findings(about(R"("birthDate":"2031-05-17")")).find("birth-date-to-come"),
            std::string::npos);
  EXPECT_NE(findings(about(R"("givenNames":"Sam")", R"(,"ageBand":"4-11")")).find("age-band"),
            std::string::npos);
  EXPECT_EQ(refers_with(grant, about(R"("birthDate":"2013-02-30")")).code, 2) << "no such day";
  EXPECT_EQ(refers_with(grant, R"({"routing":{"urgency":"regulier"}})", {"--reason", "haast"}).code,
            2)
      << "the address is secret, or it is not";
  EXPECT_EQ(refers_with(grant, about(R"("birthDate":"2013-05-17")", R"(,"ageBand":"12-15")")).code,
            0);
}

TEST_F(Child, IsNotAskedForWhatTheGrantDoesNotListWithoutSayingSo) {
  const std::string referral = refers("de-binnenvest", f.grant("de-binnenvest", "jgt-leiden"));
  reads("jgt-leiden");
  const Ran asked =
      f.as("jgt-leiden",
           {"reply", referral, "request-info", "--document",
            f.write("ask.json", R"({"message":"graag meer","infoWanted":["safety","health"]})")});
  EXPECT_EQ(asked.code, 0) << asked.err << "it is only told";
  EXPECT_NE(asked.err.find("/infoWanted/1"), std::string::npos) << asked.err;
  EXPECT_EQ(asked.err.find("/infoWanted/0"), std::string::npos) << "granted already";
}

TEST_F(Child, ReferredAgainToTheSameOrganisationAsksWhy) {
  const auto asks = [&](const Ran& sent) {
    return sent.code == 2 && sent.out.find("referred-before") != sent.out.npos;
  };
  const std::string sam =
      about(R"("givenNames":"Sam","familyName":"Jansen","birthDate":"2013-05-17")");
  ASSERT_EQ(refers_with(sharing(), sam).code, 0);
  const std::string spelt =
      about(R"("givenNames":"SAM","familyName":"Jansén","birthDate":"2013-05-17")");
  const std::string second = sharing();
  EXPECT_TRUE(asks(refers_with(second, spelt, {"--json"})));
  EXPECT_EQ(
      refers_with(second,
                  about(R"("givenNames":"Noor","familyName":"Jansen","birthDate":"2013-05-17")"))
          .code,
      0)
      << "a twin is another child";
  EXPECT_EQ(
      refers_with(sharing(), spelt, {"--reason", "/identity=het gezin vroeg om een ander team"})
          .code,
      0);
  EXPECT_EQ(
      refers_with(sharing(), R"({"safety":{"conclusion":"a"}})", {"--external-id", "DB-12"}).code,
      0);
  EXPECT_EQ(
      refers_with(sharing(), R"({"safety":{"conclusion":"b"}})", {"--external-id", "DB-12"}).code,
      2)
      << "the same own number";
  later("2026-12-28 10:00", {"de-binnenvest", "jgt-leiden"});
  EXPECT_EQ(refers_with(sharing(), sam).code, 0) << "more than a month later";
  for (const char* word : {"Jans", "DB-12"})
    EXPECT_EQ(contents(f.home("de-binnenvest")).find(word), std::string::npos)
        << "kept as a keyed hash";
}

TEST_F(Child, EachFindingHasAReasonOfItsOwn) {
  const std::string grant = sharing();
  const std::string document =
      R"({"safety":{"conclusion":"bel 06-12345678","agreements":["mail naar a@b.nl"]}})";
  const Ran held = refers_with(grant, document, {"--reason", "een reden voor alles"});
  EXPECT_EQ(held.code, 2);
  EXPECT_NE(held.err.find("--reason /safety/conclusion="), std::string::npos)
      << held.out << held.err;
  EXPECT_EQ(refers_with(grant, document, {"--reason", "/safety/conclusion=afgesproken"}).code, 2)
      << "one of the two";
  EXPECT_EQ(refers_with(grant, document,
                        {"--reason", "/safety/conclusion=afgesproken", "--reason",
                         "/safety/agreements/0=van het team zelf"})
                .code,
            0);
}

TEST_F(Child, AGrantRegisteredTwiceUnderOneOperationIsOne) {
  const std::string draft = f.write("one.json", family("jgt-leiden").json());
  const std::vector<std::string> command{
      "grant", "register", draft, "--operation", "dossier-12/toestemming", "--json"};
  EXPECT_EQ(f.as_killed("grant-answered", "de-binnenvest", command).code, 128 + SIGKILL);
  const Ran first = f.as("de-binnenvest", command);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(f.as("de-binnenvest", command).json(), first.json());
  EXPECT_EQ(f.events("de-binnenvest", "grant-registered").size(), 1u);
  Draft other = family("jgt-leiden");
  other.outbound = R"("safety")";
  const Ran conflict =
      f.as("de-binnenvest", {"grant", "register", f.write("other.json", other.json()),
                             "--operation", "dossier-12/toestemming"});
  EXPECT_EQ(conflict.code, 3);
  EXPECT_NE(conflict.err.find("operation-id-conflict"), std::string::npos) << conflict.err;
  EXPECT_EQ(
      f.as("de-binnenvest", {"grant", "register", draft, "--operation", "dossier-13", "--json"})
          .code,
      0)
      << "another operation is another grant";
  EXPECT_EQ(f.events("de-binnenvest", "grant-registered").size(), 2u);
}

}  // namespace
}  // namespace veerpont::e2e
