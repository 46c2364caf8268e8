// The readers' side of the SQLite store.
#pragma once

#include <functional>

#include "broker/store/sqlite/connection.h"
#include "broker/store/store.h"

namespace veerpont::broker {

class SqliteSnapshot final : public Snapshot {
 public:
  using GiveBack = std::function<void(std::unique_ptr<SqliteConnection>)>;
  SqliteSnapshot(std::unique_ptr<SqliteConnection> connection, GiveBack give_back);
  ~SqliteSnapshot() override;
  LogHead head() override;
  std::vector<StoredMessage> mail_for(const OrgId& org, LogIndex cursor,
                                      std::size_t budget) override;
  std::optional<Leaf> admission(const OrgId& org) override;
  std::vector<Leaf> events_for(const OrgId& org, bool everything, LogIndex from,
                               std::size_t count) override;
  std::optional<Leaf> event(LogIndex index) override;
  std::vector<Hash> commitments(LogIndex from, std::size_t count) override;
  std::optional<StateLeaf> state(LogIndex index) override;
  std::vector<WithdrawnKey> withdrawn_from(std::uint64_t place, std::size_t count) override;
  std::vector<Hash> withdrawal_keys() override;
  std::string tile(audit::TileId id) override;
  std::optional<GrantFact> grant(const GrantId& id) override;
  std::optional<ReferralFact> referral(const ReferralId& id) override;
  std::optional<Leaf> grant_event(const GrantId& id) override;
  std::vector<Participant> participants() override;
  std::optional<LogIndex> statement_at(const OrgId& org, LogIndex at) override;
  std::optional<Leaf> said_by_operator(v1::EventKind kind, LogIndex at) override;
  std::optional<Invitation> invitation(const Hash& token_sha256) override;
  Due due_before(Time time, std::size_t count) override;
  std::vector<std::pair<GrantId, CategorySet>> tombstones() override;
  std::vector<std::pair<GrantId, CategorySet>> live_grants() override;

 private:
  std::optional<LogIndex> newest_public(const std::string& actor, v1::EventKind kind, LogIndex at);
  SqliteConnection& db() { return *connection_; }
  std::unique_ptr<SqliteConnection> connection_;
  GiveBack give_back_;
};

}  // namespace veerpont::broker
