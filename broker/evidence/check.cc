#include "broker/evidence/check.h"

#include <map>
#include <set>

#include "audit/verifier.h"
#include "broker/evidence/list_replay.h"
#include "broker/evidence/replay.h"
#include "broker/store/sqlite/connection.h"
#include "broker/vault/high_water.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"

namespace veerpont::broker {
namespace {

using Row = SQLite::Statement;

// Compares every table with what the replayed log says must be there.
class Checker {
 public:
  Checker(SqliteConnection& db, const audit::VerifierKey& key, const ShareVault& vault,
          std::optional<Mark> mark)
      : db_(db), key_(key), vault_(vault), mark_(mark) {}

  CheckReport run() {
    check_integrity();
    replay_events();
    check_head();
    check_tiles();
    check_participants();
    check_keys();
    check_grants();
    check_referrals();
    check_messages();
    check_shares();
    check_operations();
    check_chains();
    return report_;
  }
  // Live shares whose key the vault does not have.
  const std::vector<std::pair<GrantId, Category>>& keyless() const { return keyless_; }
  // Keys that are still in the vault although their tombstone is in the database; looked at again
  // after a barrier.
  std::vector<GrantKeys> undead() const {
    std::vector<GrantKeys> out;
    for (const auto& [grant, categories] : vault_.list()) {
      CategorySet dead;
      for (const Category category : categories.list())
        if (has_tombstone(grant, category)) dead.add(category);
      if (!dead.empty()) out.emplace_back(grant, dead);
    }
    return out;
  }

 private:
  void fault(std::string what) {
    if (report_.faults.size() < 50) report_.faults.push_back(std::move(what));
  }
  void require(bool holds, const char* table, const std::string& what) {
    if (!holds) fault(std::string(table) + ": " + what);
  }

  bool has_tombstone(const GrantId& grant, Category category) const {
    const auto found = business_.grants().find(grant);
    return found != business_.grants().end() && found->second.tombstones.contains(category);
  }

  void check_integrity() {
    db_.each("PRAGMA quick_check", [&](Row& row) {
      require(text_at(row, 0) == "ok", "database", "SQLite finds it damaged");
    });
  }

  void replay_events() {
    Time last{};
    const auto append = [this](const Hash& commitment) {
      frontier_.append(audit::leaf_hash(commitment.bytes()));
      edge_.append(audit::leaf_hash(commitment.bytes()), tiles_);
    };
    ListReplay lists(db_, [this](std::string what) { fault(std::move(what)); });
    db_.each(
        "SELECT e.idx, e.commitment, e.body, e.salt, e.actor_opening, e.counterpart_opening, "
        "e.kind, e.actor, e.counterpart, o.body, o.signature, "
        "o.statement, e.pair_opening, e.pair_number FROM events e LEFT JOIN objects o ON o.idx = "
        "e.idx ORDER BY "
        "e.idx",
        [&](Row& row) {
          const LogIndex index = index_at(row, 0);
          lists.states_before(index, last, append);
          require(index.value == frontier_.size(), "events",
                  "a row is missing before " + at(index));
          const Hash commitment = hash_at(row, 1);
          append(commitment);
          if (row.isColumnNull(2)) {  // erased: the commitment is all there is, and the chains that
                                      // run through it
            require(row.isColumnNull(3) && row.isColumnNull(9), "events",
                    "what is left of erased " + at(index));
            for (const auto& [org, opening] : {std::pair(7, 4), std::pair(8, 5)})
              check_erased_opening(text_at(row, org), blob_at(row, opening), commitment, index);
            check_pair(row, nullptr, commitment, index);
            bodiless_.insert(index.value);
            replay_.take_erased(index);
            return;
          }
          const std::string body = blob_at(row, 2);
          if (audit::event_commitment(blob_at(row, 3), body) != commitment)
            return fault("events: body or salt of " + at(index));
          auto event = wire::parse<v1::AuditEvent>(body);
          if (!event) return fault("events: body of " + at(index));
          require(int_at(row, 6) == event->kind() && text_at(row, 7) == event->actor() &&
                      text_at(row, 8) == event->counterpart(),
                  "events", "columns of " + at(index));
          require(time_from_ms(event->time()) >= last, "events", "time of " + at(index));
          last = std::max(last, time_from_ms(event->time()));
          check_opening(blob_at(row, 4), event->actor(), event->actor_chain(), commitment, index);
          check_opening(blob_at(row, 5), event->counterpart(), event->counterpart_chain(),
                        commitment, index);
          check_pair(row, &*event, commitment, index);
          check_object(row, *event, index);
          lists.take(*event, commitment, index);
          if (event->kind() == v1::EVENT_KIND_SUBMITTED) ++report_.messages;
          if (event->kind() == v1::EVENT_KIND_EVENTS_ERASED)
            erased_.insert(event->erased_indices().begin(), event->erased_indices().end());
          replay_.take(*event, row.isColumnNull(9) ? std::string() : blob_at(row, 9), index);
        });
    db_.each("SELECT count(*) FROM objects WHERE idx NOT IN (SELECT idx FROM events)",
             [&](Row& row) { require(int_at(row, 0) == 0, "objects", "rows without an event"); });
    lists.end(frontier_.size(), last, append);
    last_time_ = last;
    require(bodiless_ == erased_, "events", "erased ones are not those that the log says");
  }

