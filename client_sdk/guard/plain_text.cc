#include "client_sdk/guard/plain_text.h"

#include <re2/re2.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace veerpont::sdk {
namespace {

void succeed(UErrorCode code) {
  if (U_FAILURE(code)) throw std::runtime_error(std::string("ICU: ") + u_errorName(code));
}

const icu::Normalizer2& composed() {
  UErrorCode code = U_ZERO_ERROR;
  const auto* instance = icu::Normalizer2::getNFKCInstance(code);
  succeed(code);
  return *instance;
}
const icu::Normalizer2& decomposed() {
  UErrorCode code = U_ZERO_ERROR;
  const auto* instance = icu::Normalizer2::getNFKDInstance(code);
  succeed(code);
  return *instance;
}

icu::UnicodeString normalised(const icu::Normalizer2& form, std::string_view text) {
  icu::UnicodeString seen;
  const auto whole = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  for (std::int32_t i = 0; i < whole.length(); i = whole.moveIndex32(i, 1))
    if (const UChar32 c = whole.char32At(i);
        u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0)
      seen.append(c);
  UErrorCode code = U_ZERO_ERROR;
  auto out = form.normalize(seen, code);
  succeed(code);
  return out;
}

// What a character looks like (UTS #39); itself when nothing is known to.
icu::UnicodeString look_of(UChar32 c) {
  static const std::unique_ptr<USpoofChecker, decltype(&uspoof_close)> checker = [] {
    UErrorCode code = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, decltype(&uspoof_close)> made(uspoof_open(&code), &uspoof_close);
    succeed(code);
    return made;
  }();
  icu::UnicodeString look;
  UErrorCode code = U_ZERO_ERROR;
  uspoof_getSkeletonUnicodeString(checker.get(), 0, icu::UnicodeString(c), look, &code);
  succeed(code);
  return look;
}

// The ASCII letter or digit that a character looks like; 0 when it looks like none.
UChar32 latin_of(UChar32 c) {
  if (const std::int32_t digit = u_charDigitValue(c); digit >= 0) return '0' + digit;
  const icu::UnicodeString look = look_of(c);
  if (look.length() != 1 || look[0] >= 0x80 || u_isalnum(look[0]) == 0) return 0;
  return look[0] == 'l' && u_isUUppercase(c) != 0 ? 'I' : look[0];
}

UChar32 plain_punctuation(UChar32 c) {
  if (u_charType(c) == U_DASH_PUNCTUATION || c == 0x2212) return '-';
  if (u_charType(c) == U_SPACE_SEPARATOR || c == 0x2800) return ' ';
  if (c == 0x2018 || c == 0x2019 || c == 0x02BC || c == 0x00B4 || c == '`') return '\'';
  if (c == 0x2044 || c == 0x2215 || c == 0x29F8 || c == '\\') return '/';
  if (c == 0x00B7 || c == 0x2022 || c == 0x2219 || c == 0x22C5) return '.';
  return c;
}

bool is_mark(UChar32 c) {
  const auto type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_COMBINING_SPACING_MARK;
}

// How a letter or digit is compared: by its look, without case and marks; i, l and 1 look alike, o
// and 0 too.
std::string fold(UChar32 c) {
  static const auto ascii = [] {
    std::array<std::string, 128> table;
    for (UChar32 one = 0; one < 128; ++one) {
      const icu::UnicodeString look = look_of(u_foldCase(one, U_FOLD_CASE_DEFAULT));
      for (std::int32_t i = 0; i < look.length(); ++i) {
        const auto letter = static_cast<char>(u_foldCase(look[i], U_FOLD_CASE_DEFAULT));
        table[static_cast<std::size_t>(one)] += letter == 'i' || letter == '1' ? 'l'
                                                : letter == '0'                ? 'o'
                                                                               : letter;
      }
    }
    return table;
  }();
  const UChar32 lower = u_foldCase(c, U_FOLD_CASE_DEFAULT);
  if (lower < 128) return ascii[static_cast<std::size_t>(lower)];
  // A capital looks like another letter than its small form: the Cyrillic "М" like "M".
  if (const UChar32 own = latin_of(c), latin = own != 0 ? own : latin_of(lower); latin != 0)
    return ascii[static_cast<std::size_t>(u_foldCase(latin, U_FOLD_CASE_DEFAULT))];
  std::string out;
  icu::UnicodeString(lower).toUTF8String(out);
  return out;
}

// A text folded, and where its words begin and end in it.
struct Folding {
  std::string text;
  std::vector<std::size_t> begins, ends;
};

Folding fold_words(std::string_view text) {
  Folding out;
  bool inside = false;
  const icu::UnicodeString letters = normalised(decomposed(), text);
  for (std::int32_t i = 0; i < letters.length(); i = letters.moveIndex32(i, 1)) {
    const UChar32 c = letters.char32At(i);
    if (is_mark(c)) continue;
    const bool alnum = u_isalnum(c) != 0;
    if (alnum && !inside) out.begins.push_back(out.text.size());
    if (!alnum && inside) out.ends.push_back(out.text.size());
    inside = alnum;
    if (alnum) out.text += fold(c);
  }
  if (inside) out.ends.push_back(out.text.size());
  return out;
}

}  // namespace

