#include "client_sdk/dossier/inbox.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

namespace {

constexpr std::string_view kMessages =
    "SELECT message_id, referral_id, grant_id, sender, step, created, expires, categories, "
    "envelope, state, fingerprint, replaces FROM inbox ";

InboxRecord inbox_from(SQLite::Statement& row) {
  InboxRecord r{id_at<MessageId>(row, 0),
                id_at<ReferralId>(row, 1),
                id_at<GrantId>(row, 2),
                org_at(row, 3),
                static_cast<Step>(int_at(row, 4)),
                time_from_ms(int_at(row, 5)),
                time_from_ms(int_at(row, 6)),
                categories_at(row, 7),
                blob_at(row, 8),
                static_cast<InboxRecord::State>(int_at(row, 9)),
                text_at(row, 10)};
  if (!row.isColumnNull(11)) r.replaces = id_at<MessageId>(row, 11);
  return r;
}

}  // namespace

bool Inbox::put(const InboxRecord& r) {
  const SealedDatabase::Transaction change(db_);
  if (find(r.message)) return false;
  db_.run(
      "INSERT INTO inbox VALUES (?, (SELECT coalesce(max(seq), 0) + 1 FROM inbox), ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, 0, ?)",
      r.message, r.referral, r.grant, r.sender.str(), static_cast<int>(r.step), r.created,
      r.expires, r.categories, Blob{r.envelope}, static_cast<int>(r.state), r.fingerprint,
      r.replaces);
  if (r.replaces)
    db_.run(
        "UPDATE inbox SET state = 2 WHERE message_id = ? AND sender = ? AND referral_id = ? AND "
        "state = 1",
        *r.replaces, r.sender.str(), r.referral);
  if (r.replaces)  // and who had opened that one, is not shown it as new
    db_.run(
        "UPDATE inbox SET state = 2 WHERE message_id = ?1 AND EXISTS (SELECT 1 FROM inbox WHERE "
        "message_id = ?2 AND sender = ?3 AND referral_id = ?4 AND "
        "state IN (3, 4))",
        r.message, *r.replaces, r.sender.str(), r.referral);
  change.commit();
  return true;
}

std::optional<InboxRecord> Inbox::find(const MessageId& message) {
  std::optional<InboxRecord> found;
  db_.each(
      std::string(kMessages) + "WHERE message_id = ?", [&](auto& row) { found = inbox_from(row); },
      message);
  return found;
}

std::uint64_t Inbox::newest() {
  std::uint64_t seq = 0;
  db_.each("SELECT max(seq) FROM inbox",
           [&](auto& row) { seq = static_cast<std::uint64_t>(int_at(row, 0)); });
  return seq;
}

std::vector<InboxRecord> Inbox::list(const InboxFilter& filter) {
  std::string states;
  for (const auto state : filter.states)
    states += (states.empty() ? "" : ", ") + std::to_string(static_cast<int>(state));
  std::vector<InboxRecord> out;
  db_.each(
      std::string(kMessages) + "WHERE state IN (" + states + ")" +
          (filter.sender.empty() ? " AND ?1 = ''" : " AND sender = ?1") +
          (filter.referral ? " AND referral_id = ?2" : " AND ?2 IS NULL") +
          (filter.after ? " AND seq > (SELECT seq FROM inbox WHERE message_id = ?3)"
                        : " AND ?3 IS NULL") +
          " ORDER BY seq LIMIT ?4",
      [&](auto& row) { out.push_back(inbox_from(row)); }, filter.sender, filter.referral,
      filter.after, filter.limit == 0 ? -1 : static_cast<int>(filter.limit));
  return out;
}

void Inbox::set_state(const MessageId& message, InboxRecord::State state) {
  // Never backwards: another command may have gone further.
  db_.run("UPDATE inbox SET state = max(state, ?) WHERE message_id = ?", static_cast<int>(state),
          message);
}

