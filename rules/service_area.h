// Which municipalities an organisation serves, and from when till when. Written as the operator
// writes it: "GM0546", "GM0546@2027-01-01..", "GM0546@..2026-12-31",
// "GM0546@2026-01-01..2026-12-31".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace veerpont::rules {

struct Served {
  std::string municipality;
  std::optional<Date> from = {};
  std::optional<Date> until = {};  // the last day
  // Nothing for what is not written like that, or ends before it begins.
  static std::optional<Served> parse(std::string_view text);
  std::string str() const;
  bool holds(const Date& day) const { return (!from || *from <= day) && (!until || day <= *until); }
};

// Whether one of these, each as it is written, is this municipality on that day.
bool serves(const std::vector<std::string>& served, const std::string& municipality,
            const Date& day);

}  // namespace veerpont::rules
