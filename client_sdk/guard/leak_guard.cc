#include "client_sdk/guard/leak_guard.h"

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_set>

#include "client_sdk/guard/given_names_txt.h"
#include "client_sdk/guard/plain_text.h"
#include "rules/municipalities.h"
#include "schemas/plain_characters.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont::sdk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// One pattern; its first group is what was found, without what stands around it.
class Pattern {
 public:
  explicit Pattern(const char* pattern) : expression_(pattern, options()) {
    if (!expression_.ok())
      throw std::logic_error("a pattern of the leak guard: " + expression_.error());
  }
  // Whether some find passes `accepts`.
  template <class Accept>
  bool any(std::string_view text, Accept accepts) const {
    std::size_t from = 0;
    re2::StringPiece found;
    const re2::StringPiece whole(text.data(), text.size());
    while (from <= text.size() &&
           expression_.Match(whole, from, text.size(), RE2::UNANCHORED, nullptr, 0)) {
      std::array<re2::StringPiece, 2> groups;
      if (!expression_.Match(whole, from, text.size(), RE2::UNANCHORED, groups.data(), 2))
        return false;
      found = groups[1];
      if (accepts(std::string_view(found.data(), found.size()))) return true;
      from = static_cast<std::size_t>(found.data() - text.data()) +
             std::max<std::size_t>(found.size(), 1);
    }
    return false;
  }
  bool any(std::string_view text) const {
    return any(text, [](std::string_view) { return true; });
  }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    return options;
  }
  RE2 expression_;
};

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c >= '0' && c <= '9') out += c;
  return out;
}

// The test that every citizen service number passes: 9·d1 + 8·d2 + … + 2·d8 − d9 is a multiple
// of 11.
bool passes_eleven_test(std::string_view found) {
  const std::string digits = digits_of(found);
  if (digits.size() != 9 || digits == "000000000") return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i)
    sum += (digits[static_cast<std::size_t>(i)] - '0') * (i == 8 ? -1 : 9 - i);
  return sum % 11 == 0;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "2312 AB" is one; "2015 en", "2026 GI" and "1200 gr" are not.
bool is_postcode(std::string_view found) {
  std::string letters(found.substr(found.size() - 2));
  if (is_one_of(letters, {"SA", "SD", "SS"})) return false;
  const bool lower = letters[1] >= 'a';
  if (lower) letters[0] = static_cast<char>(letters[0] | 0x20);
  const bool apart = found.size() > 6;
  const std::string number(found.substr(0, 4));
  if (is_one_of(letters, {"GI", "TV", "OK", "NL", "EU", "VT"}) && number >= "1900" &&
      number <= "2099")
    return false;
  if (!lower || !apart) return true;
  return !is_one_of(
      letters,
      {"af", "al", "as", "au", "bv", "ca", "cm", "de", "dl", "dm", "du", "el", "en", "er", "ex",
       "ga", "gr", "he", "ho", "ik", "in", "is", "ja", "je", "jl", "kg", "km", "la", "ma", "me",
       "mg", "ml", "mm", "mn", "mr", "mw", "na", "no", "nr", "nu", "of", "oh", "ok", "om", "op",
       "pa", "ta", "te", "tm", "uk", "uu", "uw", "va", "vs", "we", "ze", "zn", "zo"});
}

// "onderweg 3 dagen" leads nowhere.
bool is_street(std::string_view found) {
  static const RE2 no_street(
      "(?i)^(wakker|baan|erf|verf|waard|meent|\\p{L}*(?:de|te|ne|le|ve|ke|we|ge|be|va)ring|straat|"
      "onderweg|halverwege|uitweg|overweg|omweg|terugweg|heenweg|"
      "weg|pad|erf|markt|supermarkt|park|speelveld|voetbalveld|schoolplein|speelplein|"
      "plein|"
      "ring|zoom|haven) ");
  return !RE2::PartialMatch(re2::StringPiece(found.data(), found.size()), no_street);
}

// "06-12-2026 14:00" is a day and an hour.
bool is_date(std::string_view found) {
  static const RE2 date("^[0-3]?[0-9][-./ ](?:0?[1-9]|1[0-2])[-./ ](?:19|20)[0-9]{2}(?:$|[^0-9])");
  return RE2::PartialMatch(re2::StringPiece(found.data(), found.size()), date);
}

