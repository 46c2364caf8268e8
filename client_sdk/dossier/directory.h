// Whom this organisation knows: what the log says of each, and by which fingerprint a person
// confirmed it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

class SealedDatabase;

// What the log says of an organisation: the operator's introduction, and its own words.
struct OrganisationRecord {
  OrgId org;
  std::string title;
  OrgKind kind;
  std::vector<std::string> serves;  // rules/service_area.h
  bool hidden = false;
  std::string profile = {};  // a serialised Profile; empty: it published none
  bool suspended = false;
};

// Whom we know, and by which fingerprint.
struct PartnerRecord {
  OrgId org;
  std::string fingerprint;  // of the newest verified statement
  std::string confirmed;    // the fingerprint a person confirmed; empty: none
  std::string former = {};  // fingerprints that a person confirmed before, each followed by a space
  bool is_confirmed() const { return !confirmed.empty() && confirmed == fingerprint; }
  // Whether a person ever confirmed this identity: for messages that it signed while it was in use.
  bool was_confirmed(const std::string& identity) const {
    return !identity.empty() &&
           (confirmed == identity || former.find(identity + " ") != std::string::npos);
  }
};

class Directory {
 public:
  explicit Directory(SealedDatabase& db) : db_(db) {}

  void put(const OrganisationRecord& organisation);  // keeps the profile
  void put_profile(const OrgId& org, const std::string& profile,
                   Time created);  // does nothing unless it is newer
  void suspend(const OrgId& org, bool suspended);
  std::vector<OrgId> all();
  std::optional<OrganisationRecord> find(const OrgId& org);
  void put_partner(const PartnerRecord& partner);  // keeps what was confirmed
  void confirm_partner(const OrgId& org, const std::string& fingerprint);
  std::optional<PartnerRecord> partner(const OrgId& org);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
