// JSON text (RFC 8259) taken apart from front to back, with the place of what is wrong. Knows no
// schema.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace veerpont {

// Text that is no UTF-8, named as what it seems to be: a byte-order mark, UTF-16, Windows-1252.
std::optional<Refusal> encoding_fault(std::string_view text);

class JsonText {
 public:
  explicit JsonText(std::string_view text) : text_(text) {}

  // "what (line 7, column 12)", at `offset`; columns count characters. `path` empty: the document.
  Refusal fault(std::string_view path, std::string_view what, std::size_t offset) const;

  std::size_t offset() const { return at_; }
  // The next character that is no space, without taking it; '\0' at the end.
  char peek();
  // Takes it when it is the next one.
  bool take(char c);
  bool at_end() { return peek() == '\0' && at_ >= text_.size(); }

  // Each takes one value; nothing when the next value is of another kind or is not well formed,
  // which leaves offset() at the fault.
  std::optional<std::string> string();
  std::optional<bool> boolean();
  std::optional<std::uint64_t> whole_number();
  // Any value, however deep (up to 32). False when it is not well formed.
  bool skip(int depth = 0);
  // What the next value is, in words: "a text", "null", …
  const char* kind();

 private:
  bool word(std::string_view expected);
  bool escaped(std::string& out);
  std::optional<unsigned> hex4();
  bool skip_number();
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace veerpont