bool is_whole_telephone(std::string_view found) {
  if (is_date(found)) return false;
  const std::string digits = digits_of(found);
  if (digits.starts_with("0031"))
    return digits.size() == (digits.starts_with("00310") ? 14u : 13u);  // "+31 (0)71"
  if (digits.starts_with("31")) return digits.size() == (digits.starts_with("310") ? 12u : 11u);
  if (digits.starts_with("00")) return digits.size() >= 10;
  return found.front() == '+' ? digits.size() >= 9 : digits.size() == 10;
}

// Or one with other digits behind it: "071-5165000 (9-17 uur)".
bool begins_with_telephone(std::string_view found) {
  const auto is_digit = [&](std::size_t at) {
    return at < found.size() && found[at] >= '0' && found[at] <= '9';
  };
  for (std::size_t end = 1; end <= found.size(); ++end)
    if (is_digit(end - 1) && !is_digit(end) && is_whole_telephone(found.substr(0, end)))
      return true;
  return false;
}

const Pattern& postcode() {
  static const Pattern pattern(
      R"((?:^|[^0-9A-Za-z]|(?:^|[^A-Za-z])NL[- ]?)([1-9][0-9]{3}(?: ?[A-Z]{2}|[ =]?[(\["'][A-Z]{2}| ?= ?[A-Z]{2}| ?[A-Z][a-z]| ?[a-z]{2}))(?:$|[^0-9A-Za-z]))");
  return pattern;
}
// With digits behind it, or between its own: "2312AB12", "23 12 AB".
const Pattern& odd_postcode() {
  static const Pattern pattern(
      R"((?:^|[^0-9A-Za-z])((?:[1-9][0-9]{3} ?[A-Z]{2})(?:[0-9]{1,5}[a-z]?)|[1-9][0-9] [0-9]{2} [A-Z]{2})(?:$|[^0-9A-Za-z]))");
  return pattern;
}
const Pattern& street() {
  static const Pattern pattern(
      R"((?i)(?:^|[^\p{L}])((?:[\p{L}'.-]*(?:straat|laan|weg|plein|gracht|kade|singel|dreef|hof|pad|steeg|dijk|plantsoen|park|baan|markt|wal|veld|akker|burg|haven|boulevard|allee|ring|zoom|erf|waard|meent|horst|donk|str\.?)|(?:laan|plein|weg|hof|straatje|straat) (?:van|der|den|de|het|'t|[A-Z][\p{L}]+| )+) (?:nr\.? ?|nummer )?[0-9]{1,5}(?: ?(?:bis|hs|rood|zwart|[a-z]{1,2}))?)(?:$|[^\p{L}0-9]))");
  return pattern;
}
// Words that are hardly ever anything but a street, with whatever stands before the number.
const Pattern& sure_street() {
  static const Pattern pattern(
      R"((?i)(?:^|[^\p{L}])([\p{L}'.-]+(?:straat|laan|plein|gracht|kade|singel|dreef|steeg|dijk|plantsoen)[ ,;:=("'\[/_*|#-]{0,4}(?:huisnummer|huisnr\.?|nummer|nr\.?|no\.?)?[ :]{0,2}[0-9]{1,5}(?: ?(?:bis|hs|rood|zwart|[a-z]{1,2}))?)(?:$|[^\p{L}0-9]))");
  return pattern;
}
// A name that is no compound: "aan de Lange Mare 12", "op Rapenburg 70".
const Pattern& named_street() {
  static const Pattern pattern(
      R"((?:^|[^\p{L}])((?:[Aa]an|[Oo]p|[Ww]oont|[Ww]onen|[Vv]erblijft|[Aa]dres:?|[Bb]ij)(?: (?:de|het|op|aan|in|'t))* \p{Lu}[\p{L}'.-]+(?: (?:van|der|den|de|\p{Lu}[\p{L}'.-]+))* [0-9]{1,4}(?:[ -]?(?:bis|[a-zA-Z]{1,2}))?)(?:$|[.,;:!?)]| (?:in|te|en|bij|op|waar|met)(?:$|[^\p{L}])))");
  return pattern;
}
const Pattern& telephone() {
  static const Pattern pattern(
      R"((?:^|[^0-9+])((?:\+|0[ ./()\[\]_*-]{0,3}0?)[ ./()\[\]_*-]{0,4}[1-9](?:[ ,./()\[\]_*-]{0,4}[0-9]){7,12})(?:$|[^0-9]))");
  return pattern;
}
// With something else between the first digits and the others: "06:12345678", "06, 12 34 56 78".
const Pattern& divided_telephone() {
  static const Pattern pattern(
      R"((?:^|[^0-9+])(0[1-9][0-9]{0,2}[:;,=|]{1,2} ?(?:[0-9]{6,8}|[0-9](?:[ ,./()_*-]{0,3}[0-9]){7})|06(?:[ :;,./_*|=-]{1,3}[0-9]{2}){4}|316[1-9][0-9]{7})(?:$|[^0-9:]))");
  return pattern;
}
const Pattern& email() {
  static const Pattern pattern(
      R"((?i)([a-z0-9._%+-]+ ?(?:@|\(at\)|\[at\]| at | apenstaartje ) ?[a-z0-9-]+(?: ?(?:\.|\(punt\)| punt ) ?[a-z0-9-]+)*(?:\.| punt |\(punt\))[a-z]{2,}))");
  return pattern;
}
const Pattern& coordinates() {
  static const Pattern pattern(
      R"((?i)((?:^|[^0-9])5[0-3][.,][0-9]{3,}[°nb ]*[,;/ ]+[oel ]*[3-7][.,][0-9]{3,}|5[0-3] ?° ?[0-9]{1,2}[^0-9]|\bX[: ]*[0-9]{5,6}[ ,;]+Y[: ]*[0-9]{6}\b|\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b))");
  return pattern;
}
const Pattern& map_link() {
  static const Pattern pattern(
      R"((?i)(maps\.app\.goo\.gl|goo\.gl/maps|google\.[a-z.]{2,6}/maps|maps\.google|openstreetmap\.org|\bosm\.org|waze\.com|maps\.apple\.com|bing\.com/maps|what3words\.com|w3w\.co|///[\p{L}]+\.[\p{L}]+\.[\p{L}]+|\bgeo:[0-9-]))");
  return pattern;
}
const Pattern& bsn() {
  static const Pattern pattern(
      R"((?:^|[^0-9])([0-9]{9}|[0-9]{3}[ .-][0-9]{3}[ .-][0-9]{3}|[0-9]{4}[ .-][0-9]{2}[ .-][0-9]{3})(?:$|[^0-9]))");
  return pattern;
}
const Pattern& other_person() {
  static const Pattern pattern(
      R"((?i)(?:^|[^\p{L}])(andere (?:bewoner|bewoonster|bewoners|cliënt|cliënten|moeders|gezin|gezinnen)|een ander gezin|medebewo\p{L}+|huisgeno\p{L}+|kamergeno\p{L}+|groepsgeno\p{L}+|kind van een ander\p{L}*))");
  return pattern;
}
const Pattern& parents_data() {
  static const Pattern pattern(
      R"((?i)(?:^|[^\p{L}])((?:stief|pleeg)?(?:moeder|vader|ouders?|mama|papa)(?:$|[^\p{L}])[^.!?\n]{0,80}(?:borderline|depressi\p{L}+|psychos\p{L}+|psychotisch|bipolair|ptss|schizofreni\p{L}*|verslaa?[fv]\p{L}*|alcohol\p{L}*|drugs\p{L}*|drinkt te veel|schulden|schuldsanering|suïcid\p{L}*)))");
  return pattern;
}
const Pattern& accusation() {
  static const Pattern pattern(
      R"((?i)(?:^|[.!?\n] ?)((?:de |haar |zijn |hun )?(?:stief|ex-)?(?:vader|moeder|vriend|partner|ex)(?:$|[^\p{L}])(?:mishandel\p{L}+|misbruik\p{L}*|slaat|sloeg|schopt\p{L}*|verkracht\p{L}*|bedreigt|stalkt|steelt|liegt|manipuleert|heeft [^.!?\n]{0,40}(?:mishandeld|misbruikt|geslagen|verkracht|bedreigd))))");
  return pattern;
}
const Pattern& origin_or_religion() {
  static const Pattern pattern(
      R"((?i)(?:^|[^\p{L}])(marokka\p{L}+|turkse?|turken|syri\p{L}+|somali\p{L}*|somalisch\p{L}*|eritre\p{L}+|afghaan\p{L}*|irak\p{L}+|surinam\p{L}+|antillia\p{L}+|oekraïen\p{L}+|poolse?|roma|moslim\p{L}*|islam\p{L}*|christel\p{L}+|christen\p{L}*|katholiek\p{L}*|joods\p{L}*|hindoe\p{L}*|moskee|gelovig\p{L}*|etnisch\p{L}*)(?:$|[^\p{L}]))");
  return pattern;
}
// A capital inside a sentence that is neither an abbreviation nor one of the words that always have
// one.
const Pattern& name_inside() {
  static const Pattern pattern(
      R"([\p{Ll}0-9,;:)] (?:(?:van|de|der|den|ten|ter|el|al|ben) )*(\p{Lu}\p{Ll}[\p{L}'-]*))");
  return pattern;
}
const Pattern& first_word() {
  static const Pattern pattern(R"((?:^|[.!?\n"'(] ?)(\p{Lu}\p{Ll}+))");
  return pattern;
}

bool is_never_a_name(std::string_view word) {
  return is_one_of(word, {"Jeugd",
                          "Gezin",
                          "Team",
                          "Veilig",
                          "Thuis",
                          "Raad",
                          "Kinderbescherming",
                          "Nederland",
                          "Nederlands",
                          "Nederlandse",
                          "Engels",
                          "Sinterklaas",
                          "Kerst",
                          "Pasen",
                          "Pinksteren",
                          "Arabisch",
                          "Duits",
                          "Frans",
                          "Spaans",
                          "Pools",
                          "Turks",
                          "Wmo",
                          "Jeugdwet",
                          "Kind",
                          "Ouders",
                          "Go",
                          "Halt"});
}

const std::unordered_set<std::string_view>& given_names() {
  static const auto names = [] {
    std::unordered_set<std::string_view> set;
    std::string_view text = kGivenNames;
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (!line.empty() && line.front() != '#') set.insert(line);
    }
    return set;
  }();
  return names;
}

constexpr std::size_t kLeastSubscriberNumber = 8;

// A telephone's digits without what may stand before them: 0031, +31, 31 (0), 0.
std::string subscriber_number(std::string_view text) {
  std::string digits = digits_of(text);
  if (digits.starts_with("00")) digits.erase(0, 2);
  if (digits.starts_with("31")) digits.erase(0, 2);
  digits.erase(0, std::min(digits.size(), digits.find_first_not_of('0')));
  return digits;
}

}  // namespace

struct LeakGuard::Words {
  Phrases phrases;
  std::vector<std::string> numbers;  // digits of secret lines
  bool usable;
  bool any(std::string_view text) const {
    if (phrases.any(text)) return true;
    const std::string digits =
        numbers.empty() ? std::string() : digits_of(with_digits(on_one_line(as_it_looks(text))));
    return std::ranges::any_of(
        numbers, [&](const std::string& number) { return digits.find(number) != digits.npos; });
  }
};

LeakGuard::LeakGuard(const std::vector<std::string>& secret_words) {
  auto words = std::make_unique<Words>(Words{
      Phrases(secret_words), {}, std::ranges::all_of(secret_words, [](const std::string& word) {
        return has_plain_characters(word, Lines::several);
      })});
  for (const std::string& word : secret_words)
    if (std::string number = subscriber_number(word); number.size() >= kLeastSubscriberNumber)
      words->numbers.push_back(std::move(number));
  words_ = std::move(words);
}

bool LeakGuard::usable() const { return words_->usable; }

LeakGuard::~LeakGuard() = default;
LeakGuard::LeakGuard(LeakGuard&&) noexcept = default;

std::vector<LeakKind> LeakGuard::in_free_text(std::string_view raw) const {
  const std::string text = as_it_looks(raw);
  const std::string line = on_one_line(text);
  const std::string apart = spaced(line);
  const std::string numbers = with_digits(line);
  std::vector<LeakKind> found;
  const auto add = [&](LeakKind kind, bool hit) {
    if (hit) found.push_back(kind);
  };
  const auto leads_to_a_door = [](std::string_view words) {
    return street().any(words, is_street) || named_street().any(words);
  };
  const std::string bare = without_accents(line);
  using enum LeakKind;
  add(LeakKind::postcode,
      sdk::postcode().any(bare, is_postcode) || sdk::postcode().any(apart, is_postcode) ||
          sdk::postcode().any(with_digits(apart), is_postcode) || odd_postcode().any(bare));
  add(street_and_number, leads_to_a_door(line) || named_street().any(apart) ||
                             sure_street().any(line) || sure_street().any(apart) ||
                             sure_street().any(with_digits(line)));
  const auto is_called = [](std::string_view digits) {
    return sdk::telephone().any(digits, begins_with_telephone) || divided_telephone().any(digits);
  };
  add(LeakKind::telephone, is_called(numbers) || is_called(line));
  add(LeakKind::email, sdk::email().any(line));
  add(LeakKind::coordinates, sdk::coordinates().any(line));
  add(LeakKind::map_link, sdk::map_link().any(line));
  add(LeakKind::bsn, sdk::bsn().any(numbers, passes_eleven_test) ||
                         sdk::bsn().any(spaced(numbers), passes_eleven_test));
  add(secret_word, words_->any(raw));
  add(LeakKind::other_person, sdk::other_person().any(line));
  add(LeakKind::parents_data, sdk::parents_data().any(text));
  add(LeakKind::accusation, sdk::accusation().any(text));
  add(LeakKind::origin_or_religion, sdk::origin_or_religion().any(line));
  return found;
}

std::vector<LeakKind> LeakGuard::in_typed_field(std::string_view text) const {
  return words_->any(text) ? std::vector{LeakKind::secret_word} : std::vector<LeakKind>{};
}

bool LeakGuard::has_name(std::string_view raw) const {
  const std::string text = as_it_looks(raw);
  const auto& names = given_names();
  return name_inside().any(text, [](std::string_view word) { return !is_never_a_name(word); }) ||
         first_word().any(text, [&](std::string_view word) { return names.contains(word); });
}

std::vector<std::string> secret_words_in(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    std::string line(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!line.empty() && blank(line.back())) line.pop_back();
    line.erase(line.begin(), std::ranges::find_if_not(line, blank));
    if (!line.empty() && line.front() != '#') words.push_back(std::move(line));
  }
  return words;
}

