#include "broker/log/ledger.h"

#include "audit/event_table.h"
#include "crypto/random.h"
#include "schemas/wire.h"

namespace veerpont::broker {
namespace {

audit::ListHead head_of(const audit::Frontier& list) { return {list.size(), list.root()}; }

}  // namespace

Result<Ledger> Ledger::open(Snapshot& snapshot, const audit::VerifierKey& key) {
  const LogHead head = snapshot.head();
  const auto tampered = [](const char* what) { return Refusal{RefusalCode::tampered, what}; };
  const auto checkpoint = audit::SignedCheckpoint::verify(head.checkpoint, key);
  if (!checkpoint || checkpoint->size() != head.size.value)
    return tampered("the stored checkpoint");
  auto frontier = audit::Frontier::from(head.size.value, head.frontier);
  if (!frontier || frontier->root() != checkpoint->root()) return tampered("the log's right edge");
  const auto tile = [&](audit::TileId id) { return snapshot.tile(id); };
  auto edge = audit::TileEdge::load(head.size.value, tile);
  if (!edge) return tampered("the log's last tiles");
  try {
    if (audit::root_at(head.size.value, audit::node_reader(tile)) != checkpoint->root())
      return tampered("the log's tiles");
  } catch (const std::runtime_error&) {
    return tampered("the log's tiles");
  }
  Ledger ledger;
  ledger.frontier_ = std::move(*frontier);
  ledger.edge_ = std::move(*edge);
  ledger.last_event_time_ = head.last_event_time;
  ledger.directory_ = head.directory;
  ledger.withdrawn_ = head.withdrawn;
  if (head.directory.size() == 0 || head.size.value == 0) return ledger;  // the lists begin later
  ledger.state_ = snapshot.state(LogIndex{head.size.value - 1});
  const auto fixed = audit::fixed_state_in(head.size.value);
  ledger.fixed_state_ = fixed ? snapshot.state(*fixed) : std::nullopt;
  const auto state = ledger.state_ ? audit::TreeState::parse(ledger.state_->state) : std::nullopt;
  if (!state || state->directory != head_of(head.directory) ||
      state->withdrawn != head_of(head.withdrawn))
    return tampered("the log's last state");
  ledger.closed_ = true;
  return ledger;
}

void Ledger::append(const Hash& leaf) {
  frontier_.append(leaf);
  edge_.append(leaf, growth_.tiles);
}

Leaf Ledger::place(EventDraft draft, Time now, Chains& chains) {
  if (audit::is_state_place(size())) add_state();
  last_event_time_ = std::max(last_event_time_, now);
  draft.event.set_time(to_ms(last_event_time_));
  Leaf leaf;
  const auto link = [&](const std::string& org, auto set_commitment) {
    if (org.empty()) return;
    leaf.openings.push_back(
        audit::next_opening(*OrgId::parse(org), chains.own[*OrgId::parse(org)]));
    set_commitment(audit::chain_commitment(leaf.openings.back()).str());
  };
  link(draft.event.actor(), [&](std::string c) { draft.event.set_actor_chain(std::move(c)); });
  link(draft.event.counterpart(),
       [&](std::string c) { draft.event.set_counterpart_chain(std::move(c)); });
  const auto pair = audit::pair_of(draft.event);
  if (pair) {
    if (!chains.pairs.contains(*pair)) chains.pairs.emplace(*pair, chains.read_pair(*pair));
    leaf.pair = audit::next_pair_opening(chains.pairs.at(*pair));
    draft.event.set_pair_chain(audit::pair_commitment(*leaf.pair, *pair).str());
  }
  leaf.index = LogIndex{size()};
  leaf.body = wire::serialise(draft.event);
  leaf.event = std::move(draft.event);
  leaf.salt = crypto::random_bytes(Hash::size);
  leaf.commitment = audit::event_commitment(leaf.salt, leaf.body);
  leaf.object = std::move(draft.object);
  leaf.statement = std::move(draft.statement);
  const Hash hash = audit::leaf_hash(leaf.commitment.bytes());
  for (const auto& opening : leaf.openings)
    chains.own[*OrgId::parse(opening.org())] = {opening.number() + 1, hash};
  if (pair) chains.pairs.at(*pair) = {leaf.pair->number() + 1, hash};
  append(hash);
  closed_ = false;
  if (audit::row_of(leaf.event.kind()).is_public)
    directory_.append(audit::directory_leaf(leaf.index, leaf.commitment));
  return leaf;
}

void Ledger::add_state() {
  const LogIndex index{size()};
  for (const Hash& key : withdrawing_) {
    withdrawn_.append(audit::withdrawn_leaf(index, key));
    growth_.withdrawn.push_back({index, key});
  }
  withdrawing_.clear();
  const audit::TreeState state{index, std::chrono::floor<std::chrono::minutes>(last_event_time_),
                               head_of(directory_), head_of(withdrawn_)};
  StateLeaf leaf{index, state.bytes(), crypto::random_bytes(Hash::size), {}};
  leaf.commitment = audit::state_commitment(leaf.salt, leaf.state);
  append(audit::leaf_hash(leaf.commitment.bytes()));
  if (audit::is_state_place(index.value)) fixed_state_ = leaf;
  growth_.states.push_back(leaf);
  state_ = std::move(leaf);
  closed_ = true;
}

void Ledger::close() {
  if (!closed_ && size() > 0) add_state();
}

void Ledger::begin_lists(const std::vector<Leaf>& directory, const std::vector<Hash>& withdrawn) {
  for (const Leaf& leaf : directory)
    directory_.append(audit::directory_leaf(leaf.index, leaf.commitment));
  withdrawing_ = withdrawn;
  closed_ = false;
}

LogHead Ledger::seal(const LogSigner& signer, Term term) const {
  const audit::Checkpoint checkpoint{signer.verifier.name(), size(), root()};
  return {LogIndex{size()},
          frontier_.peaks(),
          audit::SignedCheckpoint::sign(checkpoint, signer.verifier, signer.key).note(),
          last_event_time_,
          term,
          directory_,
          withdrawn_};
}

}  // namespace veerpont::broker