  void check_erased_opening(const std::string& org, const std::string& bytes, const Hash& entry,
                            LogIndex index) {
    if (org.empty()) return require(bytes.empty(), "events", "opening of " + at(index));
    auto opening = wire::parse<v1::ChainOpening>(bytes);
    require(opening && replay_.take_opening(*opening, org, entry), "events",
            "opening of erased " + at(index));
  }

  void check_opening(const std::string& bytes, const std::string& org,
                     const std::string& commitment, const Hash& entry, LogIndex index) {
    if (org.empty())
      return require(bytes.empty() && commitment.empty(), "events", "opening of " + at(index));
    auto opening = wire::parse<v1::ChainOpening>(bytes);
    const bool opens = opening && audit::chain_commitment(*opening).bytes() == commitment;
    const bool continues =
        replay_.take_opening(opening ? *opening : v1::ChainOpening(), org, entry);
    require(opens && continues, "events", "opening of " + at(index));
  }

  // Of an event between two, as its columns say: of an erased one there is nothing else.
  void check_pair(Row& row, const v1::AuditEvent* event, const Hash& entry, LogIndex index) {
    v1::AuditEvent named;
    named.set_actor(text_at(row, 7));
    named.set_counterpart(text_at(row, 8));
    const auto pair = audit::pair_of(named);
    const std::string bytes = blob_at(row, 12);
    const bool before = bytes.empty() && (event == nullptr || event->pair_chain().empty());
    if (before && (!pair || !replay_.has_pair(*pair))) return;  // or of the log's first form
    auto opening = wire::parse<v1::PairOpening>(bytes);
    const bool opens = opening && pair && !row.isColumnNull(13) &&
                       static_cast<std::uint64_t>(int_at(row, 13)) == opening->number() &&
                       (event == nullptr ||
                        audit::pair_commitment(*opening, *pair).bytes() == event->pair_chain());
    require(opens && replay_.take_pair(*opening, *pair, entry), "events",
            "opening of the pair at " + at(index));
  }

  // What the event commits to must be kept, unchanged, and signed by its actor.
  void check_object(Row& row, const v1::AuditEvent& event, LogIndex index) {
    if (!audit::row_of(event.kind()).keeps_object)
      return require(row.isColumnNull(9), "objects", "one too many at " + at(index));
    if (row.isColumnNull(9)) return fault("objects: missing at " + at(index));
    const std::string body = blob_at(row, 9);
    require(crypto::sha256(body).bytes() == event.object_sha256(), "objects",
            "body at " + at(index));
    const bool is_statement = event.kind() == v1::EVENT_KIND_KEYS_PUBLISHED;
    require(row.isColumnNull(11) == !is_statement, "objects", "statement at " + at(index));
    if (is_statement) {
      auto statement = wire::parse<v1::SignedKeyStatement>(blob_at(row, 11));
      auto verified = statement && statement->body() == body
                          ? crypto::KeyStatement::verify(*statement)
                          : Result<crypto::KeyStatement>(Refusal{RefusalCode::malformed});
      if (!verified ||
          audit::difference(event, audit::said_by(verified->org(), verified->sha256())))
        return fault("objects: key statement at " + at(index));
      require(blob_at(row, 10) == statement->identity_signature(), "objects",
              "signature at " + at(index));
      return replay_.take_keys(event, *verified);
    }
    const bool is_signed = audit::row_of(event.kind()).signed_type
                               ? replay_.is_signed(event, body, blob_at(row, 10))
                               : blob_at(row, 10).empty();
    require(is_signed, "objects", "signature at " + at(index));
  }

