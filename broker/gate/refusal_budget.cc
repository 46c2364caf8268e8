#include "broker/gate/refusal_budget.h"

#include <utility>

#include "base/limits.h"

namespace veerpont::broker {
namespace {

std::int64_t hour_of(Time time) { return to_ms(time) / 3'600'000; }

}  // namespace

RefusalBudget::Hour& RefusalBudget::hour_at(const OrgId& org, Time now) {
  Hour& hour = hours_[org];
  if (hour.hour != hour_of(now)) {
    if (hour.unlogged > 0) over_[org] += hour.unlogged;
    hour = {hour_of(now), 0, 0};
  }
  return hour;
}

void RefusalBudget::count(const OrgId& org, Time now) { ++hour_at(org, now).unlogged; }

bool RefusalBudget::take(const OrgId& org, Time now) {
  Hour& hour = hour_at(org, now);
  if (hour.logged < limits::refusals_logged_per_hour) return ++hour.logged, true;
  ++hour.unlogged;
  return false;
}

std::vector<OrgId> RefusalBudget::organisations() const {
  std::vector<OrgId> out;
  for (const auto& [org, count] : over_) out.push_back(org);
  for (const auto& [org, hour] : hours_)
    if (hour.unlogged > 0) out.push_back(org);
  return out;
}

std::vector<std::pair<OrgId, std::uint32_t>> RefusalBudget::summaries(Time now, bool all) {
  std::map<OrgId, std::uint32_t> out = std::move(over_);
  over_.clear();
  for (auto entry = hours_.begin(); entry != hours_.end();) {
    const bool is_over = entry->second.hour != hour_of(now);
    if (entry->second.unlogged > 0 && (all || is_over))
      out[entry->first] += std::exchange(entry->second.unlogged, 0);
    entry = is_over ? hours_.erase(entry) : std::next(entry);
  }
  return {out.begin(), out.end()};
}

}  // namespace veerpont::broker
