#include "gateway/worklist/work_store.h"

#include <algorithm>
#include <array>

#include "base/kill_point.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "gateway/worklist/schema_sql.h"
#include "schemas/plain_characters.h"

namespace veerpont::gateway {
namespace {

constexpr sdk::DatabaseForm kWorkTables{
    2,
    kWorkSchemaSql,
    1,
    {"CREATE TABLE notes (referral BLOB PRIMARY KEY, login_sealed BLOB NOT NULL, written INTEGER "
     "NOT NULL, text_sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;"}};
constexpr std::size_t kDraftId = 16;  // bytes

// None of them is taken for another, read aloud or by hand.
constexpr std::string_view kSigns = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string fresh_number() {
  std::string number = "V-";
  while (number.size() < 9) {
    if (number.size() == 6) number += '-';
    const auto byte = static_cast<unsigned char>(crypto::random_bytes(1).front());
    if (byte < 240) number += kSigns[byte % kSigns.size()];  // 240: the largest multiple of 30
  }
  return number;
}

std::optional<std::string> draft_key(const std::string& id) {
  auto bytes = crypto::from_hex(id);
  return bytes && bytes->size() == kDraftId ? bytes : std::nullopt;
}

Status fits(std::string_view body) {
  return body.size() <= kMostDraft ? Status(Done{})
                                   : Refusal{RefusalCode::too_large, "a draft is at most 256 kB"};
}

}  // namespace

WorkStore::WorkStore(const std::string& path, const crypto::Key32& key)
    : db_(path, key, kWorkTables) {}

std::string WorkStore::owner_of(const std::string& login) const {
  return db_.keyed("veerpont/gateway-draft-owner/v1", login);
}

std::string WorkStore::number_of(const ReferralId& referral) {
  const Lock lock(mutex_);
  for (;;) {
    std::string number;
    db_.each(
        "SELECT number FROM numbers WHERE referral = ?",
        [&](auto& row) { number = sdk::text_at(row, 0); }, referral);
    if (!number.empty()) return number;
    db_.run("INSERT INTO numbers VALUES (?, ?) ON CONFLICT DO NOTHING", referral, fresh_number());
  }
}

std::optional<ReferralId> WorkStore::referral_of(const std::string& number) {
  const Lock lock(mutex_);
  std::optional<ReferralId> referral;
  db_.each(
      "SELECT referral FROM numbers WHERE number = ?",
      [&](auto& row) { referral = sdk::id_at<ReferralId>(row, 0); }, number);
  return referral;
}

std::optional<Assignment> WorkStore::find_assignment(const ReferralId& referral) {
  std::string sealed;
  Time since;
  db_.each(
      "SELECT login_sealed, since FROM assignments WHERE referral = ?",
      [&](auto& row) {
        sealed = sdk::blob_at(row, 0);
        since = time_from_ms(sdk::int_at(row, 1));
      },
      referral);
  if (sealed.empty()) return std::nullopt;
  const auto login = db_.unseal("assignments.login", referral.bytes(), sealed);
  return Assignment{std::string(login.reveal()), since};
}

Status WorkStore::assign(const ReferralId& referral, const std::string& login, bool take_over,
                         Time now) {
  const Lock lock(mutex_);
  const sdk::SealedDatabase::Transaction transaction(db_);
  const auto before = find_assignment(referral);
  if (before && before->login == login) return Done{};
  if (before && !take_over) return Refusal{RefusalCode::taken};
  db_.run("INSERT OR REPLACE INTO assignments VALUES (?, ?, ?)", referral,
          sdk::Blob{db_.seal("assignments.login", referral.bytes(), login)}, now);
  transaction.commit();
  return Done{};
}

void WorkStore::release(const ReferralId& referral, const std::string& login) {
  const Lock lock(mutex_);
  const sdk::SealedDatabase::Transaction transaction(db_);
  const auto held = find_assignment(referral);
  if (!held || held->login != login) return;
  db_.run("DELETE FROM assignments WHERE referral = ?", referral);
  transaction.commit();
}

std::optional<Assignment> WorkStore::assignment(const ReferralId& referral) {
  const Lock lock(mutex_);
  return find_assignment(referral);
}

Status WorkStore::put_note(const ReferralId& referral, const std::string& login,
                           std::string_view text, Time now) {
  const auto length = std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(length) > kMostNote || !has_plain_characters(text, Lines::several))
    return Refusal{RefusalCode::invalid_input,
                   "text: at most 500 characters, none that cannot be seen"};
  const Lock lock(mutex_);
  const sdk::SealedDatabase::Transaction change(db_);
  db_.run("DELETE FROM notes WHERE referral = ? OR written <= ?", referral, now - kNoteKept);
  const int written =
      text.empty()
          ? 1
          : db_.run("INSERT INTO notes SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM notes) < ?",
                    referral, sdk::Blob{db_.seal("notes.login", referral.bytes(), login)}, now,
                    sdk::Blob{db_.seal("notes.text", referral.bytes(), text)}, kMostNotes);
  if (written == 0) return Refusal{RefusalCode::too_large, "1,000 notes are the most"};
  change.commit();
  return Done{};
}

void WorkStore::forget_old_notes(Time now) {
  const Lock lock(mutex_);
  db_.run("DELETE FROM notes WHERE written <= ?", now - kNoteKept);
}