  void check_head() {
    db_.each("SELECT size, frontier, checkpoint, last_event_time FROM head", [&](Row& row) {
      report_.log_size = frontier_.size();
      require(index_at(row, 0).value == frontier_.size(), "head", "size");
      std::string peaks;
      for (const Hash& hash : frontier_.peaks()) peaks += hash.bytes();
      require(blob_at(row, 1) == peaks, "head", "right edge");
      const auto checkpoint = audit::SignedCheckpoint::verify(text_at(row, 2), key_);
      require(checkpoint && checkpoint->size() == frontier_.size() &&
                  checkpoint->root() == frontier_.root(),
              "head", "checkpoint");
      require(time_at(row, 3) == last_time_, "head", "time of the last event");
    });
    if (!mark_) return fault("high-water: missing");
    if (mark_->size > frontier_.size())
      return fault("high-water: the database is older than what was published");
    try {
      const auto node = audit::node_reader([&](audit::TileId id) { return tiles_[id]; });
      require(audit::root_at(mark_->size, node) == mark_->root, "high-water",
              "another root was published");
    } catch (const std::runtime_error&) {
      fault("high-water: another tree was published");
    }
  }

  void check_tiles() {
    std::size_t rows = 0;
    db_.each("SELECT level, idx, hashes FROM tiles", [&](Row& row) {
      ++rows;
      const auto found = tiles_.find(
          {static_cast<unsigned>(int_at(row, 0)), static_cast<std::uint64_t>(int_at(row, 1))});
      require(found != tiles_.end() && found->second == blob_at(row, 2), "tiles",
              "a tile is not the one that the events make");
    });
    require(rows == tiles_.size(), "tiles", "a tile is missing");
  }

  void check_participants() {
    std::size_t rows = 0;
    db_.each(
        "SELECT org, enrolled, suspended, statement_idx, statement_sha256, statement_sequence, "
        "identity_key, title, kind, serves, hidden, tls_keys, "
        "statements_until FROM participants",
        [&](Row& row) {
          ++rows;
          const auto found = expected_.participants.find(text_at(row, 0));
          if (found == expected_.participants.end())
            return fault("participants: one that was never admitted");
          const auto& p = found->second;
          const bool statement = p.statement
                                     ? !row.isColumnNull(3) && index_at(row, 3) == *p.statement
                                     : row.isColumnNull(3);
          require(bool_at(row, 1) == p.enrolled && bool_at(row, 2) == p.suspended && statement &&
                      blob_at(row, 4) == p.statement_sha256 &&
                      static_cast<std::uint64_t>(int_at(row, 5)) == p.sequence &&
                      blob_at(row, 6) == p.identity_key && text_at(row, 7) == p.title &&
                      int_at(row, 8) == p.kind && text_at(row, 9) == p.serves &&
                      bool_at(row, 10) == p.hidden && blob_at(row, 11) == p.tls_keys &&
                      time_at(row, 12) == p.statements_until,
                  "participants", "a row is not what the events say");
        });
    require(rows == expected_.participants.size(), "participants", "a row is missing");
  }

  void check_keys() {
    std::size_t rows = 0;
    db_.each(
        "SELECT key_id, org, type, public_key, valid_from, valid_until, epoch, standing FROM keys",
        [&](Row& row) {
          ++rows;
          const auto owner = expected_.keys.find(text_at(row, 1));
          const auto found = owner == expected_.keys.end()
                                 ? std::map<Hash, KeyFact>::const_iterator()
                                 : owner->second.find(hash_at(row, 0));
          if (owner == expected_.keys.end() || found == owner->second.end())
            return fault("keys: one that no statement published");
          const KeyFact& k = found->second;
          require(int_at(row, 2) == static_cast<int>(k.type) && blob_at(row, 3) == k.public_key &&
                      time_at(row, 4) == k.from && time_at(row, 5) == k.until &&
                      int_at(row, 6) == k.epoch && int_at(row, 7) == static_cast<int>(k.standing),
                  "keys", "a row is not what the statements say");
        });
    std::size_t expected = 0;
    for (const auto& [org, keys] : expected_.keys) expected += keys.size();
    require(rows == expected, "keys", "a row is missing");
  }