std::string as_it_looks(std::string_view text) {
  icu::UnicodeString plain;
  const icu::UnicodeString letters = normalised(composed(), text);
  for (std::int32_t i = 0; i < letters.length(); i = letters.moveIndex32(i, 1)) {
    UChar32 c = letters.char32At(i);
    if (is_mark(c) || (c >= 0xFFF9 && c <= 0xFFFB))
      continue;  // what stands over, under or around a character, and what is not seen
    if (c >= 0x80 && u_isalnum(c) != 0)
      if (const UChar32 latin = latin_of(c)) c = latin;
    plain.append(plain_punctuation(c));
  }
  std::string out;
  plain.toUTF8String(out);
  return out;
}

std::string without_accents(std::string_view text) {
  icu::UnicodeString plain;
  const icu::UnicodeString letters = normalised(decomposed(), text);
  for (std::int32_t i = 0; i < letters.length(); i = letters.moveIndex32(i, 1))
    if (const UChar32 c = letters.char32At(i); !is_mark(c)) plain.append(c);
  std::string out;
  plain.toUTF8String(out);
  return out;
}

std::string on_one_line(std::string_view text) {
  static const RE2 white("[ \\t\\r\\n]+");
  std::string out(text);
  RE2::GlobalReplace(&out, white, " ");
  return out;
}

std::string spaced(std::string_view line) {
  static const RE2 punctuation("[-_/,:;*|#]+|\\.([^ ])");
  static const RE2 several(" {2,}");
  std::string out(line);
  RE2::GlobalReplace(&out, punctuation, " \\1");
  RE2::GlobalReplace(&out, several, " ");
  return out;
}

std::string with_digits(std::string_view line) {
  std::string out(line);
  const auto is_digit = [&](std::size_t at) {
    return at < out.size() && out[at] >= '0' && out[at] <= '9';
  };
  const auto digit_for = [](char c) {
    return c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' || c == '|' ? '1' : c;
  };
  const auto beside = [&](std::size_t at) {
    return (at > 0 && is_digit(at - 1)) || is_digit(at + 1);
  };
  for (int pass = 0; pass < 2; ++pass)  // "OO31": the second one stands beside the first only then
    for (std::size_t i = out.size(); i-- > 0;)
      if (beside(i)) out[i] = digit_for(out[i]);
  return out;
}

Phrases::Phrases(const std::vector<std::string>& phrases) {
  for (const std::string& phrase : phrases) {
    std::string text = fold_words(phrase).text;
    longest_ = std::max(longest_, text.size());
    if (!text.empty()) folded_.insert(std::move(text));
  }
}

bool Phrases::any(std::string_view text) const {
  if (folded_.empty()) return false;
  const Folding words = fold_words(text);
  std::size_t first_end = 0;
  for (const std::size_t begin : words.begins) {
    while (first_end < words.ends.size() && words.ends[first_end] <= begin) ++first_end;
    for (std::size_t i = first_end; i < words.ends.size() && words.ends[i] - begin <= longest_; ++i)
      if (folded_.contains(words.text.substr(begin, words.ends[i] - begin))) return true;
  }
  return false;
}

std::string folded(std::string_view text) { return fold_words(text).text; }

}  // namespace veerpont::sdk
