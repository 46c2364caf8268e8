#include "broker/store/sqlite/batch.h"

#include <algorithm>
#include <set>

#include "audit/event_table.h"
#include "broker/store/sqlite/rows.h"
#include "schemas/wire.h"

namespace veerpont::broker {
namespace {

// Loads facts and follows links: message to grant, referral and shares; grant to referral; everyone
// to their chain.
class Loader {
 public:
  explicit Loader(SqliteConnection& db) : db_(db) {}
  Facts facts;

  void operator()(const AskOrg& q) { org(q.org); }
  void operator()(const AskGrant& q) { grant(q.grant); }
  void operator()(const AskReferral& q) { referral(q.referral); }
  void operator()(const AskGrantShares& q) {
    grant(q.grant);
    db_.each(
        "SELECT m.message_id, s.place % 16, m.grant_id, s.wrapped FROM messages m CROSS JOIN "
        "shares s ON s.place BETWEEN 16 * m.idx AND 16 * m.idx + 15 "
        "WHERE m.grant_id = ?",
        [&](SQLite::Statement& row) { add_share(row); }, q.grant);
  }
  void operator()(const AskReferralShares& q) {
    std::vector<GrantId> bound;
    db_.each(
        "SELECT grant_id FROM grants WHERE referral_id = ?",
        [&](SQLite::Statement& row) { bound.push_back(id_at<GrantId>(row, 0)); }, q.referral);
    for (const GrantId& id : bound) {
      (*this)(AskGrantShares{id});
      std::set<MessageId> messages;
      for (const auto& [key, share] : facts.shares)
        if (share.grant == id) messages.insert(share.message);
      for (const MessageId& message : messages) (*this)(AskMessage{message});
    }
  }
  void operator()(const AskMessage& q) {
    if (facts.messages.contains(q.message)) return;
    auto found = rows::message(db_, q.message);
    if (!found) return;
    org(found->sender);
    org(found->recipient);
    grant(found->grant);
    referral(found->referral);
    db_.each(
        "SELECT ?2, place % 16, ?3, wrapped FROM shares WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + "
        "15",
        [&](SQLite::Statement& row) { add_share(row); }, found->index, q.message, found->grant);
    (*this)(AskBacklog{found->sender, found->recipient});
    facts.messages.emplace(q.message, std::move(*found));
  }
  void operator()(const AskOperation& q) {
    db_.each(
        "SELECT object_sha256, idx FROM operations WHERE org = ? AND operation_id = ?",
        [&](SQLite::Statement& row) {
          facts.operations.insert_or_assign(
              {q.org, q.operation},
              OperationFact{q.org, q.operation, hash_at(row, 0), index_at(row, 1)});
        },
        q.org, q.operation);
  }
  void operator()(const AskBacklog& q) {
    if (facts.backlog.contains({q.sender, q.recipient})) return;
    db_.each(
        "SELECT count(*), coalesce(sum(bytes), 0) FROM messages WHERE sender = ? AND recipient = ? "
        "AND status = 1",
        [&](SQLite::Statement& row) {
          facts.backlog[{q.sender, q.recipient}] = {static_cast<std::size_t>(int_at(row, 0)),
                                                    static_cast<std::size_t>(int_at(row, 1))};
        },
        q.sender, q.recipient);
    db_.each(
        "SELECT coalesce(sum(bytes), 0) FROM messages WHERE sender = ? AND status = 1",
        [&](SQLite::Statement& row) {
          facts.undelivered_bytes.try_emplace(q.sender, static_cast<std::size_t>(int_at(row, 0)));
        },
        q.sender);
  }
  void operator()(const AskInvitation& q) {
    if (auto found = rows::invitation(db_, q.token_sha256))
      facts.invitations.insert_or_assign(q.token_sha256, std::move(*found));
  }
  void operator()(const AskKeyOwner& q) {
    db_.each(
        "SELECT org FROM keys WHERE key_id = ?",
        [&](SQLite::Statement& row) {
          facts.key_owners.insert_or_assign(q.key_id, org_at(row, 0));
        },
        q.key_id);
  }
  void operator()(const AskWithdrawalHash& q) {
    db_.each(
        "SELECT 1 FROM withdrawal_hashes WHERE hash = ?",
        [&](SQLite::Statement&) { facts.withdrawal_hashes.insert(q.hash); }, q.hash);
  }
  void operator()(const AskLease& q) {
    db_.each(
        "SELECT session FROM leases WHERE org = ? AND term = (SELECT term FROM head)",
        [&](SQLite::Statement& row) { facts.leases.insert_or_assign(q.org, text_at(row, 0)); },
        q.org);
  }

