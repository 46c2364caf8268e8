#include "broker/store/sqlite/rows.h"

#include <sstream>
#include <stdexcept>

namespace veerpont::broker::rows {
namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

std::vector<Hash> hashes_in(const std::string& bytes) {
  std::vector<Hash> out;
  for (std::size_t i = 0; i + Hash::size <= bytes.size(); i += Hash::size)
    out.push_back(*Hash::from_bytes(std::string_view(bytes).substr(i, Hash::size)));
  return out;
}

}  // namespace

namespace {

audit::Frontier list_at(SQLite::Statement& row, int column) {
  auto list = audit::Frontier::from(static_cast<std::uint64_t>(int_at(row, column)),
                                    hashes_in(blob_at(row, column + 1)));
  if (!list) throw std::runtime_error("the database is damaged: a list of the log's state");
  return std::move(*list);
}

}  // namespace

LogHead head(SqliteConnection& db) {
  LogHead head;
  db.each(
      "SELECT size, frontier, checkpoint, last_event_time, term, directory_size, directory, "
      "withdrawn_size, withdrawn FROM head",
      [&](SQLite::Statement& row) {
        head.size = index_at(row, 0);
        head.frontier = hashes_in(blob_at(row, 1));
        head.checkpoint = text_at(row, 2);
        head.last_event_time = time_at(row, 3);
        head.term = Term{static_cast<std::uint64_t>(int_at(row, 4))};
        head.directory = list_at(row, 5);
        head.withdrawn = list_at(row, 7);
      });
  return head;
}

std::optional<Participant> participant(SqliteConnection& db, const OrgId& org) {
  std::optional<Participant> found;
  db.each(
      "SELECT title, kind, serves, enrolled, suspended, tls_keys, statement_idx, "
      "statement_sequence, statement_sha256, identity_key, hidden, statements_until "
      "FROM participants WHERE org = ?",
      [&](SQLite::Statement& row) {
        Participant p{org,
                      text_at(row, 0),
                      static_cast<OrgKind>(int_at(row, 1)),
                      words(text_at(row, 2)),
                      bool_at(row, 3),
                      bool_at(row, 4)};
        p.tls_keys = hashes_in(blob_at(row, 5));
        if (!row.isColumnNull(6)) p.statement_index = index_at(row, 6);
        p.statement_sequence = static_cast<std::uint64_t>(int_at(row, 7));
        p.statement_sha256 = hash_at(row, 8);
        p.identity_key = blob_at(row, 9);
        p.hidden = bool_at(row, 10);
        p.statements_until = time_at(row, 11);
        found = std::move(p);
      },
      org);
  if (!found) return found;
  db.each(
      "SELECT key_id, type, public_key, valid_from, valid_until, epoch, standing FROM keys WHERE "
      "org = ?",
      [&](SQLite::Statement& row) {
        const KeyFact key{hash_at(row, 0),
                          static_cast<crypto::KeyType>(int_at(row, 1)),
                          blob_at(row, 2),
                          time_at(row, 3),
                          time_at(row, 4),
                          static_cast<std::uint32_t>(int_at(row, 5)),
                          static_cast<KeyFact::Standing>(int_at(row, 6))};
        found->keys.emplace(key.id, key);
      },
      org);
  return found;
}

std::optional<GrantFact> grant(SqliteConnection& db, const GrantId& id) {
  std::optional<GrantFact> found;
  db.each(
      "SELECT g.idx, g.referral_id, g.withdrawn, g.withdrawn_categories, g.ended, o.body FROM "
      "grants g JOIN objects o ON o.idx = g.idx WHERE g.grant_id = ?",
      [&](SQLite::Statement& row) {
        const std::string body = blob_at(row, 5);
        auto parsed = crypto::Grant::parse(body);
        if (!parsed) throw std::runtime_error("the database is damaged: a grant does not parse");
        GrantFact fact{
            std::move(*parsed), crypto::sha256(body), index_at(row, 0),      std::nullopt,
            bool_at(row, 2),    bool_at(row, 4),      categories_at(row, 3), {}};
        if (!row.isColumnNull(1)) fact.referral = id_at<ReferralId>(row, 1);
        found = std::move(fact);
      },
      id);
  return found;
}

std::optional<ReferralFact> referral(SqliteConnection& db, const ReferralId& id) {
  std::optional<ReferralFact> found;
  db.each(
      "SELECT referrer, provider, grant_id, state, respond_by, refer_until, overdue, access_by, "
      "access_overdue FROM referrals WHERE referral_id = ?",
      [&](SQLite::Statement& row) {
        found = ReferralFact{id,
                             org_at(row, 0),
                             org_at(row, 1),
                             id_at<GrantId>(row, 2),
                             static_cast<ReferralState>(int_at(row, 3)),
                             time_at(row, 4),
                             time_at(row, 5),
                             bool_at(row, 6),
                             time_at(row, 7),
                             bool_at(row, 8)};
      },
      id);
  return found;
}

std::optional<Invitation> invitation(SqliteConnection& db, const Hash& token_sha256) {
  std::optional<Invitation> found;
  db.each(
      "SELECT org, expires, used_by, certificate FROM invitations WHERE token_sha256 = ?",
      [&](SQLite::Statement& row) {
        found = Invitation{token_sha256, org_at(row, 0), time_at(row, 1), blob_at(row, 2),
                           blob_at(row, 3)};
      },
      token_sha256);
  return found;
}

MessageFact message(SQLite::Statement& row) {
  MessageFact fact{id_at<MessageId>(row, 0),
                   hash_at(row, 1),
                   index_at(row, 2),
                   org_at(row, 3),
                   org_at(row, 4),
                   id_at<GrantId>(row, 5),
                   id_at<ReferralId>(row, 6),
                   static_cast<Step>(int_at(row, 7)),
                   time_at(row, 8),
                   categories_at(row, 9),
                   static_cast<std::size_t>(int_at(row, 10)),
                   static_cast<MessageFact::Status>(int_at(row, 11)),
                   bool_at(row, 12),
                   {},
                   categories_at(row, 13),
                   {}};
  if (!row.isColumnNull(14)) fact.settled = index_at(row, 14);
  return fact;
}

void add_ciphertexts(SqliteConnection& db, MessageFact& fact) {
  db.each(
      "SELECT place % 16 FROM ciphertexts WHERE place BETWEEN 16 * ?1 AND 16 * ?1 + 15",
      [&](SQLite::Statement& row) { fact.ciphertexts.add(static_cast<Category>(int_at(row, 0))); },
      fact.index);
}

std::optional<MessageFact> message(SqliteConnection& db, const MessageId& id) {
  std::optional<MessageFact> found;
  db.each(
      "SELECT message_id, header_sha256, idx, sender, recipient, grant_id, referral_id, step, "
      "expires, categories, bytes, status, rejected, released, "
      "settled FROM messages WHERE message_id = ?",
      [&](SQLite::Statement& row) { found = message(row); }, id);
  if (found) add_ciphertexts(db, *found);
  return found;
}

}  // namespace veerpont::broker::rows
