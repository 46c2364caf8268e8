#include "broker/store/sqlite/snapshot.h"

#include <stdexcept>

#include "broker/store/sqlite/rows.h"
#include "schemas/wire.h"

namespace veerpont::broker {
namespace {

template <class M>
M parsed(const std::string& bytes, const char* what) {
  M message;
  if (!wire::parse_stored(bytes, message))
    throw std::runtime_error(std::string("the database is damaged: ") + what);
  return message;
}

// idx, commitment, body, salt, actor_opening, counterpart_opening, object body, signature,
// statement, pair_opening
Leaf leaf_from(SQLite::Statement& row) {
  Leaf leaf{index_at(row, 0), {}, blob_at(row, 2), blob_at(row, 3), hash_at(row, 1), {}, {}, {}};
  leaf.event = parsed<v1::AuditEvent>(leaf.body, "an event");
  for (const int column : {4, 5})
    if (const std::string opening = blob_at(row, column); !opening.empty())
      leaf.openings.push_back(parsed<v1::ChainOpening>(opening, "an opening"));
  if (!row.isColumnNull(8)) {
    leaf.statement = parsed<v1::SignedKeyStatement>(blob_at(row, 8), "a key statement");
  } else if (!row.isColumnNull(6)) {
    leaf.object.emplace();
    leaf.object->set_body(blob_at(row, 6));
    leaf.object->set_signature(blob_at(row, 7));
  }
  if (const std::string pair = blob_at(row, 9); !pair.empty())
    leaf.pair = parsed<v1::PairOpening>(pair, "an opening");
  return leaf;
}

#define VEERPONT_LEAF_QUERY                                                                      \
  "SELECT e.idx, e.commitment, e.body, e.salt, e.actor_opening, e.counterpart_opening, o.body, " \
  "o.signature, o.statement, e.pair_opening FROM "                                               \
  "events e LEFT JOIN objects o ON o.idx = e.idx "

}  // namespace

SqliteSnapshot::SqliteSnapshot(std::unique_ptr<SqliteConnection> connection, GiveBack give_back)
    : connection_(std::move(connection)), give_back_(std::move(give_back)) {
  db().run("BEGIN");
}

SqliteSnapshot::~SqliteSnapshot() {
  try {
    db().run("COMMIT");
    give_back_(std::move(connection_));
  } catch (const std::exception&) {  // the connection is not used again
  }
}

LogHead SqliteSnapshot::head() { return rows::head(db()); }

std::vector<StoredMessage> SqliteSnapshot::mail_for(const OrgId& org, LogIndex cursor,
                                                    std::size_t budget) {
  std::vector<StoredMessage> mail;
  db().each(
      "SELECT message_id, header_sha256, idx, sender, recipient, grant_id, referral_id, step, "
      "expires, categories, bytes, status, rejected, released, "
      "settled FROM messages WHERE recipient = ? AND status = 1 AND idx > ? ORDER BY idx LIMIT 64",
      [&](SQLite::Statement& row) {
        mail.push_back({rows::message(row), {}, {}});
      },
      org, static_cast<std::int64_t>(cursor.value));
  std::size_t bytes = 0;
  std::size_t kept = 0;
  for (auto& message : mail) {
    if (auto leaf = event(message.fact.index)) message.leaf = std::move(*leaf);
    if (message.leaf.object) {
      message.envelope.set_header(message.leaf.object->body());
      message.envelope.set_signature(message.leaf.object->signature());
    }
    db().each(
        "SELECT place % 16, bytes FROM ciphertexts WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15 "
        "ORDER BY place",
        [&](SQLite::Statement& row) {
          message.fact.ciphertexts.add(static_cast<Category>(int_at(row, 0)));
          message.envelope.add_ciphertexts(blob_at(row, 1));
        },
        message.fact.index);
    ++kept;
    bytes += message.fact.bytes;
    if (bytes >= budget) break;
  }
  mail.erase(mail.begin() + static_cast<std::ptrdiff_t>(kept), mail.end());
  return mail;
}

std::vector<Leaf> SqliteSnapshot::events_for(const OrgId& org, bool everything, LogIndex from,
                                             std::size_t count) {
  std::vector<Leaf> events;
  const auto add = [&](SQLite::Statement& row) { events.push_back(leaf_from(row)); };
  if (everything)
    db().each(VEERPONT_LEAF_QUERY "WHERE e.idx >= ? ORDER BY e.idx LIMIT ?", add, from,
              static_cast<std::uint64_t>(count));
  else
    db().each(VEERPONT_LEAF_QUERY
              // Three index scans, each cut off by itself: the cost follows the page, not the log.
              "WHERE e.idx IN (SELECT idx FROM ("
              "SELECT idx FROM (SELECT idx FROM events WHERE actor = ?1 AND idx >= ?2 ORDER BY idx "
              "LIMIT ?3) UNION "
              "SELECT idx FROM (SELECT idx FROM events WHERE counterpart = ?1 AND idx >= ?2 ORDER "
              "BY idx LIMIT ?3) UNION "
              "SELECT idx FROM (SELECT idx FROM events WHERE public = 1 AND idx >= ?2 ORDER BY idx "
              "LIMIT ?3)"
              ") ORDER BY idx LIMIT ?3) ORDER BY e.idx",
              add, org, from, static_cast<std::uint64_t>(count));
  return events;
}

std::optional<Leaf> SqliteSnapshot::admission(const OrgId& org) {
  std::optional<Leaf> leaf;
  db().each(
      VEERPONT_LEAF_QUERY "WHERE e.counterpart = ? AND e.kind = ? ORDER BY e.idx DESC LIMIT 1",
      [&](SQLite::Statement& row) { leaf = leaf_from(row); }, org,
      static_cast<int>(v1::EVENT_KIND_PARTICIPANT_ADMITTED));
  return leaf;
}

std::optional<Leaf> SqliteSnapshot::event(LogIndex index) {
  std::optional<Leaf> leaf;
  db().each(
      VEERPONT_LEAF_QUERY "WHERE e.idx = ?", [&](SQLite::Statement& row) { leaf = leaf_from(row); },
      index);
  return leaf;
}

std::vector<Hash> SqliteSnapshot::commitments(LogIndex from, std::size_t count) {
  std::vector<Hash> out;
  db().each(
      "SELECT idx, commitment FROM events WHERE idx BETWEEN ?1 AND ?2 UNION ALL SELECT idx, "
      "commitment FROM states WHERE idx BETWEEN ?1 AND ?2 ORDER BY 1",
      [&](SQLite::Statement& row) { out.push_back(hash_at(row, 1)); }, from,
      LogIndex{from.value + count - 1});
  return out;
}

std::optional<StateLeaf> SqliteSnapshot::state(LogIndex index) {
  std::optional<StateLeaf> found;
  db().each(
      "SELECT state, salt, commitment FROM states WHERE idx = ?",
      [&](SQLite::Statement& row) {
        found = StateLeaf{index, blob_at(row, 0), blob_at(row, 1), hash_at(row, 2)};
      },
      index);
  return found;
}

std::vector<WithdrawnKey> SqliteSnapshot::withdrawn_from(std::uint64_t place, std::size_t count) {
  std::vector<WithdrawnKey> out;
  db().each(
      "SELECT idx, key FROM withdrawn WHERE place > ? ORDER BY place LIMIT ?",
      [&](SQLite::Statement& row) {
        out.push_back({index_at(row, 0), hash_at(row, 1)});
      },
      place, static_cast<std::uint64_t>(count));
  return out;
}

std::vector<Hash> SqliteSnapshot::withdrawal_keys() {
  std::vector<Hash> keys;
  db().each(
      "SELECT o.body, g.withdrawn, g.withdrawn_categories FROM grants g JOIN objects o ON o.idx = "
      "g.idx WHERE g.withdrawn = 1 OR g.withdrawn_categories <> 0 ORDER BY g.idx",
      [&](SQLite::Statement& row) {
        const Hash grant = crypto::sha256(blob_at(row, 0));
        if (bool_at(row, 1)) keys.push_back(audit::withdrawal_key(grant, std::nullopt));
        for (const Category category : categories_at(row, 2).list())
          keys.push_back(audit::withdrawal_key(grant, category));
      });
  return keys;
}

std::string SqliteSnapshot::tile(audit::TileId id) {
  std::string hashes;
  db().each(
      "SELECT hashes FROM tiles WHERE level = ? AND idx = ?",
      [&](SQLite::Statement& row) { hashes = blob_at(row, 0); }, id.level, id.index);
  return hashes;
}

std::optional<GrantFact> SqliteSnapshot::grant(const GrantId& id) { return rows::grant(db(), id); }
std::optional<ReferralFact> SqliteSnapshot::referral(const ReferralId& id) {
  return rows::referral(db(), id);
}

std::optional<Leaf> SqliteSnapshot::grant_event(const GrantId& id) {
  std::optional<Leaf> leaf;
  db().each(
      VEERPONT_LEAF_QUERY "WHERE e.idx = (SELECT idx FROM grants WHERE grant_id = ?)",
      [&](SQLite::Statement& row) { leaf = leaf_from(row); }, id);
  return leaf;
}

std::vector<Participant> SqliteSnapshot::participants() {
  std::vector<OrgId> orgs;
  db().each("SELECT org FROM participants ORDER BY org",
            [&](SQLite::Statement& row) { orgs.push_back(org_at(row, 0)); });
  std::vector<Participant> out;
  for (const OrgId& org : orgs)
    if (auto participant = rows::participant(db(), org)) out.push_back(std::move(*participant));
  return out;
}

std::optional<LogIndex> SqliteSnapshot::newest_public(const std::string& actor, v1::EventKind kind,
                                                      LogIndex at) {
  std::optional<LogIndex> found;
  db().each(
      "SELECT idx FROM events INDEXED BY events_public_by_actor WHERE actor = ? AND kind = ? AND "
      "public = 1 AND idx <= ? ORDER BY idx DESC LIMIT 1",
      [&](SQLite::Statement& row) { found = index_at(row, 0); }, actor, static_cast<int>(kind), at);
  return found;
}

std::optional<LogIndex> SqliteSnapshot::statement_at(const OrgId& org, LogIndex at) {
  return newest_public(org.str(), v1::EVENT_KIND_KEYS_PUBLISHED, at);
}

std::optional<Leaf> SqliteSnapshot::said_by_operator(v1::EventKind kind, LogIndex at) {
  const auto found = newest_public("", kind, at);
  return found ? event(*found) : std::nullopt;
}

std::optional<Invitation> SqliteSnapshot::invitation(const Hash& token_sha256) {
  return rows::invitation(db(), token_sha256);
}

Due SqliteSnapshot::due_before(Time time, std::size_t count) {
  Due due;
  db().each(
      "SELECT message_id FROM messages m WHERE expires <= ?1 AND (status = 1 OR (status = 2 AND "
      "EXISTS (SELECT 1 FROM shares WHERE "
      "place BETWEEN 16 * m.idx AND 16 * m.idx + 15))) LIMIT ?2",
      [&](SQLite::Statement& row) { due.messages.push_back(id_at<MessageId>(row, 0)); }, time,
      static_cast<std::uint64_t>(count));
  db().each(
      "SELECT grant_id FROM grants WHERE expires <= ? AND ended = 0 AND withdrawn = 0 LIMIT ?",
      [&](SQLite::Statement& row) { due.grants.push_back(id_at<GrantId>(row, 0)); }, time,
      static_cast<std::uint64_t>(count));
  const auto overdue = [&](SQLite::Statement& row) {
    due.overdue.push_back(id_at<ReferralId>(row, 0));
  };
  db().each(
      "SELECT referral_id FROM referrals WHERE respond_by > 0 AND respond_by <= ? AND overdue = 0 "
      "AND state < ? LIMIT ?",
      overdue, time, static_cast<int>(ReferralState::declined), static_cast<std::uint64_t>(count));
  db().each(
      "SELECT referral_id FROM referrals WHERE access_by > 0 AND access_by <= ? AND access_overdue "
      "= 0 LIMIT ?",
      overdue, time, static_cast<std::uint64_t>(count));
  return due;
}

std::vector<std::pair<GrantId, CategorySet>> SqliteSnapshot::tombstones() {
  std::map<GrantId, CategorySet> found;
  db().each("SELECT grant_id, category FROM tombstones", [&](SQLite::Statement& row) {
    found[id_at<GrantId>(row, 0)].add(static_cast<Category>(int_at(row, 1)));
  });
  return {found.begin(), found.end()};
}

std::vector<std::pair<GrantId, CategorySet>> SqliteSnapshot::live_grants() {
  std::vector<GrantId> ids;
  db().each("SELECT grant_id FROM grants WHERE ended = 0 AND withdrawn = 0",
            [&](SQLite::Statement& row) { ids.push_back(id_at<GrantId>(row, 0)); });
  std::vector<std::pair<GrantId, CategorySet>> out;
  for (const GrantId& id : ids)
    if (const auto fact = rows::grant(db(), id))
      out.emplace_back(id,
                       rules::all_categories(fact->grant.scope).minus(fact->withdrawn_categories));
  return out;
}

}  // namespace veerpont::broker
