#include "broker/log/ledger.h"

#include "crypto/random.h"
#include "schemas/wire.h"

namespace veerpont::broker {

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
  return ledger;
}

Leaf Ledger::place(EventDraft draft, Time now, std::map<OrgId, audit::ChainHead>& chains) {
  last_event_time_ = std::max(last_event_time_, now);
  draft.event.set_time(to_ms(last_event_time_));
  Leaf leaf;
  const auto link = [&](const std::string& org, auto set_commitment) {
    if (org.empty()) return;
    leaf.openings.push_back(audit::next_opening(*OrgId::parse(org), chains[*OrgId::parse(org)]));
    set_commitment(audit::chain_commitment(leaf.openings.back()).str());
  };
  link(draft.event.actor(), [&](std::string c) { draft.event.set_actor_chain(std::move(c)); });
  link(draft.event.counterpart(),
       [&](std::string c) { draft.event.set_counterpart_chain(std::move(c)); });
  leaf.index = next();
  leaf.body = wire::serialise(draft.event);
  leaf.event = std::move(draft.event);
  leaf.salt = crypto::random_bytes(Hash::size);
  leaf.commitment = audit::event_commitment(leaf.salt, leaf.body);
  leaf.object = std::move(draft.object);
  leaf.statement = std::move(draft.statement);
  const Hash hash = audit::leaf_hash(leaf.commitment.bytes());
  for (const auto& opening : leaf.openings)
    chains[*OrgId::parse(opening.org())] = {opening.number() + 1, hash};
  frontier_.append(hash);
  edge_.append(hash, touched_);
  return leaf;
}

LogHead Ledger::seal(const LogSigner& signer, Term term) const {
  const audit::Checkpoint checkpoint{signer.verifier.name(), frontier_.size(), frontier_.root()};
  return {next(), frontier_.peaks(),
          audit::SignedCheckpoint::sign(checkpoint, signer.verifier, signer.key).note(),
          last_event_time_, term};
}

}  // namespace veerpont::broker
