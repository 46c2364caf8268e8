// Whom to call in a municipality that nobody in the federation serves: a file that the operator
// edits, lines "GM0546 071-5165000". The operator's word, with no evidence in the log.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace veerpont::broker {

class AccessPoints {
 public:
  // What stands in the file of a new home.
  static std::string explanation();
  // Refuses invalid-input with the line's number. A missing file is an empty one.
  static Result<AccessPoints> parse(std::string_view text);
  static Result<AccessPoints> read(const std::string& path);
  // Telephone by municipality.
  const std::map<std::string, std::string>& all() const { return telephones_; }

 private:
  std::map<std::string, std::string> telephones_;
};

}  // namespace veerpont::broker