  void check_grants() {
    std::size_t rows = 0;
    db_.each(
        "SELECT grant_id, idx, expires, referral_id, withdrawn, withdrawn_categories, ended FROM "
        "grants",
        [&](Row& row) {
          ++rows;
          const auto found = business_.grants().find(id_at<GrantId>(row, 0));
          if (found == business_.grants().end())
            return fault("grants: one that was never registered");
          const auto& g = found->second;
          const bool bound = g.referral
                                 ? !row.isColumnNull(3) && blob_at(row, 3) == g.referral->bytes()
                                 : row.isColumnNull(3);
          require(index_at(row, 1) == g.index && time_at(row, 2) == g.body.scope.expires && bound &&
                      bool_at(row, 4) == g.withdrawn &&
                      categories_at(row, 5) == g.withdrawn_categories && bool_at(row, 6) == g.ended,
                  "grants", "a row is not what the events say");
        });
    require(rows == business_.grants().size(), "grants", "a row is missing");
    std::map<GrantId, std::map<Category, LogIndex>> tombstones;
    db_.each("SELECT grant_id, category, idx FROM tombstones", [&](Row& row) {
      tombstones[id_at<GrantId>(row, 0)][static_cast<Category>(int_at(row, 1))] = index_at(row, 2);
    });
    for (const auto& [id, grant] : business_.grants())
      require(tombstones[id] == grant.tombstones, "tombstones", "not those of the events");
    require(tombstones.size() == business_.grants().size(), "tombstones", "of no grant");
    std::map<std::string, std::string> hashes;
    db_.each("SELECT hash, grant_id FROM withdrawal_hashes",
             [&](Row& row) { hashes[blob_at(row, 0)] = blob_at(row, 1); });
    require(hashes == expected_.withdrawal_hashes, "withdrawal_hashes", "not those of the grants");
  }

  void check_referrals() {
    std::size_t rows = 0;
    db_.each(
        "SELECT referral_id, referrer, provider, grant_id, state, respond_by, refer_until, "
        "overdue, access_by, access_overdue FROM referrals",
        [&](Row& row) {
          ++rows;
          const auto found = business_.referrals().find(id_at<ReferralId>(row, 0));
          if (found == business_.referrals().end())
            return fault("referrals: one that was never sent");
          const auto& r = found->second;
          require(text_at(row, 1) == r.referrer.str() && text_at(row, 2) == r.provider.str() &&
                      blob_at(row, 3) == r.grant.bytes() &&
                      int_at(row, 4) == static_cast<int>(r.state) &&
                      time_at(row, 5) == r.respond_by && time_at(row, 6) == r.refer_until &&
                      bool_at(row, 7) == r.overdue && time_at(row, 8) == r.access_by &&
                      bool_at(row, 9) == r.access_overdue,
                  "referrals", "a row is not what the events say");
        });
    require(rows == business_.referrals().size(), "referrals", "a row is missing");
  }