 private:
  void org(const OrgId& id) {
    if (facts.participants.contains(id)) return;
    if (auto found = rows::participant(db_, id)) facts.participants.emplace(id, std::move(*found));
    auto& chain = facts.chains[id];
    db_.each(
        "SELECT next, last_leaf FROM chains WHERE org = ?",
        [&](SQLite::Statement& row) {
          chain = {static_cast<std::uint64_t>(int_at(row, 0)), hash_at(row, 1)};
        },
        id);
  }
  void grant(const GrantId& id) {
    if (facts.grants.contains(id)) return;
    auto found = rows::grant(db_, id);
    if (!found) return;
    org(found->grant.scope.holder);
    org(found->grant.scope.recipient);
    const auto bound = found->referral;
    facts.grants.emplace(id, std::move(*found));
    if (bound) referral(*bound);
  }
  void referral(const ReferralId& id) {
    if (facts.referrals.contains(id)) return;
    auto found = rows::referral(db_, id);
    if (!found) return;
    const GrantId current = found->grant;
    org(found->referrer);
    org(found->provider);
    facts.referrals.emplace(id, std::move(*found));
    grant(current);
  }
  void add_share(SQLite::Statement& row) {
    const auto message = id_at<MessageId>(row, 0);
    const auto category = static_cast<Category>(int_at(row, 1));
    facts.shares.insert_or_assign(
        {message, category}, ShareFact{message, category, id_at<GrantId>(row, 2), blob_at(row, 3)});
  }
  SqliteConnection& db_;
};

std::string words_of(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& word : list) out += (out.empty() ? "" : " ") + word;
  return out;
}

// One row operation per change.
struct Write {
  SqliteConnection& db;
  Term term;

