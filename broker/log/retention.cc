#include "broker/log/retention.h"

#include <algorithm>

#include "audit/event_table.h"
#include "rules/referral_states.h"

namespace veerpont::broker {
std::size_t ErasureScan::find(std::size_t piece) {
  while (parents_[piece] != piece) piece = parents_[piece] = parents_[parents_[piece]];
  return piece;
}

std::size_t ErasureScan::piece_of(const std::string& id) {
  const auto [found, made] = by_id_.try_emplace(id, pieces_.size());
  if (made) {
    pieces_.emplace_back();
    parents_.push_back(found->second);
  }
  return find(found->second);
}

void ErasureScan::join(std::size_t& into, std::size_t other) {
  if (into == other) return;
  if (pieces_[into].events.size() < pieces_[other].events.size()) std::swap(into, other);
  Piece& to = pieces_[into];
  Piece& from = pieces_[other];
  to.events.insert(to.events.end(), from.events.begin(), from.events.end());
  to.referrals.merge(from.referrals);
  to.grants.merge(from.grants);
  to.messages.merge(from.messages);
  to.last = std::max(to.last, from.last);
  from = {};
  parents_[other] = into;
}

std::optional<std::size_t> ErasureScan::tie(const v1::AuditEvent& event) {
  std::optional<std::size_t> whole;
  const auto also = [&](char kind, const std::string& id) {
    std::size_t other = piece_of(kind + id);
    if (whole) join(other, *whole);
    whole = other;
  };
  const auto referral = ReferralId::from_bytes(event.referral_id());
  const auto grant = GrantId::from_bytes(event.grant_id());
  const auto own = MessageId::from_bytes(event.message_id());
  if (referral) also('r', referral->str());
  if (grant) also('g', grant->str());
  if (own) also('m', own->str());
  for (const auto& id : event.message_ids()) also('m', id);
  for (const auto& transition : event.transitions()) also('r', transition.referral_id());
  if (!whole) return std::nullopt;
  Piece& piece = pieces_[*whole];
  if (referral) piece.referrals.insert(*referral);
  if (grant) piece.grants.insert(*grant);
  if (own) piece.messages.insert(*own);
  return whole;
}

void ErasureScan::take(const Leaf& leaf) {
  seen_ = leaf.index.value + 1;
  const v1::AuditEvent& event = leaf.event;
  if (leaf.body.empty() || audit::row_of(event.kind()).is_public)
    return;  // what is public is the federation's, nobody's business
  const Time time = time_from_ms(event.time());
  if (event.kind() == v1::EVENT_KIND_RECEIVED) {
    loose_.push_back({leaf.index, time, {event.message_ids().begin(), event.message_ids().end()}});
    return;
  }
  const auto tied = audit::row_of(event.kind()).changes_nothing
                        ? std::nullopt
                        : tie(event);  // it must not tie its piece to what it named
  if (!tied) {
    loose_.push_back({leaf.index, time, {}});
    return;
  }
  pieces_[*tied].events.push_back(leaf.index);
  pieces_[*tied].last = std::max(pieces_[*tied].last, time);
}

Erase ErasureScan::erasable(Snapshot& snapshot, Time cutoff) {
  Erase out;
  offered_.clear();
  const auto closed = [&](const ReferralId& id) {
    const auto referral = snapshot.referral(id);
    return !referral || !rules::is_open(referral->state);
  };
  const auto ended = [&](const GrantId& id) {
    const auto grant = snapshot.grant(id);
    return !grant || grant->ended || grant->withdrawn;
  };
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    if (parents_[i] != i || piece.events.empty() || piece.last >= cutoff) continue;
    if (!out.events.empty() && out.events.size() + piece.events.size() > kEraseAtOnce) continue;
    if (!std::ranges::all_of(piece.referrals, closed) || !std::ranges::all_of(piece.grants, ended))
      continue;
    offered_.push_back(i);
    out.events.insert(out.events.end(), piece.events.begin(), piece.events.end());
    out.referrals.insert(piece.referrals.begin(), piece.referrals.end());
    out.grants.insert(piece.grants.begin(), piece.grants.end());
    out.messages.insert(piece.messages.begin(), piece.messages.end());
  }
  // Gone, or going now; a message of which no event is left went before.
  const auto goes = [&](const std::string& bytes) {
    const auto id = MessageId::from_bytes(bytes);
    const auto known = by_id_.find('m' + bytes);
    return id && (out.messages.contains(*id) || known == by_id_.end() ||
                  pieces_[find(known->second)].events.empty());
  };
  for (Loose& loose : loose_) {
    loose.offered = loose.time < cutoff && out.events.size() < 2 * kEraseAtOnce &&
                    std::ranges::all_of(loose.messages, goes);
    if (loose.offered) out.events.push_back(loose.index);
  }
  std::ranges::sort(out.events);
  return out;
}

void ErasureScan::erased() {
  for (const std::size_t piece : offered_) pieces_[piece] = {};
  std::erase_if(loose_, [](const Loose& loose) { return loose.offered; });
}

}  // namespace veerpont::broker