std::vector<InboxRecord> Inbox::unacknowledged() {
  std::vector<InboxRecord> out;
  db_.each(std::string(kMessages) + "WHERE acked = 0 ORDER BY seq",
           [&](auto& row) { out.push_back(inbox_from(row)); });
  return out;
}

void Inbox::acknowledged(const MessageId& message) {
  db_.run("UPDATE inbox SET acked = 1 WHERE message_id = ?", message);
}

void Inbox::put_sections(const MessageId& message,
                         const std::vector<std::pair<Category, std::string>>& plaintexts) {
  const SealedDatabase::Transaction change(db_);
  for (const auto& [category, plaintext] : plaintexts)
    db_.run("INSERT INTO sections VALUES (?, ?, ?) ON CONFLICT DO NOTHING", message,
            static_cast<int>(category),
            Blob{db_.seal("sections.document", message.bytes(), plaintext)});
  change.commit();
}

std::optional<crypto::SecretBytes> Inbox::section(const MessageId& message, Category category) {
  std::optional<crypto::SecretBytes> found;
  db_.each(
      "SELECT document_sealed FROM sections WHERE message_id = ? AND category = ?",
      [&](auto& row) { found = db_.unseal("sections.document", message.bytes(), blob_at(row, 0)); },
      message, static_cast<int>(category));
  return found;
}

void Inbox::each_section(
    Category category,
    const std::function<bool(const ReferralId&, const crypto::SecretBytes&)>& look) {
  std::vector<std::pair<MessageId, ReferralId>> opened;
  db_.each(
      "SELECT i.message_id, i.referral_id FROM sections s JOIN inbox i USING (message_id) WHERE "
      "s.category = ? ORDER BY i.seq DESC",
      [&](auto& row) { opened.emplace_back(id_at<MessageId>(row, 0), id_at<ReferralId>(row, 1)); },
      static_cast<int>(category));
  for (const auto& [message, referral] : opened)
    if (const auto text = section(message, category); text && !look(referral, *text)) return;
}

ReleaseRecord Inbox::release(const MessageId& message, CategorySet categories,
                             const std::function<ReleaseRecord()>& fresh) {
  const SealedDatabase::Transaction change(db_);
  std::optional<ReleaseRecord> found;
  db_.each(
      "SELECT body, signature FROM releases WHERE message_id = ? AND categories = ?",
      [&](auto& row) {
        found = ReleaseRecord{blob_at(row, 0), blob_at(row, 1)};
      },
      message, categories);
  if (found) return *found;
  ReleaseRecord made = fresh();
  db_.run("INSERT INTO releases VALUES (?, ?, ?, ?)", message, categories, Blob{made.body},
          Blob{made.signature});
  change.commit();
  return made;
}

std::optional<ReleaseRecord> Inbox::newest_release(const MessageId& message) {
  std::optional<ReleaseRecord> found;
  db_.each(
      "SELECT body, signature FROM releases WHERE message_id = ?",
      [&](auto& row) {
        found = ReleaseRecord{blob_at(row, 0), blob_at(row, 1)};
      },
      message);
  return found;
}

std::optional<crypto::SecretBytes> Inbox::section_in(const ReferralId& referral,
                                                     Category category) {
  std::optional<crypto::SecretBytes> found;
  db_.each(
      "SELECT s.message_id, s.document_sealed FROM inbox i JOIN sections s USING (message_id) "
      "WHERE i.referral_id = ? AND s.category = ? ORDER BY i.seq DESC LIMIT 1",
      [&](auto& row) { found = db_.unseal("sections.document", blob_at(row, 0), blob_at(row, 1)); },
      referral, static_cast<int>(category));
  return found;
}

void Inbox::forget_release(const MessageId& message, CategorySet categories) {
  db_.run("DELETE FROM releases WHERE message_id = ? AND categories = ?", message, categories);
}

}  // namespace veerpont::sdk