  void operator()(const PutParticipant& c) const {
    db.run("INSERT INTO participants VALUES (?, ?, ?, ?, 0, 0, NULL, 0, ?, x'', x'', 0, ?)",
           c.participant.org, c.participant.title, static_cast<int>(c.participant.kind),
           words_of(c.participant.serves), Hash(), c.participant.hidden);
  }
  void operator()(const Describe& c) const {
    db.run("UPDATE participants SET title = ?, serves = ? WHERE org = ?", c.title,
           words_of(c.serves), c.org);
  }
  void operator()(const Enrol& c) const {
    db.run("UPDATE participants SET enrolled = 1 WHERE org = ?", c.org);
  }
  void operator()(const SetSuspended& c) const {
    db.run("UPDATE participants SET suspended = ? WHERE org = ?", c.suspended, c.org);
  }
  void operator()(const PutStatement& c) const {
    const OrgId& org = c.statement.org();
    std::string tls_keys;
    for (const auto& key : c.statement.body().tls_keys()) tls_keys += key;
    auto before = rows::participant(db, org);
    if (!before) throw std::runtime_error("a statement of nobody");
    db.run(
        "UPDATE participants SET statement_idx = ?, statement_sequence = ?, statement_sha256 = ?, "
        "identity_key = ?, tls_keys = ?, statements_until = ? "
        "WHERE org = ?",
        c.index, c.statement.sequence(), c.statement.sha256(),
        Blob{c.statement.body().identity_key()}, Blob{tls_keys},
        statements_after(before->statements_until, c.now).value_or(before->statements_until), org);
    for (const auto& [id, key] : before->keys) {
      if (!is_kept(key, c.statement, c.now)) db.run("DELETE FROM keys WHERE key_id = ?", id);
      if (c.statement.revokes(id)) db.run("UPDATE keys SET standing = 2 WHERE key_id = ?", id);
    }
    db.run("UPDATE keys SET standing = 1 WHERE org = ? AND type = 1 AND standing = 0", org);
    for (const auto& key : c.statement.body().signing_keys())
      db.run(
          "INSERT INTO keys VALUES (?, ?, 1, ?, ?, ?, 0, 0) ON CONFLICT (key_id) DO UPDATE SET "
          "standing = 0, valid_until = excluded.valid_until",
          crypto::key_id(crypto::KeyType::signing, key.public_key()), org, Blob{key.public_key()},
          key.from(), key.until());
    for (const auto& key : c.statement.body().epoch_keys())
      db.run("INSERT INTO keys VALUES (?, ?, 2, ?, 0, 0, ?, 0) ON CONFLICT (key_id) DO NOTHING",
             crypto::key_id(crypto::KeyType::epoch, key.public_key()), org, Blob{key.public_key()},
             key.epoch());
  }
  void operator()(const PutInvitation& c) const {
    db.run(
        "INSERT INTO invitations VALUES (?, ?, ?, ?, ?) ON CONFLICT (token_sha256) DO UPDATE SET "
        "used_by = excluded.used_by, certificate = "
        "excluded.certificate",
        c.invitation.token_sha256, c.invitation.org, c.invitation.expires,
        Blob{c.invitation.answer_statement_sha256}, Blob{c.invitation.certificate});
  }
  void operator()(const PutGrant& c) const {
    const auto& grant = c.grant.grant;
    db.run("INSERT INTO grants VALUES (?, ?, ?, NULL, 0, 0, 0)", grant.id, c.grant.index,
           grant.scope.expires);
    for (const Hash& hash : grant.withdrawal_hashes)
      db.run("INSERT INTO withdrawal_hashes VALUES (?, ?)", hash, grant.id);
  }
  void operator()(const BindGrant& c) const {
    db.run("UPDATE grants SET referral_id = ? WHERE grant_id = ?", c.referral, c.grant);
  }
  void operator()(const WithdrawGrant& c) const {
    db.run(
        "UPDATE grants SET withdrawn = withdrawn | ?, withdrawn_categories = withdrawn_categories "
        "| ? WHERE grant_id = ?",
        c.whole, c.categories, c.grant);
  }
  void operator()(const EndGrant& c) const {
    db.run("UPDATE grants SET ended = 1 WHERE grant_id = ?", c.grant);
  }
  void operator()(const Tombstone& c) const {
    for (const Category category : c.categories.list())
      db.run("INSERT INTO tombstones VALUES (?, ?, ?) ON CONFLICT DO NOTHING", c.grant, category,
             c.index);
  }
  void operator()(const PutReferral& c) const {
    db.run(
        "INSERT INTO referrals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (referral_id) DO "
        "UPDATE SET grant_id = excluded.grant_id, state = "
        "excluded.state, respond_by = excluded.respond_by, refer_until = excluded.refer_until, "
        "overdue = excluded.overdue, access_by = excluded.access_by, "
        "access_overdue = excluded.access_overdue",
        c.referral.id, c.referral.referrer, c.referral.provider, c.referral.grant,
        static_cast<int>(c.referral.state), c.referral.respond_by, c.referral.refer_until,
        c.referral.overdue, c.referral.access_by, c.referral.access_overdue);
  }
  void operator()(const PutMessage& c) const {
    const auto& m = c.message;
    db.run("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, NULL)", m.index,
           m.id, m.header_sha256, m.sender, m.recipient, m.grant, m.referral,
           static_cast<int>(m.step), m.expires, m.categories, static_cast<std::uint64_t>(m.bytes),
           static_cast<int>(m.status));
    int place = 0;
    for (const Category category : m.categories.list())
      db.run("INSERT INTO ciphertexts VALUES (16 * ? + ?, ?)", m.index, category,
             Blob{c.envelope->ciphertexts(place++)});
  }
  void operator()(const RestoreMessage& c) const {
    auto header = crypto::Header::parse(c.envelope->header());
    if (!header) throw std::runtime_error("a verified header does not parse");
    int place = 0;
    for (const auto& section : header->sections)
      db.run(
          "INSERT OR REPLACE INTO ciphertexts SELECT 16 * idx + ?2, ?3 FROM messages WHERE "
          "message_id = ?1",
          c.message, section.category, Blob{c.envelope->ciphertexts(place++)});
  }
  void operator()(const SetMessageStatus& c) const {
    db.run("UPDATE messages SET status = ?, settled = coalesce(settled, ?) WHERE message_id = ?",
           static_cast<int>(c.status), c.settled, c.message);
    db.run(
        "WITH m AS (SELECT idx FROM messages WHERE message_id = ?) DELETE FROM ciphertexts WHERE "
        "place BETWEEN 16 * (SELECT idx FROM m) AND 16 * (SELECT idx "
        "FROM m) + 15",
        c.message);
  }
  void operator()(const MarkReleased& c) const {
    db.run("UPDATE messages SET released = released | ? WHERE message_id = ?", c.categories,
           c.message);
  }
  void operator()(const Erase& c) const {
    for (const LogIndex index : c.events) {
      // Operations are found by what the body says: an index on their place would cost every
      // submission.
      v1::AuditEvent event;
      db.each(
          "SELECT body FROM events WHERE idx = ? AND body IS NOT NULL",
          [&](SQLite::Statement& row) { event.ParseFromString(blob_at(row, 0)); }, index);
      db.run("DELETE FROM operations WHERE operation_id = ? AND org = ? AND idx = ?",
             Blob{event.operation_id()}, event.actor(), index);
      db.run("UPDATE events SET kind = 0, body = NULL, salt = NULL WHERE idx = ?", index);
      db.run("DELETE FROM objects WHERE idx = ?", index);
    }
    for (const ReferralId& id : c.referrals)
      db.run("DELETE FROM referrals WHERE referral_id = ?", id);
    for (const MessageId& id : c.messages) db.run("DELETE FROM messages WHERE message_id = ?", id);
    for (const GrantId& id : c.grants) {
      db.run("DELETE FROM withdrawal_hashes WHERE grant_id = ?", id);
      db.run("DELETE FROM tombstones WHERE grant_id = ?", id);
      db.run("DELETE FROM grants WHERE grant_id = ?", id);
    }
  }
  void operator()(const MarkRejected& c) const {
    db.run("UPDATE messages SET rejected = 1 WHERE message_id = ?", c.message);
  }
  void operator()(const PutShare& c) const {
    db.run("INSERT INTO shares SELECT 16 * idx + ?2, ?3 FROM messages WHERE message_id = ?1",
           c.share.message, c.share.category, Blob{c.share.wrapped});
  }
  void operator()(const DestroyShares& c) const {
    for (const auto& [message, category] : c.shares)
      db.run(
          "DELETE FROM shares WHERE place = (SELECT 16 * idx + ?2 FROM messages WHERE message_id = "
          "?1)",
          message, category);
  }
  void operator()(const PutOperation& c) const {
    db.run("INSERT INTO operations VALUES (?, ?, ?, ?)", c.operation.org, c.operation.operation,
           c.operation.object_sha256, c.operation.index);
  }
  void operator()(const PutLease& c) const {
    db.run("DELETE FROM leases WHERE org = ?", c.org);
    if (!c.session.empty())
      db.run("INSERT INTO leases VALUES (?, ?, ?)", c.org, c.session, term.value);
  }
};

std::string joined(const std::vector<Hash>& hashes) {
  std::string out;
  for (const Hash& hash : hashes) out += hash.bytes();
  return out;
}

// No room, or no writing at all, and certainly nothing durable: the commit frame is written last. A
// failed sync is not among these: nobody knows then.
bool is_full(const SQLite::Exception& failed) {
  constexpr int kWriteFailed = 10 | 3 << 8;  // SQLITE_IOERR_WRITE
  constexpr int kFull = 13;
  constexpr int kReadOnly = 8;
  return failed.getErrorCode() == kFull || failed.getErrorCode() == kReadOnly ||
         failed.getExtendedErrorCode() == kWriteFailed;
}

}  // namespace

