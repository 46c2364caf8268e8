#include "client_sdk/operations/audit_rows.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/csv.h"

namespace veerpont::sdk {
namespace {

namespace json = boost::json;

template <class Id>
std::string hex(const std::optional<Id>& id) {
  return id ? id->hex() : std::string();
}

WrittenRows lines(const std::vector<std::string>& head,
                  const std::vector<std::vector<std::string>>& rows) {
  WrittenRows out{csv_line(head) + "\r\n", rows.size()};
  for (const auto& row : rows) out.text += csv_line(row) + "\r\n";
  return out;
}

// Create, read, update, delete or execute (RFC 3881, section 5.1.2; FHIR AuditEvent.action).
const char* action_of(AccessKind kind) {
  switch (kind) {
    case AccessKind::changed:
      return "U";
    case AccessKind::searched:
    case AccessKind::logged_in:
    case AccessKind::denied:
      return "E";
    default:
      return "R";
  }
}
const char* action_of(const std::string& event_kind) {
  if (event_kind == "submitted" || event_kind == "grant-registered") return "C";
  if (event_kind == "released") return "R";
  if (event_kind == "grant-withdrawn" || event_kind == "shares-destroyed" ||
      event_kind == "grant-expired" || event_kind == "message-expired")
    return "D";
  return "E";
}
// Of DICOM PS3.16, context group 400: what an audit trail calls an export, a query, a log-in, and
// the record of somebody.
const char* event_id_of(AccessKind kind) {
  switch (kind) {
    case AccessKind::exported:
    case AccessKind::printed:
      return "110106";
    case AccessKind::searched:
      return "110112";
    case AccessKind::logged_in:
      return "110114";
    default:
      return "110110";
  }
}
const char* outcome_of(AccessKind kind) { return kind == AccessKind::denied ? "4" : "0"; }

class FhirLines {
 public:
  explicit FhirLines(const RowsOf& whose) : whose_(whose) {}
  json::object code(const char* list, const std::string& code) const {
    return {{"system", "https://" + whose_.federation + "/codes/" + list}, {"code", code}};
  }
  json::object concept_of(const char* list, const std::string& one) const {
    return {{"coding", json::array{code(list, one)}}};
  }
  json::object named(const char* list, const std::string& value) const {
    return {{"identifier", json::object{{"system", "https://" + whose_.federation + "/" + list},
                                        {"value", value}}}};
  }
  json::object entity(const char* list, const std::string& value, CategorySet categories) const {
    json::object out{{"what", named(list, value)}};
    json::array details;
    for (const Category category : categories.list())
      details.push_back(json::object{{"type", concept_of("detail", "category")},
                                     {"valueString", id_of(category)}});
    if (!details.empty()) out["detail"] = std::move(details);
    return out;
  }
  json::object source() const {
    return {{"observer", named("organisations", whose_.organisation)}};
  }
  void add(const json::object& event) {
    rows_.text += json::serialize(event) + "\n";
    ++rows_.count;
  }
  WrittenRows rows() && { return std::move(rows_); }

