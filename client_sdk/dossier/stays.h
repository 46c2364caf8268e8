// Stays of families in the shelter, for the rhythm of talks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "crypto/secret.h"
#include "schemas/codes.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

class SealedDatabase;

// A family's stay in the shelter, for the rhythm of talks; no referral is needed for it.
struct StayRecord {
  std::string id;  // 16 random bytes
  crypto::SecretBytes label;
  Date began;
  std::optional<Date> ended = {};
  std::optional<Date> parents = {}, child = {};  // the last talk with them
};

class Stays {
 public:
  explicit Stays(SealedDatabase& db) : db_(db) {}

  void put(const StayRecord& stay);
  std::vector<StayRecord> all();
  void end(const std::string& id, const Date& day);
  void put_talk(const std::string& id, TalkWith with, const Date& day);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
