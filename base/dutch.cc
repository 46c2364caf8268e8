#include "base/dutch.h"

#include <optional>
#include <vector>

#include "base/dutch_txt.h"
#include "base/refusal.h"

namespace veerpont {
namespace {

constexpr std::string_view kHole = "{}";
constexpr int kDeepest = 6;  // a detail in a detail in a detail

struct Entry {
  std::vector<std::string_view> english;  // what stands between the holes
  std::string_view dutch;
};

std::vector<std::string_view> between_holes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto hole = text.find(kHole);
    parts.push_back(text.substr(0, hole));
    if (hole == std::string_view::npos) return parts;
    text.remove_prefix(hole + kHole.size());
  }
}

// A line in English, and below it, after "= ", in Dutch; other lines are empty or begin with #.
std::vector<Entry> read_catalogue(std::string_view text) {
  std::vector<Entry> entries;
  std::string_view english;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("= "))
      entries.push_back({between_holes(english), line.substr(2)});
    else if (!line.empty() && !line.starts_with('#'))
      english = line;
  }
  return entries;
}

// What stands in the holes when the text has this form.
std::optional<std::vector<std::string_view>> fill(const std::vector<std::string_view>& form,
                                                  std::string_view text) {
  std::vector<std::string_view> holes;
  if (!text.starts_with(form.front())) return std::nullopt;
  text.remove_prefix(form.front().size());
  for (std::size_t i = 1; i < form.size(); ++i) {
    const bool last = i + 1 == form.size();
    const auto at = last && text.ends_with(form[i]) ? text.size() - form[i].size()
                    : last                          ? std::string_view::npos
                                                    : text.find(form[i]);
    if (at == std::string_view::npos) return std::nullopt;
    holes.push_back(text.substr(0, at));
    text.remove_prefix(at + form[i].size());
  }
  return text.empty() ? std::optional(holes) : std::nullopt;
}

// A sentence of the table of refusals; what is none comes back as it is.
std::string_view sentence_in_dutch(std::string_view english) {
  constexpr int kNumbers = 128;
  for (int number = 1; number < kNumbers; ++number) {
    const auto code = refusal_from_number(number);
    if (code && sentence_of(*code, Language::english) == english)
      return sentence_of(*code, Language::dutch);
  }
  return english;
}

std::string translate(std::string_view english, int depth) {
  static const std::vector<Entry> catalogue = read_catalogue(kDutchTxt);
  if (depth == kDeepest) return std::string(english);
  for (const Entry& entry : catalogue) {
    const auto holes = fill(entry.english, english);
    if (!holes) continue;
    std::string out;
    const auto parts = between_holes(entry.dutch);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0 && i <= holes->size()) out += translate((*holes)[i - 1], depth + 1);
      out += parts[i];
    }
    return out;
  }
  return std::string(sentence_in_dutch(english));
}

}  // namespace

std::string in_dutch(std::string_view english) { return translate(english, 0); }

}  // namespace veerpont
