// The broker's other parts in memory: vault, mark and clock; and a whole broker made of fakes, for
// tests and fuzzers.
#pragma once

#include <map>

#include "base/limits.h"
#include "broker/sessions/broker.h"
#include "crypto/hash.h"
#include "crypto/keystore.h"
#include "crypto/random.h"
#include "tests/fakes/frames.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/test_broker.h"

namespace veerpont::fakes {

class MemoryVault final : public ShareVault {
 public:
  bool full = false;

  MemoryVault() = default;
  MemoryVault(const MemoryVault& other) {
    for (const auto& [key, held] : other.keys_) keys_.emplace(key, held.clone());
  }

  Status create(std::span<const GrantKeys> keys) override {
    if (full && !keys.empty()) return Refusal{RefusalCode::storage_full, "planted"};
    for (const auto& [grant, categories] : keys)
      for (const Category category : categories.list())
        keys_.insert_or_assign({grant, category}, crypto::random_key());
    return Done{};
  }
  Status sync() override { return Done{}; }
  Status destroy(std::span<const GrantKeys> keys) override {
    for (const auto& [grant, categories] : keys)
      for (const Category category : categories.list()) keys_.erase({grant, category});
    return Done{};
  }
  CategorySet present(const GrantId& grant) const override {
    CategorySet set;
    for (const Category category : CategorySet::all().list())
      if (keys_.contains({grant, category})) set.add(category);
    return set;
  }
  std::vector<GrantKeys> list() const override {
    std::map<GrantId, CategorySet> found;
    for (const auto& [key, held] : keys_) found[key.first].add(key.second);
    return {found.begin(), found.end()};
  }
  Result<std::string> wrap(const GrantId& grant, Category category, const MessageId& message,
                           const crypto::Key32& share) const override {
    const auto held = keys_.find({grant, category});
    if (held == keys_.end()) return Refusal{RefusalCode::grant_withdrawn};
    return crypto::box(held->second, message.bytes(), share.reveal());
  }
  Result<crypto::Key32> unwrap(const GrantId& grant, Category category, const MessageId& message,
                               std::string_view wrapped) const override {
    const auto held = keys_.find({grant, category});
    if (held == keys_.end()) return Refusal{RefusalCode::share_destroyed};
    auto share = crypto::unbox(held->second, message.bytes(), wrapped);
    if (!share) return Refusal{RefusalCode::tampered};
    return crypto::Key32::from(share->reveal());
  }

 private:
  std::map<std::pair<GrantId, Category>, crypto::Key32> keys_;
};

class MemoryMark final : public HighWater {
 public:
  bool fails = false;
  std::optional<Mark> mark;
  Result<std::optional<Mark>> read() override { return mark; }
  Status raise(const Mark& next) override {
    if (fails) return Refusal{RefusalCode::local_failure, "planted"};
    mark = next;
    return Done{};
  }
};

// Stands still unless it is told to move.
class StillClock final : public Clock {
 public:
  explicit StillClock(Time time) : time_(to_ms(time)) {}
  Time now() const override { return time_from_ms(time_); }
  void advance(std::chrono::milliseconds by) { time_ += by.count(); }

 private:
  std::atomic<std::int64_t> time_;
};

// Everything in memory, founded and recovered; `store`, `vault`, `mark` and `clock` stay at hand
// for faults.
struct MemoryBroker {
  MemoryStore* store = nullptr;
  MemoryVault* vault = nullptr;
  MemoryMark* mark = nullptr;
  StillClock* clock = nullptr;
  std::shared_ptr<std::atomic<std::uint64_t>> free_bytes =
      std::make_shared<std::atomic<std::uint64_t>>(std::uint64_t{1} << 40);
  std::unique_ptr<Broker> broker;

  // `now`: where the clock stands. `folder`: for the mark that freeze() leaves. `most_bytes`:
  // undelivered ones of a sender.
  explicit MemoryBroker(Time now, const std::string& folder = "/nonexistent",
                        std::size_t most_bytes = limits::undelivered_bytes);
  // A new process over the same storage, as after a crash.
  void restart();

 private:
  void assemble(std::unique_ptr<MemoryStore> on, std::unique_ptr<MemoryVault> with,
                std::unique_ptr<MemoryMark> marked, Time now, bool found);
  std::string folder_;
  std::size_t most_bytes_;
  crypto::Key32 log_seed_ = crypto::random_key();
};

// An organisation of a MemoryBroker, admitted and enrolled; speaks in frames and gets the gate's
// answers.
class Party {
 public:
  Party(MemoryBroker& memory, const std::string& name, OrgKind kind);
  Signer signer() const { return {member.org, member.signing}; }
  crypto::KeyStatement statement() const { return *crypto::KeyStatement::verify(signed_statement); }
  Hash certificate_key() const { return member.tls_key(); }
  // The refusal's short id, or "" when it took effect or was known.
  std::string ask(const v1::ClientFrame& frame);
  const Outcome& outcome() const { return outcome_; }  // of the last one that was not refused

  Member member;
  v1::SignedKeyStatement signed_statement;

 private:
  MemoryBroker& memory_;
  Outcome outcome_;
};

}  // namespace veerpont::fakes
