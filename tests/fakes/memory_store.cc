#include "tests/fakes/memory_store.h"

#include "audit/event_table.h"
#include "rules/referral_states.h"

#include <stdexcept>

namespace veerpont::fakes {
namespace {

// The part of the facts that questions ask about, links followed as store.h says.
class Answers {
 public:
  explicit Answers(const StoredState& all) : all_(all) {}
  Facts facts;

  void operator()(const AskOrg& q) { org(q.org); }
  void operator()(const AskGrant& q) { grant(q.grant); }
  void operator()(const AskReferral& q) { referral(q.referral); }
  void operator()(const AskGrantShares& q) {
    grant(q.grant);
    for (const auto& [key, share] : all_.facts.shares)
      if (share.grant == q.grant) facts.shares.insert_or_assign(key, share);
  }
  void operator()(const AskReferralShares& q) {
    for (const auto& [id, g] : all_.facts.grants) {
      if (g.referral != q.referral) continue;
      (*this)(AskGrantShares{id});
      for (const auto& [key, share] : all_.facts.shares)
        if (share.grant == id) (*this)(AskMessage{share.message});
    }
  }
  void operator()(const AskMessage& q) {
    const auto found = all_.facts.messages.find(q.message);
    if (found == all_.facts.messages.end()) return;
    const MessageFact& m = found->second;
    org(m.sender);
    org(m.recipient);
    grant(m.grant);
    referral(m.referral);
    for (const auto& [key, share] : all_.facts.shares)
      if (share.message == m.id) facts.shares.insert_or_assign(key, share);
    (*this)(AskBacklog{m.sender, m.recipient});
    facts.messages.insert_or_assign(m.id, m);
  }
  void operator()(const AskOperation& q) {
    copy(all_.facts.operations, facts.operations, {q.org, q.operation});
  }
  void operator()(const AskBacklog& q) {
    auto& backlog = facts.backlog[{q.sender, q.recipient}];
    backlog = {};
    auto& undelivered = facts.undelivered_bytes[q.sender];
    undelivered = 0;
    for (const auto& [id, m] : all_.facts.messages) {
      if (m.sender != q.sender || m.status != MessageFact::Status::stored) continue;
      undelivered += m.bytes;
      if (m.recipient != q.recipient) continue;
      ++backlog.messages;
      backlog.bytes += m.bytes;
    }
  }
  void operator()(const AskInvitation& q) {
    copy(all_.facts.invitations, facts.invitations, q.token_sha256);
  }
  void operator()(const AskKeyOwner& q) { copy(all_.facts.key_owners, facts.key_owners, q.key_id); }
  void operator()(const AskWithdrawalHash& q) {
    if (all_.facts.withdrawal_hashes.contains(q.hash)) facts.withdrawal_hashes.insert(q.hash);
  }
  void operator()(const AskLease& q) {
    const auto found = all_.leases.find(q.org);
    if (found != all_.leases.end() && found->second.second == all_.head.term.value)
      facts.leases.insert_or_assign(q.org, found->second.first);
  }