 private:
  const RowsOf& whose_;
  WrittenRows rows_;
};

json::object begin(const std::string& id, const char* action, Time time) {
  return {
      {"resourceType", "AuditEvent"}, {"id", id}, {"action", action}, {"recorded", rfc3339(time)}};
}

}  // namespace

std::string ids_of(CategorySet categories) {
  std::string out;
  for (const Category category : categories.list())
    out += (out.empty() ? "" : " ") + id_of(category);
  return out;
}

WrittenRows csv_of(const std::vector<EventRow>& rows) {
  std::vector<std::vector<std::string>> out;
  out.reserve(rows.size());
  for (const EventRow& row : rows)
    out.push_back({std::to_string(row.index.value), row.time == Time{} ? "" : rfc3339(row.time),
                   row.kind, row.actor, row.counterpart, hex(row.referral), hex(row.grant),
                   hex(row.message), row.step, ids_of(row.categories), row.ground});
  return lines({"event", "time", "kind", "actor", "counterpart", "referral", "grant", "message",
                "step", "categories", "ground"},
               out);
}

WrittenRows csv_of(const std::vector<AccessRow>& rows) {
  std::vector<std::vector<std::string>> out;
  out.reserve(rows.size());
  for (const AccessRow& row : rows)
    out.push_back({std::to_string(row.number), rfc3339(row.time),
                   row.forgotten ? "" : row.actor.person,
                   row.forgotten ? "" : id_of(row.actor.role), row.forgotten ? "" : id_of(row.kind),
                   hex(row.referral), hex(row.message), ids_of(row.categories), row.list,
                   row.actor.purpose, row.actor.reason});
  return lines({"number", "time", "person", "role", "kind", "referral", "message", "categories",
                "list", "purpose", "reason"},
               out);
}

WrittenRows nen7513_of(const std::vector<AccessRow>& rows, const RowsOf& whose) {
  constexpr char kSystemObject[] = "2";  // RFC 3881, section 5.5.1
  constexpr char kReport[] = "3";        // 5.5.2: a referral is one
  constexpr char kReportNumber[] = "9";  // 5.5.4
  std::vector<std::vector<std::string>> out;
  out.reserve(rows.size());
  for (const AccessRow& row : rows) {
    if (row.forgotten) continue;
    const std::string object = row.referral ? row.referral->hex() : hex(row.message);
    out.push_back({event_id_of(row.kind), action_of(row.kind), rfc3339(row.time),
                   outcome_of(row.kind), id_of(row.kind), row.actor.person, "true",
                   id_of(row.actor.role), row.actor.purpose, row.actor.reason, whose.organisation,
                   std::to_string(row.number), object.empty() ? "" : kSystemObject,
                   object.empty() ? "" : kReport, object.empty() ? "" : kReportNumber, object,
                   row.list, ids_of(row.categories)});
  }
  return lines({"EventID", "EventActionCode", "EventDateTime", "EventOutcomeIndicator",
                "EventTypeCode", "UserID", "UserIsRequestor", "RoleIDCode", "PurposeOfUse",
                "Reason", "AuditEnterpriseSiteID", "AuditSourceID", "ParticipantObjectTypeCode",
                "ParticipantObjectTypeCodeRole", "ParticipantObjectIDTypeCode",
                "ParticipantObjectID", "ParticipantObjectQuery", "ParticipantObjectDetail"},
               out);
}

WrittenRows fhir_of(const std::vector<EventRow>& rows, const RowsOf& whose) {
  FhirLines out(whose);
  for (const EventRow& row : rows) {
    if (row.time == Time{}) continue;
    json::object event =
        begin("event-" + std::to_string(row.index.value), action_of(row.kind), row.time);
    event["code"] = out.concept_of("event-kind", row.kind);
    const std::string actor = row.actor.empty() ? "broker" : row.actor;
    json::array agents{
        json::object{{"who", out.named("organisations", actor)}, {"requestor", true}}};
    if (!row.counterpart.empty())
      agents.push_back(
          json::object{{"who", out.named("organisations", row.counterpart)}, {"requestor", false}});
    event["agent"] = std::move(agents);
    event["source"] = out.source();
    if (!row.ground.empty())
      event["authorization"] = json::array{out.concept_of("ground", row.ground)};
    json::array entities;
    if (row.referral)
      entities.push_back(out.entity("referrals", row.referral->hex(), row.categories));
    if (row.grant) entities.push_back(out.entity("grants", row.grant->hex(), {}));
    if (row.message) entities.push_back(out.entity("messages", row.message->hex(), {}));
    if (!entities.empty()) event["entity"] = std::move(entities);
    out.add(event);
  }
  return std::move(out).rows();
}

WrittenRows fhir_of(const std::vector<AccessRow>& rows, const RowsOf& whose) {
  FhirLines out(whose);
  for (const AccessRow& row : rows) {
    if (row.forgotten) continue;
    json::object event =
        begin("access-" + std::to_string(row.number), action_of(row.kind), row.time);
    event["code"] = out.concept_of("access-kind", id_of(row.kind));
    event["outcome"] = json::object{
        {"code",
         json::object{{"system", "http://terminology.hl7.org/CodeSystem/audit-event-outcome"},
                      {"code", outcome_of(row.kind)}}}};
    json::object agent{{"who", out.named("people", row.actor.person)},
                       {"requestor", true},
                       {"role", json::array{out.concept_of("role", id_of(row.actor.role))}}};
    if (!row.actor.purpose.empty())
      agent["authorization"] = json::array{json::object{{"text", row.actor.purpose}}};
    event["agent"] = json::array{std::move(agent)};
    event["source"] = out.source();
    json::array entities;
    if (row.referral)
      entities.push_back(out.entity("referrals", row.referral->hex(), row.categories));
    if (row.message) entities.push_back(out.entity("messages", row.message->hex(), {}));
    if (!row.list.empty()) entities.push_back(json::object{{"what", {{"display", row.list}}}});
    if (!entities.empty()) event["entity"] = std::move(entities);
    out.add(event);
  }
  return std::move(out).rows();
}

}  // namespace veerpont::sdk
