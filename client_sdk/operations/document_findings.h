// What a document says that does not fit who gets it, or what is safe. Pure. The leak guard and the
// grant's scope are elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client_sdk/dossier/dossier.h"
#include "rules/clocks.h"
#include "schemas/finding.h"
#include "veerpont/v1/directory.pb.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

// Who gets it, as far as this home knows.
struct Recipient {
  std::optional<OrganisationRecord> known;
  v1::Profile profile;
  rules::Calendar calendar;
};

// A municipality that is none any more, a recipient that does not serve it, a team that the
// recipient does not name.
std::vector<Finding> routing_findings(const v1::Referral& document, const Recipient& recipient,
                                      const Date& today);

// In a crisis, outside the recipient's hours, somebody calls before writing. The finding says whom,
// and when it is read.
std::vector<Finding> crisis_findings(const v1::Referral& document, const Recipient& recipient,
                                     Time now);

// Whether it is the child that consent was asked for: birth dates that differ or are yet to come,
// an age band that does not fit. `agreed`: the birth date of the grant's draft, when it said one.
std::vector<Finding> child_findings(const v1::Referral& document, const std::string& agreed,
                                    const Date& today);
// Every referral that carries routing says whether the address is secret.
std::vector<Finding> address_findings(const v1::Referral& document);

// What a provider asks for that the grant does not list: the other side cannot give it before
// consent is asked again.
std::vector<Finding> wanted_findings(const v1::Update& update, CategorySet granted);

// Whether somebody with authority must not be contacted: what the authority section or the grant's
// record says.
bool contact_is_unsafe(const v1::Authority& authority, const v1::GrantRecord& record);

// To involve the absent parent is no aim where contact is unsafe.
std::vector<Finding> aim_findings(const v1::Referral& document, bool unsafe);

}  // namespace veerpont::sdk
