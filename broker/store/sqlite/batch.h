// The writer's side of the SQLite store: questions to facts, changes to rows.
#pragma once

#include "broker/store/sqlite/connection.h"
#include "broker/store/store.h"

namespace veerpont::broker {

class SqliteBatch final : public Batch {
 public:
  // Begins an immediate transaction; `writer` must outlive the batch.
  SqliteBatch(SqliteConnection& writer, Term term);
  ~SqliteBatch() override;
  LogHead head() override;
  std::uint64_t reusable_bytes() override;
  Facts load(std::span<const Question> questions) override;
  audit::ChainHead pair_head(const audit::OrgPair& pair) override;
  std::optional<Hash> pair_leaf(const audit::OrgPair& pair, std::uint64_t number) override;
  Commit commit(const BatchId& id, std::span<const Change> changes, std::span<const Leaf> leaves,
                const Growth& growth, const LogHead& head) override;

 private:
  void write(const BatchId& id, std::span<const Change> changes, std::span<const Leaf> leaves,
             const Growth& growth, const LogHead& head);
  void write_leaf(const Leaf& leaf);
  void write_chains(std::span<const Leaf> leaves);
  void write_growth(const Growth& growth, const LogHead& head);
  SqliteConnection& db_;
  Term term_;
  bool open_ = true;
};

}  // namespace veerpont::broker
