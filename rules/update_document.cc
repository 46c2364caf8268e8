#include "rules/update_document.h"

#include "base/time.h"

namespace veerpont {
namespace {

std::optional<std::string> unless(bool there, const char* field) {
  return there ? std::nullopt : std::optional<std::string>(field);
}

std::optional<std::string> missing_in_decline(const v1::Update& update) {
  if (update.decline_reason() == v1::DECLINE_REASON_UNSPECIFIED) return "declineReason";
  if (update.decline_reason() == v1::DECLINE_REASON_WRONG_MUNICIPALITY)
    return unless(!update.responsible_municipality().empty(), "responsibleMunicipality");
  return std::nullopt;
}

}  // namespace

std::optional<std::string> missing_field(Step step, const v1::Update& update) {
  switch (step) {
    case Step::request_info:
      return unless(!update.info_wanted().empty(), "infoWanted");
    case Step::decline:
      return missing_in_decline(update);
    case Step::redirect:
      return unless(!update.better_organisations().empty(), "betterOrganisations");
    case Step::waitlist:
      return unless(!update.expected_wait().empty(), "expectedWait");
    case Step::plan_handover:
      if (!parse_date(update.handover_date())) return "handoverDate";
      return unless(!update.handover_roles().empty(), "handoverRoles");
    case Step::pause:
      return unless(parse_date(update.until()).has_value(), "until");
    case Step::not_started:
      return unless(update.not_started_reason() != v1::NOT_STARTED_REASON_UNSPECIFIED,
                    "notStartedReason");
    case Step::withdraw:
      return unless(update.withdraw_reason() != v1::WITHDRAW_REASON_UNSPECIFIED, "withdrawReason");
    case Step::access_requested:
      return unless(!update.access_requested_by().empty(), "accessRequestedBy");
    case Step::access_answered:
      if (update.access_decision() == v1::Update::ACCESS_DECISION_UNSPECIFIED)
        return "accessDecision";
      return unless(!update.access_decided_by().empty(), "accessDecidedBy");
    case Step::complete:
      return unless(!update.outcomes().empty() || !update.no_outcomes_reason().empty(), "outcomes");
    default:
      return std::nullopt;
  }
}

}  // namespace veerpont
