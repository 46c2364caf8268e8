#include "gateway/people/store.h"

#include "crypto/hash.h"
#include "gateway/people/schema_sql.h"
#include "schemas/wire.h"

namespace veerpont::gateway {
namespace {

constexpr sdk::DatabaseForm kTables{
    2,
    kGatewaySchemaSql,
    1,
    {"CREATE TABLE api_keys (key BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;"}};
constexpr std::uint32_t kMostWrong = 5;
constexpr auto kLockedFor = std::chrono::minutes(15);
// So that who tries names by the thousand fills no disk, and nobody has sessions without end.
constexpr int kMostTried = 10'000;
constexpr int kMostSessions = 10;

}  // namespace

Store::Store(const std::string& path, const crypto::Key32& key) : db_(path, key, kTables) {}

std::string Store::key_of(const std::string& login) {
  return db_.keyed("veerpont/gateway-login/v1", login);
}

// Under the home's key, so that nobody without it puts a session in.
std::string Store::token_key(std::string_view token) {
  return db_.keyed("veerpont/gateway-session/v1", token);
}

std::optional<v1::StoredPerson> Store::find(const std::string& key) {
  std::string sealed;
  db_.each(
      "SELECT sealed FROM people WHERE person = ?",
      [&](auto& row) { sealed = sdk::blob_at(row, 0); }, sdk::Blob{key});
  if (sealed.empty()) return std::nullopt;
  const auto opened = db_.unseal("people", key, sealed);
  v1::StoredPerson person;
  if (!wire::parse_stored(opened.reveal(), person))
    throw std::runtime_error("the gateway's database is damaged");
  return person;
}

void Store::write(const std::string& key, const v1::StoredPerson& person) {
  const auto body = crypto::SecretBytes::take(wire::serialise(person));
  db_.run("INSERT OR REPLACE INTO people VALUES (?, ?)", sdk::Blob{key},
          sdk::Blob{db_.seal("people", key, body.reveal())});
}

std::optional<v1::StoredPerson> Store::person(const std::string& login) {
  const Lock lock(mutex_);
  return find(key_of(login));
}

std::optional<v1::StoredPerson> Store::person_of(const StoredSession& session) {
  const Lock lock(mutex_);
  return find(session.person);
}

std::vector<v1::StoredPerson> Store::people() {
  const Lock lock(mutex_);
  std::vector<std::string> keys;
  db_.each("SELECT person FROM people", [&](auto& row) { keys.push_back(sdk::blob_at(row, 0)); });
  std::vector<v1::StoredPerson> out;
  for (const std::string& key : keys)
    if (auto person = find(key)) out.push_back(std::move(*person));
  std::ranges::sort(out, {}, [](const auto& person) { return person.login(); });
  return out;
}

void Store::put(const v1::StoredPerson& person) {
  const Lock lock(mutex_);
  write(key_of(person.login()), person);
}

bool Store::change(const std::string& login, const std::function<bool(v1::StoredPerson&)>& change) {
  const Lock lock(mutex_);
  const sdk::SealedDatabase::Transaction transaction(db_);
  const std::string key = key_of(login);
  auto person = find(key);
  if (!person || !change(*person)) return false;
  write(key, *person);
  transaction.commit();
  return true;
}

Tries Store::tries(const std::string& login) {
  const Lock lock(mutex_);
  Tries tries;
  db_.each(
      "SELECT wrong, locked_until FROM tries WHERE person = ?",
      [&](auto& row) {
        tries.wrong = static_cast<std::uint32_t>(sdk::int_at(row, 0));
        if (!row.isColumnNull(1)) tries.locked_until = time_from_ms(sdk::int_at(row, 1));
      },
      sdk::Blob{key_of(login)});
  return tries;
}

bool Store::begin_try(const std::string& login, Time now) {
  const Lock lock(mutex_);
  const sdk::SealedDatabase::Transaction transaction(db_);
  const std::string key = key_of(login);
  db_.run("DELETE FROM tries WHERE person = ? AND locked_until <= ?", sdk::Blob{key}, now);
  const int counted = db_.run(
      "INSERT INTO tries VALUES (?1, 1, NULL, ?2) ON CONFLICT (person) DO UPDATE SET wrong = wrong "
      "+ 1, used = ?2, locked_until = CASE WHEN wrong + 1 >= ?3 THEN ?4 END WHERE locked_until IS "
      "NULL",
      sdk::Blob{key}, now, static_cast<int>(kMostWrong), now + kLockedFor);
  db_.run(
      "DELETE FROM tries WHERE person IN (SELECT person FROM tries ORDER BY locked_until IS NOT "
      "NULL, used LIMIT max(0, "
      "(SELECT count(*) FROM tries) - ?))",
      kMostTried);
  transaction.commit();
  return counted == 1;
}

void Store::forget_tries(const std::string& login) {
  const Lock lock(mutex_);
  db_.run("DELETE FROM tries WHERE person = ?", sdk::Blob{key_of(login)});
}

void Store::put_session(std::string_view token, const std::string& login, SessionState state,
                        Time now) {
  const Lock lock(mutex_);
  db_.run("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", sdk::Blob{token_key(token)},
          sdk::Blob{key_of(login)}, static_cast<int>(state), now, now);
  db_.run(
      "DELETE FROM sessions WHERE token IN (SELECT token FROM sessions WHERE person "
      "= ? ORDER BY began DESC LIMIT -1 OFFSET ?)",
      sdk::Blob{key_of(login)}, kMostSessions);
}

std::optional<StoredSession> Store::session(std::string_view token) {
  const Lock lock(mutex_);
  std::optional<StoredSession> found;
  db_.each(
      "SELECT person, state, began, used FROM sessions WHERE token = ?",
      [&](auto& row) {
        found = StoredSession{sdk::blob_at(row, 0), static_cast<SessionState>(sdk::int_at(row, 1)),
                              time_from_ms(sdk::int_at(row, 2)), time_from_ms(sdk::int_at(row, 3))};
      },
      sdk::Blob{token_key(token)});
  return found;
}

void Store::set_session(std::string_view token, SessionState state, Time used) {
  const Lock lock(mutex_);
  db_.run("UPDATE sessions SET state = ?, used = ? WHERE token = ?", static_cast<int>(state), used,
          sdk::Blob{token_key(token)});
}

void Store::touch_session(std::string_view token, Time used) {
  const Lock lock(mutex_);
  db_.run("UPDATE sessions SET used = ? WHERE token = ? AND state = ?", used,
          sdk::Blob{token_key(token)}, static_cast<int>(SessionState::open));
}

void Store::end_session(std::string_view token) {
  const Lock lock(mutex_);
  db_.run("DELETE FROM sessions WHERE token = ?", sdk::Blob{token_key(token)});
}

void Store::end_sessions_of(const std::string& login) {
  const Lock lock(mutex_);
  db_.run("DELETE FROM sessions WHERE person = ?", sdk::Blob{key_of(login)});
}

void Store::forget_before(Time when) {
  const Lock lock(mutex_);
  db_.run("DELETE FROM sessions WHERE began < ?", when);
  db_.run("DELETE FROM tries WHERE used < ?", when);
}

std::optional<crypto::SecretBytes> Store::setting(const std::string& name) {
  const Lock lock(mutex_);
  std::string sealed;
  db_.each(
      "SELECT sealed FROM settings WHERE name = ?",
      [&](auto& row) { sealed = sdk::blob_at(row, 0); }, name);
  if (sealed.empty()) return std::nullopt;
  return db_.unseal("settings", name, sealed);
}

void Store::put_setting(const std::string& name, std::string_view value) {
  const Lock lock(mutex_);
  db_.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name,
          sdk::Blob{db_.seal("settings", name, value)});
}