SqliteBatch::SqliteBatch(SqliteConnection& writer, Term term) : db_(writer), term_(term) {
  db_.run("BEGIN IMMEDIATE");
}

SqliteBatch::~SqliteBatch() {
  if (open_) db_.run_quietly("ROLLBACK");
}

LogHead SqliteBatch::head() { return rows::head(db_); }

std::uint64_t SqliteBatch::reusable_bytes() {
  std::uint64_t pages = 0, size = 0;
  db_.each("PRAGMA freelist_count",
           [&](SQLite::Statement& row) { pages = static_cast<std::uint64_t>(int_at(row, 0)); });
  db_.each("PRAGMA page_size",
           [&](SQLite::Statement& row) { size = static_cast<std::uint64_t>(int_at(row, 0)); });
  return pages * size;
}

Facts SqliteBatch::load(std::span<const Question> questions) {
  Loader loader(db_);
  for (const Question& question : questions) std::visit(loader, question);
  return std::move(loader.facts);
}

void SqliteBatch::write_leaf(const Leaf& leaf) {
  const auto opening = [&](const std::string& org) {
    for (const auto& candidate : leaf.openings)
      if (!org.empty() && candidate.org() == org) return wire::serialise(candidate);
    return std::string();
  };
  const std::string actor = opening(leaf.event.actor());
  const std::string counterpart = opening(leaf.event.counterpart());
  const std::string pair = leaf.pair ? wire::serialise(*leaf.pair) : std::string();
  db_.run("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", leaf.index,
          static_cast<int>(leaf.event.kind()), leaf.event.actor(), leaf.event.counterpart(),
          leaf.commitment, Blob{leaf.body}, Blob{leaf.salt}, Blob{actor}, Blob{counterpart},
          audit::row_of(leaf.event.kind()).is_public ? 1 : 0, Blob{pair});
  if (leaf.pair)
    db_.run("UPDATE events SET pair_number = ? WHERE idx = ?", leaf.pair->number(), leaf.index);
  if (leaf.statement)
    db_.run("INSERT INTO objects VALUES (?, ?, ?, ?)", leaf.index, Blob{leaf.statement->body()},
            Blob{leaf.statement->identity_signature()}, Blob{wire::serialise(*leaf.statement)});
  else if (leaf.object)
    db_.run("INSERT INTO objects VALUES (?, ?, ?, NULL)", leaf.index, Blob{leaf.object->body()},
            Blob{leaf.object->signature()});
}

