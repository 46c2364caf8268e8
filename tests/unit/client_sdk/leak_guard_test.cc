#include "client_sdk/guard/leak_guard.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <map>

#include "schemas/document_json.h"

namespace veerpont::sdk {
namespace {

std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream in(std::string(VECTORS) + "/leaks/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<LeakKind>& kinds) {
  std::string out;
  for (const LeakKind kind : kinds) out += (out.empty() ? "" : " ") + id_of(kind);
  return out;
}

const LeakGuard& leaks() {
  static const LeakGuard guard(
      secret_words_in("# van het huis\nDe Zilvermeeuw\nFictiedam \n071-9998877\n"));
  return guard;
}

struct Leak {
  std::string kind, text;
};

std::vector<Leak> listed_leaks() {
  std::vector<Leak> out;
  for (const std::string& line : lines_of("leaks.txt")) {
    const auto tab = line.find('\t');
    if (tab == line.npos) throw std::logic_error("a line without a kind: " + line);
    const auto read = boost::json::parse("\"" + line.substr(tab + 1) + "\"");
    out.push_back({line.substr(0, tab), std::string(read.as_string())});
    std::replace(out.back().kind.begin(), out.back().kind.end(), '_', '-');
  }
  return out;
}

bool sees(const Leak& leak) {
  return (" " + joined(leaks().in_free_text(leak.text)) + " ").find(" " + leak.kind + " ") !=
         std::string::npos;
}

TEST(LeakGuard, SeesEveryLeakOfTheList) {
  const auto list = listed_leaks();
  for (const Leak& leak : list)
    EXPECT_TRUE(sees(leak)) << leak.kind << ": " << leak.text << " -> "
                            << joined(leaks().in_free_text(leak.text));
  EXPECT_EQ(list.size(), 225u);
}

TEST(LeakGuard, SeesNothingInInnocentSentences) {
  const auto lines = lines_of("innocent.txt");
  for (const auto& line : lines) EXPECT_EQ(joined(leaks().in_free_text(line)), "") << line;
  EXPECT_EQ(lines.size(), 216u);
}

// One character of ASCII as other code points that look the same, or with something unseen behind
// it.
std::string disguised(char c, int how) {
  static const std::map<char, std::string> cyrillic{
      {'a', "\u0430"}, {'c', "\u0441"}, {'e', "\u0435"}, {'o', "\u043e"},
      {'p', "\u0440"}, {'x', "\u0445"}, {'A', "\u0410"}, {'B', "\u0412"},
      {'E', "\u0415"}, {'H', "\u041d"}, {'M', "\u041c"}, {'T', "\u0422"}};
  const std::string itself(1, c);
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return itself;  // a part of a character
  const bool alnum = std::isalnum(byte) != 0;
  const std::string fullwidth = {'\xEF', static_cast<char>(byte < 0x60 ? 0xBC : 0xBD),
                                 static_cast<char>(byte < 0x60 ? byte + 0x60 : byte + 0x20)};
  switch (how) {
    case 0:
      return byte > 0x20 && byte < 0x7f ? fullwidth : itself;
    case 1:
      return cyrillic.contains(c) ? cyrillic.at(c) : itself;
    case 2:
      return alnum ? itself + "\u00ad" : itself;
    case 3:
      return alnum ? itself + "\u200b" : itself;
    case 4:
      return c == ' ' ? "\u00a0" : itself;
    case 5:
      return c == '-' ? "\u2011" : itself;
    default:
      return itself;
  }
}

TEST(LeakGuard, SeesEveryLeakOfTheListHoweverItIsDisguised) {
  const auto list = listed_leaks();
  for (const Leak& leak : list)
    for (int how = 0; how < 6; ++how) {
      Leak whole{leak.kind, {}};
      for (const char c : leak.text) whole.text += disguised(c, how);
      EXPECT_TRUE(sees(whole)) << how << " " << leak.kind << ": " << whole.text;
    }
  EXPECT_TRUE(rc::check("any listed leak, any disguise of any of its characters", [&] {
    const Leak& leak = list.at(*rc::gen::inRange<std::size_t>(0, list.size()));
    Leak other{leak.kind, {}};
    for (const char c : leak.text) other.text += disguised(c, *rc::gen::inRange(0, 12));
    RC_LOG() << leak.kind << ": " << other.text;
    RC_ASSERT(sees(other));
  }));
}

TEST(LeakGuard, SeesThroughLooks) {
  EXPECT_EQ(joined(leaks().in_free_text("Bel ０６１２３４５６７８.")), "telephone")
      << "fullwidth digits";
  EXPECT_EQ(joined(leaks().in_free_text("postcode 2312\u00A0AB")), "postcode");
  EXPECT_EQ(joined(leaks().in_free_text("06\u200B12345678")), "telephone");
  EXPECT_EQ(joined(leaks().in_free_text("071\u20135123456")), "telephone");
  for (const char* text :
       {"Bel 071-5165000 (9-17 uur).", "06-12345678 24 uur per dag", "06 12345678 2 kinderen",
        "071-5165000 / 06-12345678", "+31 6 12345678 24 uur", "\u202a06-12345678\u202c"})
    EXPECT_EQ(joined(leaks().in_free_text(text)), "telephone") << text;
  for (const char* text : {"2312  AB", "2312-AB", "2312 Ab", "2312\nAB"})
    EXPECT_EQ(joined(leaks().in_free_text(text)), "postcode") << text;
  for (const char* text : {"Langestraat 12bis", "Langestraat  12", "Langestraat 12 hs"})
    EXPECT_EQ(joined(leaks().in_free_text(text)), "street-and-number") << text;
  EXPECT_EQ(joined(leaks().in_free_text("In 2015 En toen, nummer 0123456789012.")), "");
}

TEST(LeakGuard, SecretWordsAreFoundAsPeopleWriteThem) {
  const LeakGuard guard(with_municipality_names(secret_words_in(
      "  't Nest\t\r\nGM0518\nGM0373\n0031 71 5165000\n+31 (0)10-1234567\n3117 CD 45\n")));
  for (const char* text :
       {"in \u2019t Nest", "het is in Den Haag", "bij 's-Gravenhage", "te Bergen.", "071-5165000",
        "+31 71 5165000", "010 1234567", "3117 CD 45"})
    EXPECT_FALSE(guard.in_typed_field(text).empty()) << text;
  for (const char* text : {"op 17-45", "het nest", "1745"})
    EXPECT_TRUE(guard.in_typed_field(text).empty()) << text;
  EXPECT_TRUE(guard.usable());
  EXPECT_FALSE(LeakGuard({"Caf\xe9"}).usable()) << "not UTF-8: it would find nothing";
}

TEST(LeakGuard, ATypedFieldIsReadWhenItHoldsAnythingElse) {
  v1::Referral document;
  document.mutable_routing()->set_secret_address(true);
  document.mutable_routing()->mutable_crisis_call()->set_when("2026-11-21 03:05");
  EXPECT_TRUE(guard(document, "", leaks(), {true, false}).empty());
  document.mutable_routing()->mutable_crisis_call()->set_when(
      "moeder zit Langestraat 12, 06-12345678");
  const auto findings = guard(document, "", leaks(), {true, false});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_TRUE(findings[0].blocks && findings[1].blocks);
  EXPECT_EQ(findings[0].pointer, "/routing/crisisCall/when");
}

TEST(LeakGuard, AsksAboutWhatNobodyAskedToShare) {
  EXPECT_EQ(joined(leaks().in_free_text("Haar kamergenote huilt ook vaak.")), "other-person");
  EXPECT_EQ(joined(leaks().in_free_text("Moeder is bekend met borderline.")), "parents-data");
  EXPECT_EQ(joined(leaks().in_free_text("Er zijn zorgen: vader heeft veel schulden.")),
            "parents-data");
  EXPECT_EQ(joined(leaks().in_free_text("Vader slaat de kinderen.")), "accusation");
  EXPECT_EQ(joined(leaks().in_free_text("Het kind vertelt dat vader slaat.")), "")
      << "who told it is there";
  EXPECT_EQ(joined(leaks().in_free_text("Het gezin is Syrisch en gelovig.")), "origin-or-religion");
}

TEST(LeakGuard, SeesNamesForAnAnonymousConsult) {
  for (const char* named :
       {"Het gaat om Jayden de Vries.", "Jayden slaapt slecht.", "Wij maken ons zorgen over Bilal.",
        "Hij heet Pjotr.", "Zij woont bij mevrouw Van den Berg."})
    EXPECT_TRUE(leaks().has_name(named)) << named;
  for (const char* unnamed :
       {"Het kind slaapt slecht. Moeder ook.", "Wat kan het JGT doen?",
        "Een meisje van 8 in een opvang.", "Kan de SDQ hierbij helpen? Wij denken van wel.",
        "Volgens de Jeugdwet mag dit.", "Het kind spreekt Arabisch en Nederlands."})
    EXPECT_FALSE(leaks().has_name(unnamed)) << unnamed;
}

v1::Referral read(const char* json) {
  v1::Referral document;
  EXPECT_TRUE(read_json(json, document));
  return document;
}

std::vector<std::string> places(const v1::Referral& document, const GuardContext& context) {
  std::vector<std::string> out;
  for (const Finding& f : guard(document, "", leaks(), context)) {
    out.push_back(f.pointer + " " + f.id + (f.blocks ? " !" : ""));
    EXPECT_EQ(f.dutch.find("0612345678"), std::string::npos) << "the text is never repeated";
  }
  return out;
}

TEST(LeakGuard, NamesFieldAndKindAndBlocksByContext) {
  const auto document = read(R"({"identity":{"referralNumber":"0612345678"},
    "careNeed":{"signals":[{"fact":"rustig"},{"fact":"bel 0612345678"}],"tried":"kamergenote vroeg erom"},
    "school":{"name":"De Regenboog"},"practical":{"safeContact":{"number":"0612345678","route":"bel 0612345678"},"referrerContact":{"relayNumber":"071 9998877"}}})");
  using Places = std::vector<std::string>;
  EXPECT_EQ(places(document, {.secret_address = true}),
            (Places{"/careNeed/signals/1/fact telephone !", "/careNeed/tried other-person",
                    "/school/name school-name !", "/practical/safeContact/route telephone !",
                    "/practical/referrerContact/relayNumber secret-word !"}));
  EXPECT_EQ(places(document, {}),
            (Places{"/careNeed/signals/1/fact telephone", "/careNeed/tried other-person",
                    "/practical/safeContact/route telephone",
                    "/practical/referrerContact/relayNumber secret-word"}));
  EXPECT_EQ(places(read(R"({"careNeed":{"tried":"Jayden kwam langs"}})"), {.anonymous = true}),
            Places{"/careNeed/tried name !"});
}

TEST(LeakGuard, TakesHostileTextInItsStride) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "vader moeder 06 0 ";
  EXPECT_EQ(joined(leaks().in_free_text(text)), "");
  leaks().in_free_text(std::string(200'000, '0'));
  leaks().in_free_text(std::string(100'000, '\xff'));
}

}  // namespace
}  // namespace veerpont::sdk
