// The gateway's own database: people, their sessions, settings. One file beside the home; what is
// said of people is sealed under a key made from the home's storage key. Safe from any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "client_sdk/dossier/sealed_database.h"
#include "veerpont/gateway/v1/gateway.pb.h"

namespace veerpont::gateway {

enum class SessionState { second_factor = 1, open = 2, locked = 3 };

struct StoredSession {
  std::string person;  // the keyed hash of the log-in name
  SessionState state;
  Time began, used;
};

// Wrong passwords and codes of one log-in name, whether there is such a person or not.
struct Tries {
  std::uint32_t wrong = 0;
  std::optional<Time> locked_until = {};
};

class Store {
 public:
  // `path`: made when it is not there. Throws std::exception when it cannot be opened with this
  // key.
  Store(const std::string& path, const crypto::Key32& key);

  std::optional<v1::StoredPerson> person(const std::string& login);
  std::optional<v1::StoredPerson> person_of(const StoredSession& session);
  std::vector<v1::StoredPerson> people();
  void put(const v1::StoredPerson& person);
  // In one transaction. False when there is no such person, or `change` says so.
  bool change(const std::string& login, const std::function<bool(v1::StoredPerson&)>& change);

  Tries tries(const std::string& login);
  // Counts a try before it is looked at, so that tries at once are no way around the limit. Nothing
  // when the name is locked now.
  bool begin_try(const std::string& login, Time now);
  void forget_tries(const std::string& login);

  void put_session(std::string_view token, const std::string& login, SessionState state, Time now);
  std::optional<StoredSession> session(std::string_view token);
  void set_session(std::string_view token, SessionState state, Time used);
  // Somebody did something; nothing when it is not open any more.
  void touch_session(std::string_view token, Time used);
  void end_session(std::string_view token);
  void end_sessions_of(const std::string& login);
  // Sessions that began before, and tries that nobody repeated since.
  void forget_before(Time when);

  // A program's key, by what it sends.
  std::optional<v1::StoredKey> key(const std::string& secret);
  std::vector<v1::StoredKey> keys();
  void put_key(const std::string& secret, const v1::StoredKey& key);
  // Of one that is still there: what was removed stays so.
  void touch_key(const std::string& secret, const v1::StoredKey& key);
  // False when there is none of this id.
  bool remove_key(const std::string& id);

  std::optional<crypto::SecretBytes> setting(const std::string& name);
  void put_setting(const std::string& name, std::string_view value);
  // 32 bytes that nobody without the home's key knows beforehand, and that are the same for the
  // same `about`: what an authenticator signs.
  std::string challenge(const std::string& about);

  // A consistent copy. Throws std::exception when `path` is there, or cannot be written.
  void copy_to(const std::string& path) {
    const Lock lock(mutex_);
    db_.copy_to(path);
  }

 private:
  std::string key_of(const std::string& login) VEERPONT_REQUIRES(mutex_);
  std::string token_key(std::string_view token) VEERPONT_REQUIRES(mutex_);
  std::map<std::string, v1::StoredKey> all_keys() VEERPONT_REQUIRES(mutex_);
  std::optional<v1::StoredPerson> find(const std::string& key) VEERPONT_REQUIRES(mutex_);
  void write(const std::string& key, const v1::StoredPerson& person) VEERPONT_REQUIRES(mutex_);

  Mutex mutex_;
  sdk::SealedDatabase db_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::gateway