 private:
  template <class Map>
  static void copy(const Map& from, Map& to, const typename Map::key_type& key) {
    if (const auto found = from.find(key); found != from.end())
      to.insert_or_assign(key, found->second);
  }
  void org(const OrgId& id) {
    copy(all_.facts.participants, facts.participants, id);
    const auto chain = all_.facts.chains.find(id);
    facts.chains[id] = chain == all_.facts.chains.end() ? audit::ChainHead{} : chain->second;
  }
  void grant(const GrantId& id) {
    const auto found = all_.facts.grants.find(id);
    if (found == all_.facts.grants.end() || facts.grants.contains(id)) return;
    org(found->second.grant.scope.holder);
    org(found->second.grant.scope.recipient);
    facts.grants.emplace(id, found->second).first->second.keys_present = {};  // the vault knows
    if (found->second.referral) referral(*found->second.referral);
  }
  void referral(const ReferralId& id) {
    const auto found = all_.facts.referrals.find(id);
    if (found == all_.facts.referrals.end() || facts.referrals.contains(id)) return;
    org(found->second.referrer);
    org(found->second.provider);
    facts.referrals.emplace(id, found->second);
    grant(found->second.grant);
  }
  const StoredState& all_;
};

void store_change(StoredState& state, const Change& change, Term term) {
  if (const auto* put = std::get_if<PutLease>(&change)) {
    state.leases.erase(put->org);
    if (!put->session.empty()) state.leases.emplace(put->org, std::pair(put->session, term.value));
    return;
  }
  if (const auto* put = std::get_if<PutMessage>(&change))
    state.envelopes.insert_or_assign(put->message.id, *put->envelope);
  if (const auto* put = std::get_if<Tombstone>(&change))
    state.tombstones[put->grant] = state.tombstones[put->grant] | put->categories;
  if (const auto* set = std::get_if<SetMessageStatus>(&change))
    state.envelopes.at(set->message).clear_ciphertexts();
  if (const auto* restore = std::get_if<RestoreMessage>(&change))
    state.envelopes.at(restore->message) = *restore->envelope;
  if (const auto* erase = std::get_if<Erase>(&change)) {
    for (const LogIndex index : erase->events) {
      Leaf& leaf = state.leaves.at(index.value);
      v1::AuditEvent left;  // whose it was, which its chains need
      left.set_actor(leaf.event.actor());
      left.set_counterpart(leaf.event.counterpart());
      leaf = {leaf.index, std::move(left), "", "", leaf.commitment, leaf.openings, {},
              {},         leaf.pair};
    }
    for (const GrantId& grant : erase->grants) state.tombstones.erase(grant);
    for (const MessageId& message : erase->messages) state.envelopes.erase(message);
  }
  broker::apply(state.facts, change);
}

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(std::shared_ptr<const StoredState> state) : state_(std::move(state)) {}
  LogHead head() override { return state_->head; }
  std::vector<StoredMessage> mail_for(const OrgId& org, LogIndex cursor,
                                      std::size_t budget) override {
    std::map<LogIndex, StoredMessage> waiting;
    for (const auto& [id, fact] : state_->facts.messages)
      if (fact.recipient == org && fact.status == MessageFact::Status::stored &&
          fact.index > cursor)
        waiting.emplace(fact.index, StoredMessage{fact, state_->envelopes.at(id),
                                                  state_->leaves.at(fact.index.value)});
    std::vector<StoredMessage> mail;
    std::size_t bytes = 0;
    for (auto& [index, message] : waiting) {
      if (bytes >= budget || mail.size() == 64) break;
      bytes += message.fact.bytes;
      mail.push_back(std::move(message));
    }
    return mail;
  }
  std::vector<Leaf> events_for(const OrgId& org, bool everything, LogIndex from,
                               std::size_t count) override {
    std::vector<Leaf> out;
    for (const auto& [place, leaf] : state_->leaves) {
      if (leaf.index < from || out.size() == count) continue;
      if (everything || audit::row_of(leaf.event.kind()).is_public ||
          leaf.event.actor() == org.str() || leaf.event.counterpart() == org.str())
        out.push_back(leaf);
    }
    return out;
  }
  std::optional<Leaf> admission(const OrgId& org) override {
    std::optional<Leaf> newest;
    for (const auto& [place, leaf] : state_->leaves)
      if (leaf.event.kind() == v1::EVENT_KIND_PARTICIPANT_ADMITTED &&
          leaf.event.counterpart() == org.str())
        newest = leaf;
    return newest;
  }
  std::optional<Leaf> event(LogIndex index) override {
    const auto found = state_->leaves.find(index.value);
    return found == state_->leaves.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<Hash> commitments(LogIndex from, std::size_t count) override {
    std::vector<Hash> out;
    for (std::uint64_t i = from.value; i < state_->head.size.value && out.size() < count; ++i)
      out.push_back(state_->states.contains(i) ? state_->states.at(i).commitment
                                               : state_->leaves.at(i).commitment);
    return out;
  }
  std::optional<StateLeaf> state(LogIndex index) override {
    const auto found = state_->states.find(index.value);
    return found == state_->states.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<WithdrawnKey> withdrawn_from(std::uint64_t place, std::size_t count) override {
    std::vector<WithdrawnKey> out;
    for (; place < state_->withdrawn.size() && out.size() < count; ++place)
      out.push_back(state_->withdrawn[place]);
    return out;
  }
  std::vector<Hash> withdrawal_keys() override {
    std::vector<Hash> out;
    for (const auto& [id, grant] : state_->facts.grants) {
      if (grant.withdrawn) out.push_back(audit::withdrawal_key(grant.sha256, std::nullopt));
      for (const Category category : grant.withdrawn_categories.list())
        out.push_back(audit::withdrawal_key(grant.sha256, category));
    }
    return out;
  }
  std::string tile(audit::TileId id) override {
    const auto found = state_->tiles.find(id);
    return found == state_->tiles.end() ? std::string() : found->second;
  }
  std::optional<GrantFact> grant(const GrantId& id) override {
    const auto found = state_->facts.grants.find(id);
    if (found == state_->facts.grants.end()) return std::nullopt;
    GrantFact fact = found->second;
    fact.keys_present = {};
    return fact;
  }
  std::optional<ReferralFact> referral(const ReferralId& id) override {
    const auto found = state_->facts.referrals.find(id);
    return found == state_->facts.referrals.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<Leaf> grant_event(const GrantId& id) override {
    const auto found = state_->facts.grants.find(id);
    return found == state_->facts.grants.end() ? std::nullopt : event(found->second.index);
  }
  std::vector<Participant> participants() override {
    std::vector<Participant> out;
    for (const auto& [id, participant] : state_->facts.participants) out.push_back(participant);
    return out;
  }
  std::optional<LogIndex> statement_at(const OrgId& org, LogIndex at) override {
    std::optional<LogIndex> found;
    for (const auto& [place, leaf] : state_->leaves)
      if (leaf.index <= at && leaf.event.kind() == v1::EVENT_KIND_KEYS_PUBLISHED &&
          leaf.event.actor() == org.str())
        found = leaf.index;
    return found;
  }
  std::optional<Leaf> said_by_operator(v1::EventKind kind, LogIndex at) override {
    std::optional<Leaf> newest;
    for (const auto& [place, leaf] : state_->leaves)
      if (leaf.index <= at && leaf.event.kind() == kind && leaf.event.actor().empty())
        newest = leaf;
    return newest;
  }
  std::optional<Invitation> invitation(const Hash& token_sha256) override {
    const auto found = state_->facts.invitations.find(token_sha256);
    return found == state_->facts.invitations.end() ? std::nullopt : std::optional(found->second);
  }
  Due due_before(Time time, std::size_t count) override {
    Due due;
    const auto has_shares = [&](const MessageId& id) {
      for (const auto& [key, share] : state_->facts.shares)
        if (share.message == id) return true;
      return false;
    };
    for (const auto& [id, m] : state_->facts.messages)
      if (due.messages.size() < count && m.expires <= time &&
          (m.status == MessageFact::Status::stored ||
           (m.status == MessageFact::Status::received && has_shares(id))))
        due.messages.push_back(id);
    for (const auto& [id, g] : state_->facts.grants)
      if (due.grants.size() < count && g.grant.scope.expires <= time && !g.ended && !g.withdrawn)
        due.grants.push_back(id);
    for (const auto& [id, r] : state_->facts.referrals)
      if (due.overdue.size() < count && r.respond_by != Time{} && r.respond_by <= time &&
          !r.overdue && rules::is_open(r.state))
        due.overdue.push_back(id);
    for (const auto& [id, r] : state_->facts.referrals)
      if (r.access_by != Time{} && r.access_by <= time && !r.access_overdue)
        due.overdue.push_back(id);
    return due;
  }
  std::vector<std::pair<GrantId, CategorySet>> tombstones() override {
    return {state_->tombstones.begin(), state_->tombstones.end()};
  }
  std::vector<std::pair<GrantId, CategorySet>> live_grants() override {
    std::vector<std::pair<GrantId, CategorySet>> out;
    for (const auto& [id, g] : state_->facts.grants)
      if (!g.ended && !g.withdrawn)
        out.emplace_back(id, rules::all_categories(g.grant.scope).minus(g.withdrawn_categories));
    return out;
  }

 private:
  std::shared_ptr<const StoredState> state_;
};

}  // namespace

std::string fault_in(const StoredState& state) {
  audit::Frontier tree, directory, withdrawn;
  std::map<std::string, std::uint64_t> next;
  std::map<audit::OrgPair, audit::ChainHead> pairs;
  std::size_t keys = 0;
  std::set<Hash> due;
  const std::uint64_t size = state.head.size.value;
  for (std::uint64_t place = 0; place < size; ++place) {
    const auto event = state.leaves.find(place);
    const auto told = state.states.find(place);
    if ((event == state.leaves.end()) == (told == state.states.end())) return "a place is empty";
    if (event == state.leaves.end()) {
      for (; keys < state.withdrawn.size() && state.withdrawn[keys].state.value == place; ++keys) {
        withdrawn.append(audit::withdrawn_leaf(LogIndex{place}, state.withdrawn[keys].key));
        due.erase(state.withdrawn[keys].key);
      }
      const auto parsed = audit::TreeState::parse(told->second.state);
      const audit::ListHead is_directory{directory.size(), directory.root()},
          is_withdrawn{withdrawn.size(), withdrawn.root()};
      if (!parsed || parsed->index.value != place || parsed->directory != is_directory ||
          parsed->withdrawn != is_withdrawn)
        return "a state is not that of the lists";
      if (!due.empty()) return "a withdrawal's key is not in the next state";
      if (audit::state_commitment(told->second.salt, told->second.state) != told->second.commitment)
        return "a state's commitment";
      tree.append(audit::leaf_hash(told->second.commitment.bytes()));
      continue;
    }
    const Leaf& leaf = event->second;
    if (audit::is_state_place(place)) return "an event stands at a fixed place of states";
    if (!leaf.body.empty() && audit::event_commitment(leaf.salt, leaf.body) != leaf.commitment)
      return "a leaf does not commit to its body";
    const Hash hash = audit::leaf_hash(leaf.commitment.bytes());
    tree.append(hash);
    if (audit::row_of(leaf.event.kind()).is_public)
      directory.append(audit::directory_leaf(LogIndex{place}, leaf.commitment));
    for (const auto& opening : leaf.openings)
      if (opening.number() != next[opening.org()]++) return "a chain has a gap";
    if (const auto pair = audit::pair_of(leaf.event)) {
      audit::ChainHead& head = pairs[*pair];
      if (!leaf.pair || leaf.pair->number() != head.next ||
          leaf.pair->previous_leaf_hash() != head.last_leaf.bytes())
        return "the chain of two has a gap";
      if (!leaf.body.empty() &&
          audit::pair_commitment(*leaf.pair, *pair).bytes() != leaf.event.pair_chain())
        return "the chain of two does not open";
      head = {head.next + 1, hash};
    }
    if (leaf.event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN && !leaf.body.empty()) {
      const auto grant = state.facts.grants.find(*GrantId::from_bytes(leaf.event.grant_id()));
      const auto categories = crypto::category_set(leaf.event.categories());
      if (grant != state.facts.grants.end())
        for (const Hash& key : audit::withdrawal_keys(grant->second.sha256, *categories))
          due.insert(key);
    }
  }
  if (size > 0 && !state.states.contains(size - 1)) return "the last leaf is no state";
  if (keys != state.withdrawn.size()) return "keys of no state";
  if (pairs != state.facts.pairs) return "the chains of two do not end where they should";
  const auto checkpoint = audit::Note::parse(state.head.checkpoint);
  const auto signed_text = checkpoint ? audit::Checkpoint::parse(checkpoint->text) : std::nullopt;
  if (!signed_text || signed_text->size != size || signed_text->root != tree.root())
    return "the checkpoint is of another tree";
  return {};
}

class MemoryBatch final : public Batch {
 public:
  MemoryBatch(MemoryStore& store, Term term) : store_(store), term_(term), state_(*store.state()) {}
  LogHead head() override { return state_.head; }
  std::uint64_t reusable_bytes() override { return 0; }
  Facts load(std::span<const Question> questions) override {
    Answers answers(state_);
    for (const Question& question : questions) std::visit(answers, question);
    return std::move(answers.facts);
  }
  audit::ChainHead pair_head(const audit::OrgPair& pair) override {
    const auto found = state_.facts.pairs.find(pair);
    return found == state_.facts.pairs.end() ? audit::ChainHead{} : found->second;
  }
  std::optional<Hash> pair_leaf(const audit::OrgPair& pair, std::uint64_t number) override {
    for (const auto& [place, leaf] : state_.leaves)
      if (leaf.pair && leaf.pair->number() == number && audit::pair_of(leaf.event) == pair)
        return audit::leaf_hash(leaf.commitment.bytes());
    return std::nullopt;
  }
  Commit commit(const BatchId& id, std::span<const Change> changes, std::span<const Leaf> leaves,
                const Growth& growth, const LogHead& head) override {
    const auto fault = store_.take_fault();
    if (state_.head.term.value != term_.value || fault == MemoryStore::Fault::superseded)
      return Commit::superseded;
    if (fault == MemoryStore::Fault::full) return Commit::full;
    if (fault == MemoryStore::Fault::throws_without_effect)
      throw std::runtime_error("planted: nothing was written");
    for (const Leaf& leaf : leaves) {
      state_.leaves.emplace(leaf.index.value, leaf);
      if (leaf.pair)
        state_.facts.pairs[*audit::pair_of(leaf.event)] = {
            leaf.pair->number() + 1, audit::leaf_hash(leaf.commitment.bytes())};
      for (const auto& opening : leaf.openings)
        state_.facts.chains[*OrgId::parse(opening.org())] = {
            opening.number() + 1, audit::leaf_hash(leaf.commitment.bytes())};
    }
    for (const Change& change : changes) store_change(state_, change, term_);
    for (const auto& [tile, hashes] : growth.tiles) state_.tiles.insert_or_assign(tile, hashes);
    for (const StateLeaf& leaf : growth.states) state_.states.emplace(leaf.index.value, leaf);
    state_.withdrawn.insert(state_.withdrawn.end(), growth.withdrawn.begin(),
                            growth.withdrawn.end());
    const Term term = state_.head.term;
    state_.head = head;
    state_.head.term = term;
    state_.last_batch = id;
    store_.put(std::move(state_));
    if (fault == MemoryStore::Fault::throws_with_effect)
      throw std::runtime_error("planted: everything was written");
    return Commit::committed;
  }

 private:
  MemoryStore& store_;
  Term term_;
  StoredState state_;
};

std::shared_ptr<const StoredState> MemoryStore::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}
void MemoryStore::fail_next(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
}
MemoryStore::Fault MemoryStore::take_fault() {
  const std::lock_guard lock(mutex_);
  return std::exchange(fault_, Fault::none);
}
void MemoryStore::put(StoredState state) {
  {
    const std::lock_guard lock(mutex_);
    state_ = std::make_shared<const StoredState>(std::move(state));
  }
  grown_.notify_all();
}

Term MemoryStore::claim() {
  StoredState next = *state();
  const Term term{++next.head.term.value};
  put(std::move(next));
  return term;
}
std::unique_ptr<Batch> MemoryStore::begin(Term term) {
  return std::make_unique<MemoryBatch>(*this, term);
}
std::unique_ptr<Snapshot> MemoryStore::snapshot() {
  return std::make_unique<MemorySnapshot>(state());
}
bool MemoryStore::wait_past(LogIndex index, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return grown_.wait_until(lock, deadline, [&] { return state_->head.size > index; });
}
Commit MemoryStore::resolve(const BatchId& id) {
  return state()->last_batch == id ? Commit::committed : Commit::superseded;
}

}  // namespace veerpont::fakes