Commit SqliteBatch::commit(const BatchId& id, std::span<const Change> changes,
                           std::span<const Leaf> leaves, const Growth& growth,
                           const LogHead& head) {
  if (rows::head(db_).term.value != term_.value) return Commit::superseded;
  try {
    write(id, changes, leaves, growth, head);
    db_.run("COMMIT");
  } catch (const SQLite::Exception& failed) {
    if (!is_full(failed)) throw;
    db_.run_quietly("ROLLBACK");
    open_ = false;
    db_.checkpoint_when_long(
        true);  // so that the write-ahead log begins again, in the room that it has
    return Commit::full;
  }
  open_ = false;
  db_.checkpoint_when_long(std::ranges::any_of(
      changes, [](const Change& change) { return std::holds_alternative<Erase>(change); }));
  return Commit::committed;
}

void SqliteBatch::write(const BatchId& id, std::span<const Change> changes,
                        std::span<const Leaf> leaves, const Growth& growth, const LogHead& head) {
  for (const Leaf& leaf : leaves) write_leaf(leaf);
  write_chains(leaves);
  const Write writer{db_, term_};
  for (const Change& change : changes) std::visit(writer, change);
  write_growth(growth, head);
  db_.run(
      "UPDATE head SET size = ?, frontier = ?, checkpoint = ?, last_event_time = ?, batch = ?, "
      "directory_size = ?, directory = ?, withdrawn_size = ?, withdrawn = ?",
      head.size, Blob{joined(head.frontier)}, head.checkpoint, head.last_event_time, Blob{id},
      head.directory.size(), Blob{joined(head.directory.peaks())}, head.withdrawn.size(),
      Blob{joined(head.withdrawn.peaks())});
}

