#include "broker/retention.h"

#include <algorithm>
#include <numeric>

#include "audit/event_rules.h"
#include "schemas/rules/referral_states.h"

namespace veerpont::broker {
namespace {

// These are the federation's, not anybody's business; they stay.
bool stays(v1::EventKind kind) { return audit::is_public(kind); }

// Says what somebody asked, and changed nothing: it must not tie its piece to what it named.
bool stands_alone(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_REFUSED || kind == v1::EVENT_KIND_RELEASE_REFUSED || kind == v1::EVENT_KIND_REFUSED_SUMMARY || kind == v1::EVENT_KIND_LOG_READ;
}

}  // namespace

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

// The piece and everything that the event is about become one.
void ErasureScan::tie(std::size_t& piece, const v1::AuditEvent& event) {
  const auto referral = ReferralId::from_bytes(event.referral_id());
  const auto grant = GrantId::from_bytes(event.grant_id());
  const auto own = MessageId::from_bytes(event.message_id());
  if (referral) join(piece, piece_of("r" + referral->str()));
  if (grant) join(piece, piece_of("g" + grant->str()));
  if (own) join(piece, piece_of("m" + own->str()));
  for (const auto& id : event.message_ids()) join(piece, piece_of("m" + id));
  for (const auto& transition : event.transitions()) join(piece, piece_of("r" + transition.referral_id()));
  Piece& whole = pieces_[piece];
  if (referral) whole.referrals.insert(*referral);
  if (grant) whole.grants.insert(*grant);
  if (own) whole.messages.insert(*own);
}

void ErasureScan::take(const Leaf& leaf) {
  seen_ = leaf.index.value + 1;
  const v1::AuditEvent& event = leaf.event;
  if (leaf.body.empty() || stays(event.kind())) return;
  const Time time = time_from_ms(event.time());
  if (event.kind() == v1::EVENT_KIND_RECEIVED) {
    receipts_.push_back({leaf.index, time, {event.message_ids().begin(), event.message_ids().end()}});
    return;
  }
  std::size_t piece = piece_of("e" + std::to_string(leaf.index.value));
  if (!stands_alone(event.kind())) tie(piece, event);
  pieces_[piece].events.push_back(leaf.index);
  pieces_[piece].last = std::max(pieces_[piece].last, time);
}

Erase ErasureScan::erasable(Snapshot& snapshot, Time cutoff) {
  Erase out;
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
    if (!std::ranges::all_of(piece.referrals, closed) || !std::ranges::all_of(piece.grants, ended)) continue;
    out.events.insert(out.events.end(), piece.events.begin(), piece.events.end());
    out.referrals.insert(piece.referrals.begin(), piece.referrals.end());
    out.grants.insert(piece.grants.begin(), piece.grants.end());
    out.messages.insert(piece.messages.begin(), piece.messages.end());
  }
  // Gone, or going now; a message of which no event is left went before.
  const auto goes = [&](const std::string& bytes) {
    const auto id = MessageId::from_bytes(bytes);
    const auto known = by_id_.find("m" + bytes);
    return id && (out.messages.contains(*id) || known == by_id_.end() || pieces_[find(known->second)].events.empty());
  };
  for (const Receipt& receipt : receipts_)
    if (receipt.time < cutoff && out.events.size() < 2 * kEraseAtOnce && std::ranges::all_of(receipt.messages, goes)) out.events.push_back(receipt.index);
  std::ranges::sort(out.events);
  return out;
}

}  // namespace veerpont::broker
