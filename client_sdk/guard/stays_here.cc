#include "client_sdk/guard/stays_here.h"

#include "rules/grant_draft.h"

namespace veerpont::sdk {

v1::Referral as_it_travels(v1::Referral document) {
  if (document.child_voice().answers().empty()) return document;
  auto* answers = document.mutable_child_voice()->mutable_answers();
  for (int i = answers->size() - 1; i >= 0; --i)
    if (!answers->Get(i).child_agrees_to_share()) answers->DeleteSubrange(i, 1);
  if (answers->empty()) document.clear_child_voice();
  return document;
}

v1::Referral as_judged(v1::Referral document) {
  if (!document.has_child_voice()) return document;
  for (auto& answer : *document.mutable_child_voice()->mutable_answers())
    if (!answer.child_agrees_to_share()) answer.Clear();
  return document;
}

std::vector<Finding> stays_here_findings(const v1::Referral& document) {
  std::vector<Finding> findings;
  const auto& answers = document.child_voice().answers();
  for (int i = 0; i < answers.size(); ++i) {
    if (answers[i].child_agrees_to_share()) continue;
    const std::string pointer = "/childVoice/answers/" + std::to_string(i);
    if (!answers[i].has_child_agrees_to_share()) {
      findings.push_back(finding(pointer, ConsentGap::child_not_asked_to_share));
      continue;
    }
    findings.push_back(finding(pointer, ConsentGap::stays_here, false));
    findings.back().informs = true;
  }
  return findings;
}

}  // namespace veerpont::sdk