std::vector<std::string> with_municipality_names(std::vector<std::string> words) {
  // As people say it.
  static const std::map<std::string_view, std::string_view> spoken{
      {"'s-Gravenhage", "Den Haag"}, {"'s-Hertogenbosch", "Den Bosch"}};
  std::vector<std::string> out;
  for (const std::string& word : words) {
    const auto name = rules::Municipalities::dutch().name(word);
    const std::string plainly = name ? name->substr(0, name->find(" (")) : word;  // "Bergen (NH.)"
    if (const auto also = spoken.find(plainly); name && also != spoken.end())
      out.emplace_back(also->second);
    out.push_back(plainly);
  }
  return out;
}

namespace {

// These lead to a place or a person; the others are for a second look.
bool leads_to_somebody(LeakKind kind) { return kind < LeakKind::other_person; }

// A date, a time, a number, an id or a code: what typed fields are for.
bool has_a_shape(const std::string& value) {
  static const RE2 shape("[0-9+() .:/T-]*|[A-Za-z0-9_-]*");
  return RE2::FullMatch(value, shape);
}

struct Walk {
  const LeakGuard& leaks;
  const GuardContext& context;
  const LeakGuard& siblings;  // made of their names
  std::vector<Finding>& findings;

  void text(const std::string& value, const FieldDescriptor* field,
            const std::string& pointer) const {
    const bool typed = field->options().GetExtension(v1::typed);
    for (const LeakKind kind : typed ? leaks.in_typed_field(value) : leaks.in_free_text(value))
      add(kind, pointer);
    if (typed && !has_a_shape(value))  // whatever the field is for
      for (const LeakKind kind : leaks.in_free_text(value))
        if (leads_to_somebody(kind) && kind != LeakKind::secret_word) add(kind, pointer);
    if (context.anonymous && !typed && leaks.has_name(value)) add(LeakKind::name, pointer);
    if (!typed && !siblings.in_typed_field(value).empty()) add(LeakKind::sibling, pointer);
    if (context.secret_address && field->options().GetExtension(v1::never_with_secret_address))
      add(LeakKind::school_name, pointer);
  }