  void check_messages() {
    std::size_t rows = 0;
    db_.each(
        "SELECT message_id, idx, header_sha256, sender, recipient, grant_id, referral_id, step, "
        "expires, categories, status, rejected, bytes, released, "
        "settled "
        "FROM messages",
        [&](Row& row) {
          ++rows;
          const auto found = business_.messages().find(id_at<MessageId>(row, 0));
          if (found == business_.messages().end())
            return fault("messages: one that was never submitted");
          const auto& m = found->second;
          std::size_t bytes = m.header_bytes;
          for (const auto& section : m.header.sections) bytes += section.size;
          const int status = m.expired ? 3 : m.received ? 2 : 1;
          const auto settled = expected_.settled.find(m.header.message);
          const bool settles = settled == expected_.settled.end()
                                   ? row.isColumnNull(14)
                                   : !row.isColumnNull(14) && index_at(row, 14) == settled->second;
          require(index_at(row, 1) == m.index && hash_at(row, 2) == m.header.sha256 &&
                      text_at(row, 3) == m.header.sender.str() &&
                      text_at(row, 4) == m.header.recipient.str() &&
                      blob_at(row, 5) == m.header.grant.bytes() &&
                      blob_at(row, 6) == m.header.referral.bytes() &&
                      int_at(row, 7) == static_cast<int>(m.header.step) &&
                      time_at(row, 8) == m.header.expires &&
                      categories_at(row, 9) == m.header.categories() && int_at(row, 10) == status &&
                      bool_at(row, 11) == m.rejected &&
                      static_cast<std::size_t>(int_at(row, 12)) == bytes &&
                      categories_at(row, 13) == m.released && settles,
                  "messages", "the row of " + at(m.index));
        });
    require(rows == business_.messages().size(), "messages", "a row is missing");
    std::map<MessageId, CategorySet> kept;
    each_part("ciphertexts", "bytes",
              [&](const audit::LogState::Message& m, Category category, const std::string& bytes) {
                const auto* section = m.header.section(category);
                require(section != nullptr && crypto::sha256(bytes) == section->ciphertext_sha256,
                        "ciphertexts", "one is not the header's");
                kept[m.header.message].add(category);
              });
    for (const auto& [id, m] : business_.messages())
      require(kept[id] == (m.received || m.expired ? CategorySet{} : m.header.categories()),
              "ciphertexts", "missing or left over at " + at(m.index));
  }

  // Every row of a table that lies by message and category.
  template <class Part>
  void each_part(const std::string& table, const std::string& column, Part part) {
    const std::string query = "SELECT m.message_id, p.place % 16, p." + column + " FROM " + table +
                              " p LEFT JOIN messages m ON m.idx = p.place / 16";
    SQLite::Statement row(db_.database(), query);
    while (row.executeStep()) {
      const auto id = MessageId::from_bytes(blob_at(row, 0));
      const auto found = id ? business_.messages().find(*id) : business_.messages().end();
      if (found == business_.messages().end())
        fault(table + ": one that belongs to no message");
      else
        part(found->second, static_cast<Category>(int_at(row, 1)), blob_at(row, 2));
    }
  }

  void check_shares() {
    std::map<MessageId, CategorySet> kept;
    each_part(
        "shares", "wrapped",
        [&](const audit::LogState::Message& m, Category category, const std::string& wrapped) {
          ++report_.shares;
          const auto* section = m.header.section(category);
          if (section == nullptr) return fault("shares: one that belongs to no section");
          kept[m.header.message].add(category);
          if (!vault_.present(m.header.grant).has(category))
            return keyless_.emplace_back(m.header.grant, category), void();
          auto share = vault_.unwrap(m.header.grant, category, m.header.message, wrapped);
          require(share && crypto::share_id(m.header.message, category, m.header.recipient,
                                            share->reveal()) == section->share_id,
                  "shares", "one does not unwrap to its share_id, at " + at(m.index));
        });
    for (const auto& [id, m] : business_.messages())
      require(kept[id] == m.live, "shares", "missing or left over at " + at(m.index));
  }

  void check_operations() {
    std::size_t rows = 0;
    db_.each("SELECT org, operation_id, object_sha256, idx FROM operations", [&](Row& row) {
      ++rows;
      const auto found = expected_.operations.find({text_at(row, 0), blob_at(row, 1)});
      require(found != expected_.operations.end() && found->second.first == blob_at(row, 2) &&
                  found->second.second == index_at(row, 3),
              "operations", "a row is not what the events say");
    });
    require(rows == expected_.operations.size(), "operations", "a row is missing");
  }

