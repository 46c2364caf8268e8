// The log of the organisation, as the broker gave it and this home verified it: the pinned
// checkpoint, its own events, and what receipts proved.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "client_sdk/dossier/settings.h"
#include "crypto/hash.h"

namespace veerpont::sdk {

class SealedDatabase;
using crypto::Hash;

struct StoredEvent {
  LogIndex index;
  std::string proven;      // a serialised ProvenEvent
  std::string checkpoint;  // the signed note that its inclusion proof is against
};

class Events {
 public:
  Events(SealedDatabase& db, Settings& settings) : db_(db), settings_(settings) {}

  // The newest checkpoint verified (a signed note). advance() writes `to` only while `from` is
  // still the pinned one.
  std::string pinned();
  bool advance(const std::string& from, const std::string& to);
  // Events in order; `from` is the index to fetch from next. `learn` runs in the same transaction,
  // so that an older page never overwrites what a newer one taught. False when another command was
  // faster: nothing happened.
  Result<bool> append(const std::vector<StoredEvent>& events, LogIndex from, LogIndex next,
                      const std::function<Status()>& learn);
  LogIndex cursor();
  std::vector<StoredEvent> all();
  // Leaf hashes that receipts and deliveries proved: verify() demands each among the synced events.
  void put_receipt(LogIndex index, const Hash& leaf);
  std::vector<std::pair<LogIndex, Hash>> receipts();

 private:
  SealedDatabase& db_;
  Settings& settings_;
};

}  // namespace veerpont::sdk
