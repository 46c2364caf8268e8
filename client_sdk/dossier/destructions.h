// What ends with its term: destroyed here, with a signed note that says so.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "crypto/secret.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

class SealedDatabase;

// What one run of the retention rule destroys, all of it or nothing.
struct Retired {
  std::vector<std::pair<MessageId, Category>> sections;  // received
  std::vector<MessageId> envelopes;                      // received: nothing is left to open
  std::vector<std::pair<MessageId, crypto::SecretBytes>>
      documents;  // sent: what is left of each; empty: nothing
  std::vector<GrantId> records;
  std::string note, signature;
};

class Destructions {
 public:
  explicit Destructions(SealedDatabase& db) : db_(db) {}

  void retire(const Retired& what);
  std::vector<std::pair<std::string, std::string>> notes();  // each with its signature

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
