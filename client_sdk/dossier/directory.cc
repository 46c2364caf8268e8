#include "client_sdk/dossier/directory.h"

#include <sstream>

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

void Directory::put(const OrganisationRecord& o) {
  std::string serves;
  for (const auto& code : o.serves) serves += (serves.empty() ? "" : " ") + code;
  db_.run(
      "INSERT INTO organisations (org, title, kind, serves, hidden) VALUES (?, ?, ?, ?, ?) ON "
      "CONFLICT (org) DO UPDATE SET title = excluded.title, "
      "kind = excluded.kind, serves = excluded.serves, hidden = excluded.hidden",
      o.org.str(), o.title, static_cast<int>(o.kind), serves, o.hidden);
}

void Directory::put_profile(const OrgId& org, const std::string& profile, Time created) {
  db_.run(
      "UPDATE organisations SET profile = ?1, profile_created = ?3 WHERE org = ?2 AND "
      "profile_created < ?3",
      Blob{profile}, org.str(), created);
}

void Directory::suspend(const OrgId& org, bool suspended) {
  db_.run("UPDATE organisations SET suspended = ? WHERE org = ?", suspended, org.str());
}

std::vector<OrgId> Directory::all() {
  std::vector<OrgId> all;
  db_.each("SELECT org FROM organisations ORDER BY org", [&](auto& row) {
    if (const auto org = OrgId::parse(text_at(row, 0))) all.push_back(*org);
  });
  return all;
}

std::optional<OrganisationRecord> Directory::find(const OrgId& org) {
  std::optional<OrganisationRecord> found;
  db_.each(
      "SELECT title, kind, serves, hidden, profile, suspended FROM organisations WHERE org = ?",
      [&](auto& row) {
        found = OrganisationRecord{org,
                                   text_at(row, 0),
                                   static_cast<OrgKind>(int_at(row, 1)),
                                   {},
                                   int_at(row, 3) != 0,
                                   blob_at(row, 4),
                                   int_at(row, 5) != 0};
        std::istringstream serves(text_at(row, 2));
        for (std::string served; serves >> served;) found->serves.push_back(served);
      },
      org.str());
  return found;
}

void Directory::put_partner(const PartnerRecord& p) {
  db_.run(
      "INSERT INTO partners (org, fingerprint) VALUES (?, ?) ON CONFLICT (org) DO UPDATE SET "
      "fingerprint = excluded.fingerprint",
      p.org.str(), p.fingerprint);
}

void Directory::confirm_partner(const OrgId& org, const std::string& fingerprint) {
  db_.run(
      "UPDATE partners SET former = CASE WHEN confirmed IN ('', ?1) THEN former ELSE former || "
      "confirmed || ' ' END, confirmed = ?1 WHERE org = ?2",
      fingerprint, org.str());
}

std::optional<PartnerRecord> Directory::partner(const OrgId& org) {
  std::optional<PartnerRecord> found;
  db_.each(
      "SELECT fingerprint, confirmed, former FROM partners WHERE org = ?",
      [&](auto& row) {
        found = PartnerRecord{org, text_at(row, 0), text_at(row, 1), text_at(row, 2)};
      },
      org.str());
  return found;
}

}  // namespace veerpont::sdk
