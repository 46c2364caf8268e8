#include "client_sdk/log/log_checks.h"

#include "base/limits.h"
#include "client_sdk/home/refusals.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr auto kLeastAge =
    std::chrono::days(365) * limits::least_event_years - std::chrono::hours(1);  // summer time

}  // namespace

Status ChainCheck::take(const audit::VerifiedEvent& event, const v1::ProvenEvent& proven) {
  auto opening = audit::open_chain(event, proven, org_);
  if (!opening) return opening.refusal();
  if (!opening->has_value()) return Done{};
  if ((*opening)->number() != head_.next ||
      (*opening)->previous_leaf_hash() != head_.last_leaf.bytes())
    return tampered("an event of ours is missing before event " +
                    std::to_string(event.index.value));
  head_ = {head_.next + 1, event.leaf};
  return Done{};
}

namespace {

// Of an erased event the opening says between whom it was.
std::optional<audit::OrgPair> pair_in(const audit::VerifiedEvent& event,
                                      const v1::ProvenEvent& proven) {
  if (!event.erased) return audit::pair_of(event.event);
  v1::AuditEvent named;
  if (proven.pair().between_size() != 2) return std::nullopt;
  named.set_actor(proven.pair().between(0));
  named.set_counterpart(proven.pair().between(1));
  return audit::pair_of(named);
}

}  // namespace

Result<std::optional<PairCheck::Link>> PairCheck::take(const audit::VerifiedEvent& event,
                                                       const v1::ProvenEvent& proven) {
  const auto pair = pair_in(event, proven);
  if (!pair || (pair->first != org_ && pair->second != org_)) return std::optional<Link>();
  const std::string partner = (pair->first == org_ ? pair->second : pair->first).str();
  if (!heads_.contains(partner)) heads_.emplace(partner, head_(partner));
  audit::ChainHead& head = heads_.at(partner);
  const std::string at = "event " + std::to_string(event.index.value);
  const bool before = !event.erased && event.event.pair_chain().empty() && !proven.has_pair();
  if (before && head.next == 0 && event.index < chains_from_) return std::optional<Link>();
  const v1::PairOpening& opening = proven.pair();
  if (!event.erased && audit::pair_commitment(opening, *pair).bytes() != event.event.pair_chain())
    return tampered("the chain with " + partner + ", " + at);
  if (opening.number() != head.next || opening.previous_leaf_hash() != head.last_leaf.bytes())
    return tampered("an event between us and " + partner + " is missing before " + at);
  head = {head.next + 1, event.leaf};
  return std::optional(Link{partner, {opening.number(), event.index, event.leaf}});
}

Status ErasureCheck::take(const audit::VerifiedEvent& event, std::uint64_t under) {
  if (event.erased) {
    bodiless_[event.index.value] = {last_, under, std::nullopt};
    return Done{};
  }
  const Time time = time_from_ms(event.event.time());
  if (time < last_)
    return tampered("the log's time goes back at event " + std::to_string(event.index.value));
  last_ = time;
  for (const std::uint64_t index : event.event.erased_indices()) {
    if (index >= event.index.value)
      return tampered("an erasure of what is yet to come, event " +
                      std::to_string(event.index.value));
    const auto missing = bodiless_.find(index);
    if (missing != bodiless_.end() && !missing->second.when) missing->second.when = time;
  }
  return Done{};
}

Result<bool> ErasureCheck::done(std::uint64_t size, Time now) const {
  bool settled = true;
  for (const auto& [index, seen] : bodiless_) {
    const std::string at = "number " + std::to_string(index);
    if (!seen.when && size > seen.under) return tampered("an event without its body, " + at);
    settled = settled && seen.when.has_value();
    if (!seen.when) continue;
    if (*seen.when > now + std::chrono::days(1))
      return tampered("an event that is erased in the future, " + at);
    if (*seen.when - seen.not_before < kLeastAge)
      return tampered("an event that was erased too soon, " + at);
  }
  return settled;
}

Result<audit::VerifiedEvent> stored_event(const OpenHome& home, const StoredEvent& stored,
                                          v1::ProvenEvent& proven) {
  auto parsed = wire::parse<v1::ProvenEvent>(stored.proven);
  const auto checkpoint = audit::SignedCheckpoint::verify(stored.checkpoint, home.config.log_key);
  if (!parsed || !checkpoint || parsed->index() != stored.index.value)
    return tampered("a stored event, number " + std::to_string(stored.index.value));
  proven = std::move(*parsed);
  return audit::verify_event(proven, checkpoint->size(), checkpoint->root());
}

std::uint64_t size_read_from(const OpenHome& home, const StoredEvent& stored) {
  const auto checkpoint = audit::SignedCheckpoint::verify(stored.checkpoint, home.config.log_key);
  return checkpoint ? checkpoint->size() : 0;
}

}  // namespace veerpont::sdk
