#include "base/toml.h"

#include <re2/re2.h>

#include <string>

namespace veerpont {
namespace {

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  return options;
}

const RE2& grammar() {
  const std::string key = "[A-Za-z0-9_-]+";
  const std::string strings =
      R"re("""(?:[^"\\]|\\\S|"[^"\\]|""[^"\\])*"""|'''(?:[^']|'[^']|''[^'])*'''|"(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])*"|'[^'\x00-\x1f]*')re";
  const std::string header = R"(\[[ \t]*)" + key + R"([ \t]*\])";
  const std::string pair = key + R"([ \t]*=[ \t]*(?:true|false|[+-]?[0-9_]+|)" + strings + ")";
  const std::string line =
      R"([ \t]*(?:)" + header + "|" + pair + R"()?[ \t]*(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?\r?)";
  static const RE2 whole("(?:" + line + "\n)*" + line, options());
  return whole;
}

}  // namespace

std::optional<toml::table> parse_toml(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // some editors put it there
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), grammar())) return std::nullopt;
  toml::parse_result parsed = toml::parse(text);
  return parsed ? std::optional(std::move(parsed).table()) : std::nullopt;
}

}  // namespace veerpont
