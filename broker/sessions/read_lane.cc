#include "broker/sessions/read_lane.h"

#include <algorithm>

namespace veerpont::broker {

void ReadLane::run(const OrgId& org, Read read) {
  std::deque<std::pair<OrgId, Read>> reads;
  {
    const Lock lock(mutex_);
    const auto [queue, fresh] = queues_.try_emplace(org);
    if (fresh) queue->second.used = latest_;
    queue->second.waiting.push_back(std::move(read));
    reads = next();
  }
  begin(std::move(reads));
}

std::deque<std::pair<OrgId, ReadLane::Read>> ReadLane::next() {
  std::deque<std::pair<OrgId, Read>> out;
  while (reading_ < at_once_) {
    auto least = queues_.end();
    for (auto it = queues_.begin(); it != queues_.end(); ++it)
      if (!it->second.reads && !it->second.waiting.empty() &&
          (least == queues_.end() || it->second.used < least->second.used))
        least = it;
    if (least == queues_.end()) break;
    latest_ = std::max(latest_, least->second.used);
    least->second.reads = true;
    ++reading_;
    out.emplace_back(least->first, std::move(least->second.waiting.front()));
    least->second.waiting.pop_front();
  }
  return out;
}

void ReadLane::begin(std::deque<std::pair<OrgId, Read>> reads) {
  for (auto& [org, read] : reads) read([this, whose = org](Seconds took) { ended(whose, took); });
}

void ReadLane::ended(const OrgId& org, Seconds took) {
  std::deque<std::pair<OrgId, Read>> reads;
  {
    const Lock lock(mutex_);
    --reading_;
    const auto queue = queues_.find(org);
    queue->second.reads = false;
    queue->second.used += took;
    const Seconds latest = latest_;
    if (queue->second.waiting.empty() && queue->second.used <= latest) queues_.erase(queue);
    std::erase_if(queues_, [&](const auto& one) {
      return !one.second.reads && one.second.waiting.empty() && one.second.used <= latest;
    });
    reads = next();
  }
  begin(std::move(reads));
}

}  // namespace veerpont::broker
