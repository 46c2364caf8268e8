// Every refusal says in both languages what is the matter; details and alarms have their Dutch in
// the catalogue.
#include "base/dutch.h"

#include <gtest/gtest.h>

#include "base/refusal.h"

namespace veerpont {
namespace {

TEST(Dutch, OfEveryRefusalIsASentenceThatIsNotTheEnglishOne) {
  int count = 0;
  for (int number = 1; number < 100; ++number) {
    const auto code = refusal_from_number(number);
    if (!code) continue;
    const auto dutch = sentence_of(*code, Language::dutch);
    EXPECT_NE(dutch, sentence_of(*code)) << id_of(*code);
    EXPECT_TRUE(dutch.ends_with('.')) << dutch;
    for (const char* english : {"broker", "grant", "referral", "fingerprint", "log"})
      EXPECT_EQ(dutch.find(english), dutch.npos) << dutch;
    for (const auto sentence : {dutch, sentence_of(*code)})
      EXPECT_EQ(sentence.find("veerpont "), sentence.npos)
          << "a page shows it too, and knows no commands: " << sentence;
    ++count;
  }
  EXPECT_GE(count, 50);
}

TEST(Dutch, FillsWhatWasFilledInAndTranslatesWhatStandsInIt) {
  EXPECT_EQ(in_dutch("careNeed.tried: must be a text (line 7, column 12)"),
            "careNeed.tried: moet een tekst zijn (regel 7, kolom 12)");
  EXPECT_EQ(in_dutch("document: unknown field, number 3 (line 1, column 2)"),
            "document: een onbekend veld, nummer 3 (regel 1, kolom 2)");
  EXPECT_EQ(in_dutch("policy.toml: consent.longest_month: no such key"),
            "policy.toml: consent.longest_month: die regel bestaat niet");
  EXPECT_EQ(
      in_dutch("a withdrawal is not passed on yet: The broker takes no requests at this "
               "moment. Try again. (the next command tries again)"),
      "een intrekking is nog niet doorgegeven: Veerpont kan dit nu niet aannemen. Probeer het "
      "zo nog een keer. (de volgende opdracht probeert het opnieuw)");
  EXPECT_EQ(in_dutch("de-binnenvest"), "de-binnenvest") << "a name stays a name";
  EXPECT_EQ(in_dutch(""), "");
  EXPECT_EQ(in_dutch(std::string(10'000, '(')), std::string(10'000, '('));
}

TEST(Dutch, DescribesARefusalInTheLanguageAskedFor) {
  const Refusal refusal{RefusalCode::invalid_input, "ground: is missing"};
  EXPECT_EQ(describe(refusal, Language::dutch),
            "Dit is niet goed ingevuld. Verbeter wat hier staat. (ground: ontbreekt)");
  EXPECT_EQ(describe(refusal), "The input is not valid. Mend what is named. (ground: is missing)");
}

}  // namespace
}  // namespace veerpont