  void add(LeakKind kind, const std::string& pointer) const {
    const bool blocks = context.anonymous || (context.secret_address && leads_to_somebody(kind));
    findings.push_back({pointer, id_of(kind), blocks, label_of(kind, Language::dutch),
                        label_of(kind, Language::english)});
  }

  void message(const Message& message, const std::string& base) const {
    const auto* reflection = message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const std::string pointer = base + "/" + field->json_name();
      const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i)
        one(message, field, i, field->is_repeated() ? pointer + "/" + std::to_string(i) : pointer);
    }
  }

  void one(const Message& holder, const FieldDescriptor* field, int i,
           const std::string& pointer) const {
    const auto* reflection = holder.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
      message(field->is_repeated() ? reflection->GetRepeatedMessage(holder, field, i)
                                   : reflection->GetMessage(holder, field),
              pointer);
    else if (field->type() == FieldDescriptor::TYPE_STRING)
      text(field->is_repeated() ? reflection->GetRepeatedString(holder, field, i)
                                : reflection->GetString(holder, field),
           field, pointer);
  }
};

}  // namespace

std::vector<Finding> guard(const Message& document, const std::string& base, const LeakGuard& leaks,
                           const GuardContext& context) {
  std::vector<Finding> findings;
  const LeakGuard siblings(context.siblings);
  Walk{leaks, context, siblings, findings}.message(document, base);
  return findings;
}

}  // namespace veerpont::sdk
