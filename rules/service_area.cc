#include "rules/service_area.h"

#include <algorithm>

#include "rules/municipalities.h"

namespace veerpont::rules {

std::optional<Served> Served::parse(std::string_view text) {
  const std::string_view code = text.substr(0, text.find('@'));
  if (!is_municipality_code(code)) return std::nullopt;
  Served out{std::string(code)};
  if (code.size() == text.size()) return out;
  const std::string_view window = text.substr(code.size() + 1);
  const auto dots = window.find("..");
  if (dots == window.npos) return std::nullopt;
  const std::string_view from = window.substr(0, dots);
  const std::string_view until = window.substr(dots + 2);
  out.from = parse_date(from);
  out.until = parse_date(until);
  if (out.from.has_value() == from.empty() || out.until.has_value() == until.empty() ||
      (from.empty() && until.empty()))
    return std::nullopt;
  if (out.from && out.until && *out.until < *out.from) return std::nullopt;
  return out;
}

std::string Served::str() const {
  if (!from && !until) return municipality;
  const auto day = [](const std::optional<Date>& date) {
    return date ? veerpont::str(*date) : std::string();
  };
  return municipality + "@" + day(from) + ".." + day(until);
}

bool serves(const std::vector<std::string>& served, const std::string& municipality,
            const Date& day) {
  return std::ranges::any_of(served, [&](const std::string& text) {
    const auto one = Served::parse(text);
    return one && one->municipality == municipality && one->holds(day);
  });
}

}  // namespace veerpont::rules
