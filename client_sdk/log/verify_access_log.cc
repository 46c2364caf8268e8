#include "client_sdk/log/verify_access_log.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "client_sdk/dossier/machine_clock.h"
#include "client_sdk/home/access_subject.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/log/sealed_state.h"
#include "crypto/objects/signed_objects.h"
#include "veerpont/v1/audit.pb.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {
namespace {

std::string entry_called(std::uint64_t number) {
  return "the access log: entry " + std::to_string(number);
}

constexpr char kVerifiedAccesses[] = "verified-accesses";

void keep(OpenHome& home, const AccessLogReport& report, const Hash& head) {
  v1::VerifiedAccesses state;
  state.set_count(report.entries);
  state.set_head(head.str());
  state.set_anchored(report.anchored);
  if (report.anchored_at) state.set_anchored_at(to_ms(*report.anchored_at));
  keep_state(home, kVerifiedAccesses, state);
}

struct Vouched {
  AccessHead at;
  Time time;
};

// What the log of the federation has of our access log, in the order of the chain.
Result<std::vector<Vouched>> vouched_for(OpenHome& home) {
  std::map<std::string, AccessAnchor> own;
  for (AccessAnchor& anchor : home.dossier->access_log.anchors())
    own.emplace(anchor.operation.str(), std::move(anchor));
  std::vector<Vouched> out;
  for (const StoredEvent& stored :
       home.dossier->events.of_kind(v1::EVENT_KIND_ACCESS_LOG_ANCHORED, home.config.org.str())) {
    const auto event = copied(stored);
    if (!event) continue;  // verify_log() says so
    const std::string where = "event " + std::to_string(stored.index.value);
    const auto anchor = own.find(event->event.operation_id());
    if (anchor == own.end())
      return tampered("the access log: its anchor of " + where + " is not here any more");
    const auto object = crypto::AccessLogAnchor::parse(anchor->second.body);
    const AccessHead& at = anchor->second.at;
    if (!object || crypto::sha256(anchor->second.body).bytes() != event->event.object_sha256() ||
        object->commitment != crypto::access_log_commitment(anchor->second.salt, at.count, at.head))
      return tampered("the access log: its anchor of " + where + " was changed");
    out.push_back({at, time_from_ms(event->event.time())});
  }
  std::ranges::sort(out, {}, [](const Vouched& vouched) { return vouched.at.count; });
  return out;
}

}  // namespace

Time forgotten_before(Time now) { return now - Time::duration(limits::access_log_kept); }

Result<AccessLogReport> verify_access_log(OpenHome& home, Time now, bool full) {
  auto vouched = vouched_for(home);
  if (!vouched) return vouched.refusal();
  // A clock that was set back accuses nobody: it is at least as late as what the log has seen.
  now = std::max(now, newest_event_time(*home.dossier));
  const v1::VerifiedAccesses before =
      full ? v1::VerifiedAccesses() : kept_state<v1::VerifiedAccesses>(home, kVerifiedAccesses);
  AccessLogReport report{before.count(), before.anchored()};
  if (before.anchored() > 0) report.anchored_at = time_from_ms(before.anchored_at());
  Hash head = Hash::from_bytes(before.head()).value_or(Hash());
  const AccessHead newest = home.dossier->access_log.head();
  if (newest.count < before.count())
    return tampered(entry_called(before.count()) + " is not here any more");
  if (newest.count == before.count() && newest.head != head)
    return tampered(entry_called(before.count()) + " was changed, or put there");
  std::uint64_t agreed = before.anchored();  // the count of the newest anchor that fits
  auto next = vouched->begin();
  while (next != vouched->end() && next->at.count <= agreed) ++next;
  // An anchor of what was verified since, and was not there yet.
  for (; next != vouched->end() && next->at.count <= before.count(); ++next) {
    if (next->at.count == before.count() && next->at.head != head)
      return tampered("the access log: an entry up to " + std::to_string(before.count()) +
                      " is not the one that was anchored");
    if (next->at.count < before.count()) return verify_access_log(home, now, true);
    agreed = next->at.count;
    report.anchored = agreed;
    report.anchored_at = next->time;
  }
  std::optional<Refusal> fault;
  home.dossier->access_log.each(
      {before.count(), head}, access_subject, [&](const AccessEntry& entry) {
        if (entry.number != report.entries + 1)
          fault = tampered(entry_called(report.entries + 1) + " is not here any more");
        else if (!entry.holds)
          fault = tampered(entry_called(entry.number) + " was changed, or put there");
        else if (entry.body.empty() && entry.time >= forgotten_before(now))
          fault = tampered(entry_called(entry.number) + " was emptied before its time");
        report.entries = entry.number;
        head = entry.head;
        ++report.checked;
        for (; !fault && next != vouched->end() && next->at.count == entry.number; ++next) {
          if (next->at.head != entry.head)
            fault =
                tampered("the access log: an entry from " + std::to_string(agreed + 1) + " to " +
                         std::to_string(entry.number) + " is not the one that was anchored");
          agreed = entry.number;
          report.anchored = agreed;
          report.anchored_at = next->time;
        }
        return !fault;
      });
  if (fault) return *fault;
  if (next != vouched->end())
    return tampered(entry_called(report.entries + 1) + " is not here any more, of " +
                    std::to_string(next->at.count));
  keep(home, report, head);
  return report;
}

}  // namespace veerpont::sdk
