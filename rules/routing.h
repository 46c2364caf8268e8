// Which municipality is responsible for youth help. docs/domain.md, "Routing". Pure.
// Not promised: that the address is the registered one. That is the worker's word.
#pragma once

#include <optional>
#include <string>

#include "rules/municipalities.h"
#include "schemas/codes.h"

namespace veerpont::rules {

// What a worker knows, as CBS codes; empty: not known. Where the family stays is not among it, and
// decides nothing.
struct Residence {
  bool in_shelter = true;  // the family stays in a shelter; else help comes to where it lives
  std::string before_the_stay = {};  // the child's registered address immediately before
  std::string present = {};          // the child's registered address now
  std::string mother_at_birth = {};
};

struct Responsible {
  std::string municipality;  // as it is called on the day asked about
  RoutingBasis basis;
};

// Nothing when what decides is not known, or is no municipality.
std::optional<Responsible> responsible_municipality(const Residence& residence, const Date& day,
                                                    const Municipalities& list);

}  // namespace veerpont::rules