std::map<std::string, v1::StoredKey> Store::all_keys() {
  std::map<std::string, std::string> sealed;
  db_.each("SELECT key, sealed FROM api_keys",
           [&](auto& row) { sealed[sdk::blob_at(row, 0)] = sdk::blob_at(row, 1); });
  std::map<std::string, v1::StoredKey> out;
  for (const auto& [key, body] : sealed)
    if (!wire::parse_stored(db_.unseal("api_keys", key, body).reveal(), out[key]))
      throw std::runtime_error("the gateway's database is damaged");
  return out;
}

std::optional<v1::StoredKey> Store::key(const std::string& secret) {
  const Lock lock(mutex_);
  const auto all = all_keys();
  const auto found = all.find(db_.keyed("veerpont/gateway-key/v1", secret));
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

std::vector<v1::StoredKey> Store::keys() {
  const Lock lock(mutex_);
  std::vector<v1::StoredKey> out;
  for (const auto& [key, stored] : all_keys()) out.push_back(stored);
  std::ranges::sort(out, {}, [](const auto& one) { return one.added(); });
  return out;
}

void Store::put_key(const std::string& secret, const v1::StoredKey& stored) {
  const Lock lock(mutex_);
  const std::string key = db_.keyed("veerpont/gateway-key/v1", secret);
  db_.run("INSERT OR REPLACE INTO api_keys VALUES (?, ?)", sdk::Blob{key},
          sdk::Blob{db_.seal("api_keys", key, wire::serialise(stored))});
}

void Store::touch_key(const std::string& secret, const v1::StoredKey& stored) {
  const Lock lock(mutex_);
  const std::string key = db_.keyed("veerpont/gateway-key/v1", secret);
  db_.run("UPDATE api_keys SET sealed = ? WHERE key = ?",
          sdk::Blob{db_.seal("api_keys", key, wire::serialise(stored))}, sdk::Blob{key});
}

bool Store::remove_key(const std::string& id) {
  const Lock lock(mutex_);
  for (const auto& [key, stored] : all_keys())
    if (stored.id() == id)
      return db_.run("DELETE FROM api_keys WHERE key = ?", sdk::Blob{key}) == 1;
  return false;
}

std::string Store::challenge(const std::string& about) {
  const Lock lock(mutex_);
  return db_.keyed("veerpont/gateway-passkey/v1", about);
}

}  // namespace veerpont::gateway
