// What an organisation decided for itself: policy.toml in its home. docs/domain.md marks what may differ.
#pragma once

#include <string>

#include "crypto/hash.h"
#include "schemas/result.h"
#include "schemas/rules/consent_rules.h"

namespace veerpont::sdk {

struct Policy {
  rules::ConsentPolicy consent;
  int authority_check_days = 5;
  bool first_referral_when_involved = false;
  int countersign_hours = 24;
  crypto::Hash sha256;  // of the file's bytes, which goes into every GrantRecord

  // The commented file that a new home begins with.
  static std::string defaults();
  // Refuses invalid-input with the key for one that is unknown, of a wrong type or out of range: a misspelt rule must not
  // silently be another. A missing file is the defaults.
  static Result<Policy> parse(const std::string& toml);
  static Result<Policy> read(const std::string& path);
};

}  // namespace veerpont::sdk
