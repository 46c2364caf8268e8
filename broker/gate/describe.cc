// The operator gives an organisation another title or service area.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const DescribeRequest& request) { return {AskOrg{request.org}}; }

Decision decide(const Facts& facts, const DescribeRequest& request, const GateContext&) {
  const Participant* known = participant(facts, request.org);
  if (known == nullptr) return Deny{{RefusalCode::unknown_recipient, request.org.str()}, {}};
  Participant described = *known;
  if (request.title) described.title = *request.title;
  if (request.serves) described.serves = *request.serves;
  if (auto fault = introduction_fault(described)) return Deny{*fault, {}};
  Permit permit;
  if (described.title == known->title && described.serves == known->serves) return permit;
  permit.changes.push_back(Describe{described.org, described.title, described.serves});
  permit.events.push_back(introduce(described));
  return permit;
}

}  // namespace veerpont::broker::gate
