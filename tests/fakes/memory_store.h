// The store in memory, for tests: the same contract as the SQLite store (tests/contract), without a
// disk, and able to fail where it is told to: with the effect and without it.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

#include "broker/store/store.h"

namespace veerpont::fakes {

using namespace broker;

// Everything that is stored; a value, so that a snapshot is a copy of the pointer.
struct StoredState {
  Facts facts;  // of everything, leases excepted
  std::map<MessageId, v1::Envelope> envelopes;
  std::map<OrgId, std::pair<std::string, std::uint64_t>>
      leases;  // session and the term it was given in
  std::map<GrantId, CategorySet> tombstones;
  std::map<std::uint64_t, Leaf> leaves;  // events, by their place
  std::map<std::uint64_t, StateLeaf> states;
  std::vector<WithdrawnKey> withdrawn;
  audit::TileEdge::Tiles tiles;
  LogHead head;
  BatchId last_batch;
};

// What does not hold of a log: its leaves, chains, states and the lists that those state, each
// computed again. Empty: all of it holds.
std::string fault_in(const StoredState& state);

class MemoryStore final : public Store {
 public:
  enum class Fault { none, full, throws_without_effect, throws_with_effect, superseded };

  MemoryStore() : state_(std::make_shared<const StoredState>()) {}
  explicit MemoryStore(std::shared_ptr<const StoredState> state) : state_(std::move(state)) {}
  std::shared_ptr<const StoredState> state() const;
  void replace(StoredState state) { put(std::move(state)); }  // behind the broker's back
  // What the next commit does; then none again.
  void fail_next(Fault fault);

  Term claim() override;
  std::unique_ptr<Batch> begin(Term term) override;
  std::unique_ptr<Snapshot> snapshot() override;
  bool wait_past(LogIndex index, std::chrono::steady_clock::time_point deadline) override;
  Commit resolve(const BatchId& id) override;

 private:
  friend class MemoryBatch;
  Fault take_fault();
  void put(StoredState state);
  mutable std::mutex mutex_;  // guards state_ and fault_
  std::condition_variable grown_;
  std::shared_ptr<const StoredState> state_;
  Fault fault_ = Fault::none;
};

}  // namespace veerpont::fakes