  void check_chains() {
    std::map<std::string, audit::ChainHead> chains;
    db_.each("SELECT org, next, last_leaf FROM chains", [&](Row& row) {
      chains[text_at(row, 0)] = {static_cast<std::uint64_t>(int_at(row, 1)), hash_at(row, 2)};
    });
    require(chains == expected_.chains, "chains", "not those of the events");
    std::map<std::pair<std::string, std::string>, audit::ChainHead> pairs;
    db_.each("SELECT smaller, larger, next, last_leaf FROM pairs", [&](Row& row) {
      pairs[{text_at(row, 0), text_at(row, 1)}] = {static_cast<std::uint64_t>(int_at(row, 2)),
                                                   hash_at(row, 3)};
    });
    require(pairs == expected_.pairs, "pairs", "not those of the events");
  }

  SqliteConnection& db_;
  const audit::VerifierKey& key_;
  const ShareVault& vault_;
  std::optional<Mark> mark_;
  std::set<std::uint64_t> bodiless_;
  std::set<std::uint64_t> erased_;  // as the log says
  audit::Frontier frontier_;
  audit::TileEdge edge_;
  audit::TileEdge::Tiles tiles_;
  Time last_time_{};
  Replay replay_{[this](std::string what) { fault(std::move(what)); }};
  const Expected& expected_ = replay_.expected();
  const audit::LogState& business_ = expected_.business;
  std::vector<std::pair<GrantId, Category>> keyless_;
  CheckReport report_;
};

// The log's public key is in the policy that leaf 0 commits to.
Result<audit::VerifierKey> log_key(SqliteConnection& db, const Config& config) {
  std::optional<audit::VerifierKey> key;
  db.each("SELECT body FROM objects WHERE idx = 0", [&](Row& row) {
    auto policy = wire::parse<v1::FederationPolicy>(blob_at(row, 0));
    const bool bodies = policy && policy->oversight() == v1::FederationPolicy::OVERSIGHT_BODIES;
    if (policy && bodies == config.oversight_bodies)
      key = audit::VerifierKey::parse(policy->log_verifier_key());
  });
  if (!key || key->name() != config.origin())
    return Refusal{RefusalCode::tampered, "objects: the federation's policy"};
  return *key;
}

}  // namespace

namespace {

Result<CheckReport> check_readable_home(const std::string& home,
                                        const std::function<void()>& barrier) {
  const HomePaths paths(home);
  auto config = Config::read(home);
  if (!config) return config.refusal();
  // In this order: what is read later may only be newer.
  auto high_water = open_high_water(paths.high_water, false);
  if (!high_water) return Refusal{RefusalCode::tampered, "high-water: missing"};
  auto mark = (*high_water)->read();
  if (!mark) return Refusal{RefusalCode::tampered, "high-water: damaged"};
  SqliteConnection db(paths.database, false);
  const auto form = form_of(db);
  if (!form) return form.refusal();
  if (*form != kDatabaseForm)
    return Refusal{RefusalCode::local_failure,
                   "the database has form " + std::to_string(*form) +
                       ", of an earlier version; serve it once, which brings it over"};
  db.run("BEGIN");  // one snapshot for everything
  auto key = log_key(db, *config);
  if (!key) return key.refusal();
  auto vault = read_share_vault(paths.vault);
  if (!vault) return vault.refusal();
  Checker checker(db, *key, **vault, *mark);
  CheckReport report = checker.run();
  db.run("COMMIT");
  for (const auto& [grant, category] : checker.keyless()) {
    bool ended = false;  // a withdrawal may have come between the snapshot and the vault
    db.each(
        "SELECT 1 FROM tombstones WHERE grant_id = ? AND category = ?", [&](Row&) { ended = true; },
        grant, category);
    if (!ended) report.faults.push_back("vault: the key of a live share is missing");
  }
  if (const auto undead = checker.undead(); !undead.empty()) {
    barrier();
    auto again = read_share_vault(paths.vault);
    if (!again) return again.refusal();
    for (const auto& [grant, categories] : undead)
      if (!((*again)->present(grant) & categories).empty())
        report.faults.push_back("vault: a key is left although its grant was withdrawn or ended");
  }
  return report;
}

}  // namespace

Result<CheckReport> check_home(const std::string& home, const std::function<void()>& barrier) {
  try {
    return check_readable_home(home, barrier);
  } catch (const std::exception& damaged) {
    return Refusal{RefusalCode::tampered, std::string("database: ") + damaged.what()};
  }
}

}  // namespace veerpont::broker
