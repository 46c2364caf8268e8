#include "rules/municipalities.h"

#include <algorithm>

#include "rules/data/municipalities_nl_txt.h"

namespace veerpont::rules {
namespace {

constexpr std::size_t kCode = 6;

// The first word of `text`, which loses it and the space behind it.
std::string_view word_of(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

}  // namespace

bool is_municipality_code(std::string_view text) {
  return text.size() == kCode && text.starts_with("GM") &&
         std::ranges::all_of(text.substr(2), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Municipalities> Municipalities::parse(std::string_view text) {
  Municipalities out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.front() == '#') continue;
    const std::string first(word_of(line));
    if (first == "as-of") {
      const auto day = parse_date(line);
      if (!day) return std::nullopt;
      out.as_of_ = *day;
      continue;
    }
    const std::string code = first == "merged" ? std::string(word_of(line)) : first;
    if (!is_municipality_code(code) || out.names_.contains(code) || out.mergers_.contains(code))
      return std::nullopt;
    if (first == "merged") {
      const std::string into(word_of(line));
      const auto from = parse_date(word_of(line));
      if (!from || line.empty()) return std::nullopt;
      out.mergers_[code] = {into, *from, std::string(line)};
    } else {
      if (line.empty()) return std::nullopt;
      out.names_[code] = line;
    }
  }
  const bool leads_on = std::ranges::all_of(
      out.mergers_, [&](const auto& merger) { return out.names_.contains(merger.second.into); });
  if (out.as_of_ == Date{} || out.names_.empty() || !leads_on) return std::nullopt;
  return out;
}

const Municipalities& Municipalities::dutch() {
  static const Municipalities list = parse(kMunicipalitiesNl).value();
  return list;
}

std::optional<std::string> Municipalities::name(const std::string& code) const {
  if (const auto found = names_.find(code); found != names_.end()) return found->second;
  if (const auto merged = mergers_.find(code); merged != mergers_.end()) return merged->second.name;
  return std::nullopt;
}

std::optional<std::string> Municipalities::on(const Date& day, const std::string& code) const {
  if (names_.contains(code)) return code;
  const auto merged = mergers_.find(code);
  if (merged == mergers_.end()) return std::nullopt;
  return day < merged->second.from ? code : merged->second.into;
}

}  // namespace veerpont::rules
