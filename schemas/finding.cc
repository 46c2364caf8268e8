#include "schemas/finding.h"

#include <algorithm>

namespace veerpont {

std::vector<Finding> without_reason(const std::vector<Finding>& findings, const Reasons& reasons) {
  std::vector<Finding> asking;
  std::ranges::copy_if(findings, std::back_inserter(asking),
                       [](const Finding& finding) { return !finding.informs; });
  const auto given = [&](const std::string& pointer) {
    const auto reason = reasons.find(pointer);
    return reason != reasons.end() && !reason->second.empty();
  };
  const bool alone = std::ranges::all_of(
      asking, [&](const Finding& finding) { return finding.pointer == asking.front().pointer; });
  std::erase_if(asking, [&](const Finding& finding) {
    return !finding.blocks && (given(finding.pointer) || (alone && given("")));
  });
  return asking;
}

}  // namespace veerpont
