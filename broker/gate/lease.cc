// One session of an organisation receives at a time.
#include "broker/gate/parts.h"

namespace veerpont::broker::gate {

std::vector<Question> questions_of(const LeaseRequest& request) { return {AskLease{request.org}}; }

Decision decide(const Facts& facts, const LeaseRequest& request, const GateContext&) {
  const auto held = facts.leases.find(request.org);
  const bool mine = held != facts.leases.end() && held->second == request.session;
  if (request.take && held != facts.leases.end() && !mine)
    return Deny{{RefusalCode::busy, "another session receives"}, {}};
  Permit permit;
  if (request.take && !mine) permit.changes.push_back(PutLease{request.org, request.session});
  if (!request.take && mine) permit.changes.push_back(PutLease{request.org, ""});
  return permit;
}

}  // namespace veerpont::broker::gate