std::vector<std::pair<ReferralId, Note>> WorkStore::notes(Time now) {
  forget_old_notes(now);
  const Lock lock(mutex_);
  struct Sealed {
    ReferralId referral;
    std::string login, text;
    Time written;
  };
  std::vector<Sealed> rows;
  db_.each("SELECT referral, login_sealed, text_sealed, written FROM notes", [&](auto& row) {
    rows.push_back({sdk::id_at<ReferralId>(row, 0), sdk::blob_at(row, 1), sdk::blob_at(row, 2),
                    time_from_ms(sdk::int_at(row, 3))});
  });
  std::vector<std::pair<ReferralId, Note>> out;
  for (const Sealed& row : rows) {
    const auto login = db_.unseal("notes.login", row.referral.bytes(), row.login);
    out.emplace_back(row.referral, Note{std::string(login.reveal()), row.written,
                                        db_.unseal("notes.text", row.referral.bytes(), row.text)});
  }
  return out;
}

std::vector<Draft> WorkStore::drafts_of(const std::string& login) {
  const Lock lock(mutex_);
  std::vector<Draft> out;
  db_.each(
      "SELECT draft, version, saved FROM drafts WHERE owner = ? ORDER BY saved DESC, draft",
      [&](auto& row) {
        out.push_back({crypto::to_hex(sdk::blob_at(row, 0)),
                       static_cast<std::uint64_t>(sdk::int_at(row, 1)),
                       time_from_ms(sdk::int_at(row, 2)), crypto::SecretBytes()});
      },
      sdk::Blob{owner_of(login)});
  return out;
}

Result<Draft> WorkStore::draft(const std::string& login, const std::string& id) {
  const Lock lock(mutex_);
  const auto key = draft_key(id);
  Draft found;
  std::string sealed;
  if (key)
    db_.each(
        "SELECT version, saved, body_sealed FROM drafts WHERE draft = ? AND owner = ?",
        [&](auto& row) {
          found.version = static_cast<std::uint64_t>(sdk::int_at(row, 0));
          found.saved = time_from_ms(sdk::int_at(row, 1));
          sealed = sdk::blob_at(row, 2);
        },
        sdk::Blob{*key}, sdk::Blob{owner_of(login)});
  if (found.version == 0) return Refusal{RefusalCode::not_found, "no such draft"};
  found.id = id;
  found.body = db_.unseal("drafts.body", *key, sealed);
  return found;
}

Result<Draft> WorkStore::begin_draft(const std::string& login, std::string_view body, Time now) {
  if (auto fine = fits(body); !fine) return fine.refusal();
  const Lock lock(mutex_);
  const sdk::SealedDatabase::Transaction transaction(db_);
  const std::string owner = owner_of(login);
  std::size_t kept = 0;
  db_.each(
      "SELECT count(*) FROM drafts WHERE owner = ?",
      [&](auto& row) { kept = static_cast<std::size_t>(sdk::int_at(row, 0)); }, sdk::Blob{owner});
  if (kept >= kMostDrafts)
    return Refusal{RefusalCode::invalid_input, "100 drafts are the most: finish or remove one"};
  const std::string key = crypto::random_bytes(kDraftId);
  db_.run("INSERT INTO drafts VALUES (?, ?, 1, ?, ?)", sdk::Blob{key}, sdk::Blob{owner}, now,
          sdk::Blob{db_.seal("drafts.body", key, body)});
  transaction.commit();
  return Draft{crypto::to_hex(key), 1, now, crypto::SecretBytes()};
}

Result<Draft> WorkStore::save_draft(const std::string& login, const std::string& id,
                                    std::uint64_t version, std::string_view body, Time now) {
  if (auto fine = fits(body); !fine) return fine.refusal();
  const Lock lock(mutex_);
  const auto key = draft_key(id);
  const std::string owner = owner_of(login);
  kill_point("draft-sealed");
  const int saved =
      !key ? 0
           : db_.run(
                 "UPDATE drafts SET version = version + 1, saved = ?1, body_sealed = ?2 WHERE "
                 "draft = ?3 AND owner = ?4 AND version = ?5",
                 now, sdk::Blob{db_.seal("drafts.body", *key, body)}, sdk::Blob{*key},
                 sdk::Blob{owner}, LogIndex{version});
  kill_point("draft-stored");
  if (saved == 1) return Draft{id, version + 1, now, crypto::SecretBytes()};
  bool there = false;
  if (key)
    db_.each(
        "SELECT 1 FROM drafts WHERE draft = ? AND owner = ?", [&](auto&) { there = true; },
        sdk::Blob{*key}, sdk::Blob{owner});
  return there ? Refusal{RefusalCode::stale} : Refusal{RefusalCode::not_found, "no such draft"};
}

Status WorkStore::remove_draft(const std::string& login, const std::string& id) {
  const Lock lock(mutex_);
  const auto key = draft_key(id);
  const int gone = key ? db_.run("DELETE FROM drafts WHERE draft = ? AND owner = ?",
                                 sdk::Blob{*key}, sdk::Blob{owner_of(login)})
                       : 0;
  return gone == 1 ? Status(Done{}) : Status(Refusal{RefusalCode::not_found, "no such draft"});
}

}  // namespace veerpont::gateway
