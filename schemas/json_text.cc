#include "schemas/json_text.h"

#include <unicode/utf8.h>

#include <cstdint>
#include <limits>

namespace veerpont {
namespace {

constexpr int kDeepestText = 32;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The place of the first byte that is no UTF-8.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < size;) {
    const std::int32_t before = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c < 0) return static_cast<std::size_t>(before);
  }
  return std::nullopt;
}

void append_utf8(std::string& out, std::uint32_t c) {
  std::uint8_t bytes[U8_MAX_LENGTH];
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, c);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

}  // namespace

std::optional<Refusal> encoding_fault(std::string_view text) {
  const auto refuse = [](std::string what) {
    return Refusal{RefusalCode::invalid_input, "document: " + std::move(what)};
  };
  if (text.starts_with("\xef\xbb\xbf"))
    return refuse("begins with a byte-order mark; save it as UTF-8 without one (line 1, column 1)");
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
      text.substr(0, 4).find('\0') != text.npos)
    return refuse("is UTF-16; save it as UTF-8 (line 1, column 1)");
  if (const auto bad = first_bad_byte(text))
    return JsonText(text).fault("", "is not UTF-8, perhaps Windows-1252; save it as UTF-8", *bad);
  return std::nullopt;
}

Refusal JsonText::fault(std::string_view path, std::string_view what, std::size_t offset) const {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < offset && i < text_.size(); ++i) {
    if (text_[i] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(text_[i]) & 0xc0) != 0x80) {  // not inside a character
      ++column;
    }
  }
  return Refusal{RefusalCode::invalid_input,
                 std::string(path.empty() ? "document" : path) + ": " + std::string(what) +
                     " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")"};
}

char JsonText::peek() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonText::take(char c) {
  if (peek() != c || at_ >= text_.size()) return false;
  ++at_;
  return true;
}

bool JsonText::word(std::string_view expected) {
  peek();
  if (!text_.substr(at_).starts_with(expected)) return false;
  at_ += expected.size();
  return true;
}

std::optional<bool> JsonText::boolean() {
  if (word("true")) return true;
  if (word("false")) return false;
  return std::nullopt;
}

std::optional<std::uint64_t> JsonText::whole_number() {
  if (!is_digit(peek())) return std::nullopt;
  const std::size_t begin = at_;
  std::uint64_t value = 0;
  std::size_t at = at_;
  for (; at < text_.size() && is_digit(text_[at]); ++at) {
    const auto digit = static_cast<std::uint64_t>(text_[at] - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  const bool leading_zero = text_[begin] == '0' && at - begin > 1;
  const bool goes_on =
      at < text_.size() && (text_[at] == '.' || text_[at] == 'e' || text_[at] == 'E');
  if (leading_zero || goes_on) return std::nullopt;
  at_ = at;
  return value;
}

std::optional<unsigned> JsonText::hex4() {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit);
  }
  return value;
}

bool JsonText::escaped(std::string& out) {
  static constexpr std::string_view kShort = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
  const char c = at_ < text_.size() ? text_[at_] : '\0';
  if (const auto known = kShort.find(c); known != kShort.npos && c != '\0') {
    out += kMeant[known];
    ++at_;
    return true;
  }
  if (c != 'u') return false;
  ++at_;
  auto unit = hex4();
  if (!unit || U16_IS_TRAIL(*unit)) return false;
  std::uint32_t point = *unit;
  if (U16_IS_LEAD(*unit)) {
    if (!text_.substr(at_).starts_with("\\u")) return false;
    at_ += 2;
    const auto trail = hex4();
    if (!trail || !U16_IS_TRAIL(*trail)) return false;
    point = static_cast<std::uint32_t>(U16_GET_SUPPLEMENTARY(*unit, *trail));
  }
  append_utf8(out, point);
  return true;
}

std::optional<std::string> JsonText::string() {
  if (!take('"')) return std::nullopt;
  std::string out;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return out;
    }
    if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    ++at_;
    if (c != '\\')
      out += c;
    else if (!escaped(out))
      return std::nullopt;
  }
  return std::nullopt;
}

bool JsonText::skip_number() {
  const auto digits = [this] {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > begin;
  };
  take('-');
  if (!digits()) return false;
  if (at_ < text_.size() && text_[at_] == '.' && (++at_, !digits())) return false;
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    return digits();
  }
  return true;
}

bool JsonText::skip(int depth) {
  if (depth > kDeepestText) return false;
  const char c = peek();
  if (c == '"') return string().has_value();
  if (c == '-' || is_digit(c)) return skip_number();
  if (c != '{' && c != '[') return boolean().has_value() || word("null");
  const char end = c == '{' ? '}' : ']';
  take(c);
  if (take(end)) return true;
  do {
    if (c == '{' && (!string() || !take(':'))) return false;
    if (!skip(depth + 1)) return false;
  } while (take(','));
  return take(end);
}

const char* JsonText::kind() {
  switch (peek()) {
    case '"':
      return "a text";
    case '{':
      return "an object";
    case '[':
      return "a list";
    case 'n':
      return "null; leave it out";
    case 't':
    case 'f':
      return "true or false";
    default:
      return is_digit(peek()) || peek() == '-' ? "a number" : "not JSON";
  }
}

}  // namespace veerpont
