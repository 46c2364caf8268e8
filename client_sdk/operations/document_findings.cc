#include "client_sdk/operations/document_findings.h"

#include <algorithm>

#include "rules/consent_rules.h"
#include "rules/grant_draft.h"
#include "rules/municipalities.h"
#include "rules/service_area.h"

namespace veerpont::sdk {

std::vector<Finding> routing_findings(const v1::Referral& document, const Recipient& recipient,
                                      const Date& today) {
  std::vector<Finding> findings;
  const v1::Routing& routing = document.routing();
  const std::string& code = routing.responsible_municipality();
  if (!code.empty()) {
    const auto& list = rules::Municipalities::dutch();
    const auto now = list.on(today, code);
    const bool served = !recipient.known || recipient.known->serves.empty() ||
                        rules::serves(recipient.known->serves, code, today);
    if (!now) {
      findings.push_back(
          finding("/routing/responsibleMunicipality", ConsentGap::unknown_municipality));
    } else if (*now != code) {
      findings.push_back(
          finding("/routing/responsibleMunicipality", ConsentGap::merged_municipality));
      for (std::string* text : {&findings.back().dutch, &findings.back().english})
        *text += " " + *now + " " + list.name(*now).value_or("") + ".";
    } else if (!served) {
      findings.push_back(
          finding("/routing/responsibleMunicipality", ConsentGap::recipient_does_not_serve, false));
    }
  }
  const auto& teams = recipient.profile.teams();
  const bool named = std::ranges::any_of(
      teams, [&](const auto& team) { return team.id() == routing.recipient_team(); });
  if (!routing.recipient_team().empty() && !named)
    findings.push_back(finding("/routing/recipientTeam", ConsentGap::unknown_team));
  return findings;
}

std::vector<Finding> crisis_findings(const v1::Referral& document, const Recipient& recipient,
                                     Time now) {
  const v1::Routing& routing = document.routing();
  const bool called =
      !routing.crisis_call().whom().empty() && !routing.crisis_call().when().empty();
  const auto& [holidays, hours] = recipient.calendar;
  if (routing.urgency() != v1::URGENCY_CRISIS || called || hours.open_at(now, holidays)) return {};
  Finding found = finding("/routing/crisisCall", ConsentGap::crisis_call);
  const std::string& telephone = recipient.profile.crisis_telephone();
  const std::string opens = rfc3339(hours.next_open(now, holidays));
  found.dutch +=
      (telephone.empty() ? "" : " De crisistelefoon van de ontvanger is " + telephone + ".") +
      " De ontvanger leest vanaf " + opens + ".";
  found.english +=
      (telephone.empty() ? "" : " The recipient's crisis telephone is " + telephone + ".") +
      " The recipient reads from " + opens + ".";
  return {found};
}

std::vector<Finding> child_findings(const v1::Referral& document, const std::string& agreed,
                                    const Date& today) {
  std::vector<Finding> findings;
  const auto written = parse_date(document.identity().birth_date());
  const auto known = parse_date(agreed);
  if (written && known && *written != *known)
    findings.push_back(finding("/identity/birthDate", ConsentGap::another_child));
  if (written && *written > today)
    findings.push_back(finding("/identity/birthDate", ConsentGap::birth_date_to_come));
  const auto birth = written ? written : known;
  const auto band = document.routing().age_band();
  if (birth && *birth <= today && band != v1::Routing::AGE_BAND_UNSPECIFIED) {
    const int age = rules::age_on(*birth, today);
    const auto fits = age < 4    ? v1::Routing::AGE_BAND_0_3
                      : age < 12 ? v1::Routing::AGE_BAND_4_11
                      : age < 16 ? v1::Routing::AGE_BAND_12_15
                      : age < 18 ? v1::Routing::AGE_BAND_16_17
                                 : v1::Routing::AGE_BAND_18_22;
    if (band != fits || age > 22)
      findings.push_back(finding("/routing/ageBand", ConsentGap::age_band));
  }
  return findings;
}

std::vector<Finding> address_findings(const v1::Referral& document) {
  if (!document.has_routing() || document.routing().has_secret_address()) return {};
  return {finding("/routing/secretAddress", ConsentGap::secret_address_not_said)};
}

std::vector<Finding> wanted_findings(const v1::Update& update, CategorySet granted) {
  std::vector<Finding> findings;
  for (int i = 0; i < update.info_wanted_size(); ++i) {
    if (granted.has(static_cast<Category>(update.info_wanted(i)))) continue;
    findings.push_back(
        finding("/infoWanted/" + std::to_string(i), ConsentGap::wanted_not_granted, false));
    findings.back().informs = true;
  }
  return findings;
}

bool contact_is_unsafe(const v1::Authority& authority, const v1::GrantRecord& record) {
  using Record = v1::GrantRecord;
  return record.other_holder_informed() == Record::OTHER_HOLDER_INFORMED_UNSAFE ||
         std::ranges::any_of(authority.holders(),
                             [](const auto& holder) {
                               return holder.safe_to_contact() == v1::YES_NO_UNKNOWN_NO;
                             }) ||
         std::ranges::any_of(record.answers(), [](const auto& answer) {
           return answer.answer() == Record::ANSWER_UNSAFE_TO_ASK;
         });
}

std::vector<Finding> aim_findings(const v1::Referral& document, bool unsafe) {
  std::vector<Finding> findings;
  if (!unsafe) return findings;
  const auto& aims = document.care_need().parent_outcomes();
  for (int i = 0; i < aims.size(); ++i)
    if (aims[i] == v1::PARENT_OUTCOME_ABSENT_PARENT_INVOLVED)
      findings.push_back(finding("/careNeed/parentOutcomes/" + std::to_string(i),
                                 ConsentGap::unsafe_contact_wanted));
  const auto& outcomes = document.update().outcomes();
  for (int i = 0; i < outcomes.size(); ++i)
    if (outcomes[i].parent() == v1::PARENT_OUTCOME_ABSENT_PARENT_INVOLVED)
      findings.push_back(
          finding("/outcomes/" + std::to_string(i) + "/parent", ConsentGap::unsafe_contact_wanted));
  return findings;
}

}  // namespace veerpont::sdk
