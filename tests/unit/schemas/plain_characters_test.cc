#include "schemas/plain_characters.h"

#include <gtest/gtest.h>

#include "rules/profile.h"
#include "schemas/categories.h"
#include "schemas/document_json.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont {
namespace {

// Unicode 15, property Bidi_Control, and the two separators.
const std::vector<std::string> kTurning{"\u061c", "\u200e", "\u200f", "\u202a", "\u202b",
                                        "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
                                        "\u2068", "\u2069", "\u2028", "\u2029"};

std::vector<std::string> unfit() {
  auto all = kTurning;
  for (char c = 1; c < 0x20; ++c)
    if (c != '\t' && c != '\n')
      all.emplace_back(1, c);  // "\r" alone: what follows overwrites the line
  all.emplace_back("\x7f");
  for (int c = 0x80; c < 0xa0; ++c) all.push_back({'\xc2', static_cast<char>(c)});
  for (const char* broken : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80"}) all.emplace_back(broken);
  return all;
}

TEST(PlainCharacters, RefusesWhatIsNotSeenOrTurnsTheText) {
  for (const std::string& c : unfit())
    for (const Lines lines : {Lines::one, Lines::several})
      EXPECT_FALSE(has_plain_characters("een" + c + "twee", lines)) << c;
  for (const char* fine : {"een\ntwee", "een\r\ntwee", "een\ttwee"}) {
    EXPECT_TRUE(has_plain_characters(fine, Lines::several)) << fine;
    EXPECT_FALSE(has_plain_characters(fine, Lines::one)) << fine;
  }
  EXPECT_TRUE(has_plain_characters("Zoë, José, Łukasz, محمد, 李", Lines::one));
}

TEST(PlainCharacters, ADocumentWithOneIsRefusedWhenWrittenAndWhenOpened) {
  v1::Referral document;
  const Status read = read_json(
      "{\"careNeed\":{\"signals\":[{\"fact\":\"rustig\"},{\"fact\":\"eerst \\u202e en dan\"}]}}",
      document);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.refusal().detail.substr(0, 24), "careNeed.signals[1].fact");
  document.Clear();
  document.mutable_care_need()->add_signals()->set_fact("eerst \u202e en dan");
  const auto merged = merge(split(document));
  ASSERT_FALSE(merged) << "another member made it with a program of its own";
  EXPECT_EQ(merged.refusal().code, RefusalCode::malformed_document);
}

TEST(PlainCharacters, AProfileAndATitleHaveNone) {
  v1::Profile profile;
  profile.set_service("Hulp \u2067 thuis");
  EXPECT_FALSE(check_profile(profile));
  EXPECT_FALSE(is_title("JGT \u200f Leiden"));
  EXPECT_TRUE(is_title("JGT Leiden"));
}

}  // namespace
}  // namespace veerpont