// As the last leaf of each leaves them.
void SqliteBatch::write_chains(std::span<const Leaf> leaves) {
  std::map<std::string, std::pair<std::uint64_t, const Leaf*>> chains;
  std::map<audit::OrgPair, const Leaf*> pairs;
  for (const Leaf& leaf : leaves) {
    for (const auto& opening : leaf.openings) chains[opening.org()] = {opening.number() + 1, &leaf};
    if (leaf.pair) pairs.insert_or_assign(*audit::pair_of(leaf.event), &leaf);
  }
  for (const auto& [org, end] : chains)
    db_.run(
        "INSERT INTO chains VALUES (?, ?, ?) ON CONFLICT (org) DO UPDATE SET next = excluded.next, "
        "last_leaf = excluded.last_leaf",
        org, end.first, audit::leaf_hash(end.second->commitment.bytes()));
  for (const auto& [pair, last] : pairs)
    db_.run(
        "INSERT INTO pairs VALUES (?, ?, ?, ?) ON CONFLICT (smaller, larger) DO UPDATE SET next = "
        "excluded.next, last_leaf = excluded.last_leaf",
        pair.first, pair.second, last->pair->number() + 1,
        audit::leaf_hash(last->commitment.bytes()));
}

void SqliteBatch::write_growth(const Growth& growth, const LogHead& head) {
  for (const auto& [tile, hashes] : growth.tiles)
    db_.run(
        "INSERT INTO tiles VALUES (?, ?, ?) ON CONFLICT (level, idx) DO UPDATE SET hashes = "
        "excluded.hashes",
        tile.level, tile.index, Blob{hashes});
  for (const StateLeaf& state : growth.states)
    db_.run("INSERT INTO states VALUES (?, ?, ?, ?)", state.index, Blob{state.state},
            Blob{state.salt}, state.commitment);
  std::uint64_t place = head.withdrawn.size() - growth.withdrawn.size();
  for (const WithdrawnKey& one : growth.withdrawn)
    db_.run("INSERT INTO withdrawn VALUES (?, ?, ?)", ++place, one.state, one.key);
}

audit::ChainHead SqliteBatch::pair_head(const audit::OrgPair& pair) {
  audit::ChainHead head;
  db_.each(
      "SELECT next, last_leaf FROM pairs WHERE smaller = ? AND larger = ?",
      [&](SQLite::Statement& row) {
        head = {static_cast<std::uint64_t>(int_at(row, 0)), hash_at(row, 1)};
      },
      pair.first, pair.second);
  return head;
}

std::optional<Hash> SqliteBatch::pair_leaf(const audit::OrgPair& pair, std::uint64_t number) {
  std::optional<Hash> leaf;
  for (const auto& [actor, counterpart] : {pair, audit::OrgPair(pair.second, pair.first)})
    db_.each(
        "SELECT commitment FROM events WHERE actor = ? AND counterpart = ? AND pair_number = ?",
        [&](SQLite::Statement& row) { leaf = audit::leaf_hash(hash_at(row, 0).bytes()); }, actor,
        counterpart, number);
  return leaf;
}

}  // namespace veerpont::broker
