// Which refusals are logged one by one: the first of every hour per organisation. The rest are
// counted, and the count is logged when the hour is over, so that a flood of refusals cannot fill
// the log and still leaves its trace.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace veerpont::broker {

class RefusalBudget {
 public:
  // Whether this refusal gets an event of its own.
  bool take(const OrgId& org, Time now);
  // One that gets no event of its own, whatever is left.
  void count(const OrgId& org, Time now);
  // Takes out the counts of hours that are over (`all`: of the running hour too), for
  // `refused-summary`.
  std::vector<std::pair<OrgId, std::uint32_t>> summaries(Time now, bool all);
  // Everyone that a summary may be about.
  std::vector<OrgId> organisations() const;

 private:
  struct Hour {
    std::int64_t hour = 0;
    std::uint32_t logged = 0;
    std::uint32_t unlogged = 0;
  };
  Hour& hour_at(const OrgId& org, Time now);
  std::map<OrgId, Hour> hours_;
  std::map<OrgId, std::uint32_t> over_;  // unlogged refusals of hours that a newer one replaced
};

}  // namespace veerpont::broker
