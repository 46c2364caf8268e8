// What an organisation decided for itself: policy.toml in its home. docs/domain.md marks what may
// differ.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "crypto/hash.h"
#include "rules/consent_rules.h"

namespace veerpont::sdk {

struct Policy {
  rules::ConsentPolicy consent;
  int authority_check_days = 5;
  bool first_referral_when_involved = false;
  int countersign_hours = 24;
  int again_days = 30;   // so long the same child, to the same organisation, asks why
  int parents_days = 7;  // between talks during a stay
  int child_days = 14;
  int retention_months = 24;                     // after a referral closed
  std::map<Category, int> category_months = {};  // where it is another number
  int retention_of(Category category) const;
  crypto::Hash sha256;  // of the file's bytes, which goes into every GrantRecord

  // The commented file that a new home begins with.
  static std::string defaults();
  // Refuses invalid-input with the key for one that is unknown, of a wrong type or out of range: a
  // misspelt rule must not silently be another. A missing file is the defaults.
  static Result<Policy> parse(const std::string& toml);
  static Result<Policy> read(const std::string& path);
  // Every rule, as it holds here and as it would when nobody decided otherwise.
  struct Held {
    std::string key;   // "consent.longest_months"
    bool yes_no;       // then 0 and 1
    int value, usual;  // here, and where nobody decided otherwise
    int least, most;
  };
  std::vector<Held> rules() const;
  // The file with one rule changed and everything else, comments too, as it stood. Refuses as
  // parse().
  static Result<std::string> with(const std::string& toml, const std::string& key, int value);
};

}  // namespace veerpont::sdk
