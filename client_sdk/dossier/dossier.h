// What an organisation keeps, one facet for each kind of thing. One SQLite file; every column that
// can hold personal data is encrypted under the storage key. Two commands may run at once: writes
// are short immediate transactions, never across the network. What does not read throws: the file
// is damaged.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client_sdk/dossier/access_log.h"
#include "client_sdk/dossier/destructions.h"
#include "client_sdk/dossier/directory.h"
#include "client_sdk/dossier/events.h"
#include "client_sdk/dossier/grants.h"
#include "client_sdk/dossier/inbox.h"
#include "client_sdk/dossier/log_lists.h"
#include "client_sdk/dossier/outbox.h"
#include "client_sdk/dossier/referrals.h"
#include "client_sdk/dossier/settings.h"
#include "client_sdk/dossier/stays.h"
#include "client_sdk/dossier/withdrawals.h"

namespace veerpont::sdk {

class Dossier {
 public:
  // Opens or creates. Throws on a broken file or disk, and on another form.
  Dossier(const std::string& path, const crypto::Key32& storage_key);
  ~Dossier();
  Dossier(const Dossier&) = delete;
  Dossier& operator=(const Dossier&) = delete;
  // From now on nothing is written through this one.
  void only_read();

 private:
  std::unique_ptr<SealedDatabase> db_;  // before the facets, which stand on it

 public:
  Settings settings;
  Events events;
  Directory directory;
  Grants grants;
  Outbox outbox;
  Withdrawals withdrawals;
  Inbox inbox;
  AccessLog access_log;
  Referrals referrals;
  Stays stays;
  Destructions destructions;
  ListCopies lists;
};

// The number of the tables' form; those before, from the oldest on, are brought over when it is
// opened. Form 1 is not: it came before the statements that list TLS keys, and its log does not
// verify any more.
inline constexpr int kDossierForm = 9;
inline constexpr int kOldestDossierForm = 2;
// Of the file at this path; nothing when there is none. Throws on a broken file.
std::optional<int> dossier_form(const std::string& path);

}  // namespace veerpont::sdk
