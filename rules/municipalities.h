// The Dutch municipalities by CBS code, from a dated list. docs/domain.md, "Routing".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace veerpont::rules {

// "GM" and four digits.
bool is_municipality_code(std::string_view text);

class Municipalities {
 public:
  // Lines "GM0546 Leiden", "merged GM1696 GM0402 2026-01-01 Wijdemeren" and one "as-of 2026-01-01";
  // nothing when a line is none of these, a code comes twice, or a merger leads to no municipality.
  static std::optional<Municipalities> parse(std::string_view text);
  // The list that comes with this program: rules/data/municipalities-nl.txt.
  static const Municipalities& dutch();

  // Of one that is, or was before it merged.
  std::optional<std::string> name(const std::string& code) const;
  // The municipality that answers for this code on that day: itself, or the one it became part of.
  // Nothing for a code that is not in the list.
  std::optional<std::string> on(const Date& day, const std::string& code) const;
  // Today's names, by code.
  const std::map<std::string, std::string>& names() const { return names_; }
  const Date& as_of() const { return as_of_; }
  std::size_t size() const { return names_.size(); }

 private:
  struct Merger {
    std::string into;
    Date from;
    std::string name;
  };
  std::map<std::string, std::string> names_;
  std::map<std::string, Merger> mergers_;
  Date as_of_{};
};

}  // namespace veerpont::rules
