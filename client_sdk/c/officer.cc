// Operations of the privacy officer: what the log says, filtered, counted, proven.
#include "base/dutch.h"
#include "client_sdk/c/answers.h"
#include "client_sdk/c/handlers.h"
#include "schemas/codes.h"

namespace veerpont::api {
namespace {

Result<std::optional<Date>> optional_day_in(const std::string& text, const char* field) {
  if (text.empty()) return std::optional<Date>();
  const auto day = parse_date(text);
  if (!day) return invalid(std::string(field) + ": must be a date, 2026-12-01");
  return std::optional(*day);
}

// What requests about events name.
template <class Request>
Result<EventQuery> query_in(const Request& wanted) {
  EventQuery query;
  auto from = optional_day_in(wanted.from(), "from");
  auto until = optional_day_in(wanted.until(), "until");
  if (!from) return from.refusal();
  if (!until) return until.refusal();
  query.from = *from;
  query.until = *until;
  query.with = wanted.with();
  if (wanted.ground() != 0) query.ground = id_of(static_cast<Ground>(wanted.ground()));
  if (wanted.category() != 0) query.category = static_cast<Category>(wanted.category());
  return query;
}

// With what a list and an export of events name beside it.
template <class Request>
Result<EventQuery> whole_query_in(const Request& wanted) {
  auto query = query_in(wanted);
  auto grant = optional_id_in<GrantId>(wanted.grant_id(), "grantId");
  auto referral = optional_id_in<ReferralId>(wanted.referral_id(), "referralId");
  if (!query) return query.refusal();
  if (!grant) return grant.refusal();
  if (!referral) return referral.refusal();
  query->kind = wanted.kind();
  query->grant = *grant;
  query->referral = *referral;
  return query;
}

}  // namespace

Result<v1::EventsAnswer> list_events(Client& client, const v1::EventsRequest& wanted) {
  auto query = whole_query_in(wanted);
  if (!query) return query.refusal();
  query->newest_first = wanted.newest_first();
  query->limit = wanted.limit();
  if (wanted.has_after()) query->after = LogIndex{wanted.after()};
  auto rows = client.audit_list(*query);
  if (!rows) return rows.refusal();
  return aged(events(*rows), age_of(client));
}

Result<v1::FlowsAnswer> show_flows(Client& client, const v1::FlowsRequest& wanted) {
  auto query = query_in(wanted);
  if (!query) return query.refusal();
  auto counted = client.flows(*query);
  if (!counted) return counted.refusal();
  return aged(flows(*counted), age_of(client));
}

Result<v1::EvidenceAnswer> make_evidence(Client& client, const v1::EvidenceRequest& wanted) {
  auto referral = id_in<ReferralId>(wanted.referral_id(), "referralId");
  auto actor = actor_in(wanted.actor());
  if (!referral) return referral.refusal();
  if (!actor) return actor.refusal();
  if (!wanted.language().empty() && wanted.language() != "nl" && wanted.language() != "en")
    return invalid("language: nl or en");
  auto page = client.evidence_page(
      *referral, wanted.language() == "en" ? Language::english : Language::dutch, *actor);
  if (!page) return page.refusal();
  v1::EvidenceAnswer out;
  out.set_html(std::move(*page));
  return out;
}

Result<v1::ReportAnswer> show_report(Client& client, const v1::ReportRequest& wanted) {
  auto from = optional_day_in(wanted.from(), "from");
  auto until = optional_day_in(wanted.until(), "until");
  if (!from) return from.refusal();
  if (!until) return until.refusal();
  auto report = client.period_report({*from, *until, wanted.for_others()});
  if (!report) return report.refusal();
  return aged(period_report(*report), age_of(client));
}

Result<v1::BreachAnswer> show_breach(Client& client, const v1::BreachRequest& wanted) {
  const auto from = parse_rfc3339(wanted.from()), until = parse_rfc3339(wanted.until());
  if (!from) return invalid("from: a time is written 2026-12-01T09:00:00Z");
  if (!until) return invalid("until: a time is written 2026-12-01T09:00:00Z");
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto found =
      client.breach({*from, *until, {wanted.persons().begin(), wanted.persons().end()}}, *actor);
  if (!found) return found.refusal();
  return aged(breach(*found), age_of(client));
}

Result<v1::ProveAnswer> prove(Client& client, const v1::ProveRequest& wanted) {
  auto proven = client.audit_prove(LogIndex{wanted.log_index()});
  if (!proven) return proven.refusal();
  v1::ProveAnswer out;
  out.set_proof(proven->file);
  out.set_verifier_key(proven->verifier_key);
  return out;
}

Result<v1::SampleAnswer> draw_sample(Client& client, const v1::SampleRequest& wanted) {
  SampleQuery query{wanted.seed()};
  if (wanted.has_count()) query.count = wanted.count();
  auto from = optional_day_in(wanted.from(), "from");
  auto until = optional_day_in(wanted.until(), "until");
  if (!from) return from.refusal();
  if (!until) return until.refusal();
  query.from = *from;
  query.until = *until;
  auto drawn = client.sample(query);
  if (!drawn) return drawn.refusal();
  return api::sample(*drawn);
}

Result<v1::HandedOver> export_rows(Client& client, const v1::ExportRequest& wanted) {
  auto query = whole_query_in(wanted);
  if (!query) return query.refusal();
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto made = client.audit_export({wanted.what(), wanted.format(), std::move(*query)}, *actor);
  if (!made) return made.refusal();
  v1::HandedOver out;
  out.set_name(made->name);
  out.set_content(made->content);
  out.set_manifest(made->manifest);
  return out;
}

Result<v1::CheckExportAnswer> check_export(const v1::CheckExportRequest& wanted) {
  auto checked = check_manifest(wanted.manifest(), wanted.content(), wanted.verifier_key());
  if (checked) return checked_export(*checked);
  if (checked.refusal().code != RefusalCode::tampered) return checked.refusal();
  v1::CheckExportAnswer out;  // that it does not hold is the answer
  out.set_fault(checked.refusal().detail);
  return out;
}

Result<v1::RegisterAnswer> show_register(Client& client, const v1::RegisterRequest& wanted) {
  auto on = optional_day_in(wanted.on(), "on");
  if (!on) return on.refusal();
  auto all = client.processing_register(*on);
  if (!all) return all.refusal();
  return processing_register(*all);
}

Result<v1::RegisterAnswer> say_in_register(Client& client, const v1::SayInRegisterRequest& wanted) {
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  if (auto said = client.say_in_register(wanted.field(), wanted.text(), *actor); !said)
    return said.refusal();
  auto all = client.processing_register();
  if (!all) return all.refusal();
  return processing_register(*all);
}

Result<v1::SubjectRequestNumber> new_request(Client& client, const v1::NewSubjectRequest& wanted) {
  SubjectRequestDraft draft{wanted.kind(), wanted.requester(), wanted.shown(), wanted.words(), {}};
  for (const std::string& id : wanted.referral_ids()) {
    auto referral = id_in<ReferralId>(id, "referralIds");
    if (!referral) return referral.refusal();
    draft.referrals.push_back(*referral);
  }
  auto received = optional_day_in(wanted.received(), "received");
  if (!received) return received.refusal();
  draft.received = *received;
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto number = client.new_request(draft, *actor);
  if (!number) return number.refusal();
  v1::SubjectRequestNumber out;
  out.set_number(*number);
  return out;
}

Result<v1::SubjectRequestsAnswer> list_requests(Client& client, const v1::Empty&) {
  auto rows = client.requests();
  if (!rows) return rows.refusal();
  return subject_requests(*rows);
}

Result<v1::SubjectRequestAnswer> show_request(Client& client,
                                              const v1::ShowSubjectRequest& wanted) {
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto request = client.request(wanted.number(), *actor);
  if (!request) return request.refusal();
  return subject_request(*request);
}

Result<v1::Done> decide_request(Client& client, const v1::DecideSubjectRequest& wanted) {
  auto message = id_in<MessageId>(wanted.message_id(), "messageId");
  if (!message) return message.refusal();
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto decided = client.decide_request(wanted.number(),
                                       {*message, static_cast<Category>(wanted.category()),
                                        wanted.verdict(), wanted.article(), wanted.note()},
                                       *actor);
  if (!decided) return decided.refusal();
  return v1::Done();
}

Result<v1::Done> extend_request(Client& client, const v1::ExtendSubjectRequest& wanted) {
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  if (auto done = client.extend_request(wanted.number(), wanted.reason(), *actor); !done)
    return done.refusal();
  return v1::Done();
}

Result<v1::SubjectRequestAnswer> answer_request(Client& client,
                                                const v1::AnswerSubjectRequest& wanted) {
  auto pin = pin_in(wanted.pin());
  if (!pin) return pin.refusal();
  auto actor = actor_in(wanted.actor());
  if (!actor) return actor.refusal();
  auto answered = client.answer_request(wanted.number(), wanted.second(), *pin, *actor);
  if (!answered) return answered.refusal();
  return subject_request(*answered);
}

Result<v1::VerdictAnswer> show_verdict(Client& client, const v1::Empty&) {
  v1::VerdictAnswer out;
  if (const auto verdict = client.log_verdict()) out = told(*verdict);
  return out;
}

Result<v1::WitnessesAnswer> list_witnesses(Client& client, const v1::Empty&) {
  auto all = client.witnesses();
  if (!all) return all.refusal();
  return witnesses(*all);
}

Result<v1::WitnessesAnswer> confirm_witness(Client& client,
                                            const v1::ConfirmWitnessRequest& wanted) {
  if (auto done = client.confirm_witness(wanted.verifier_key()); !done) return done.refusal();
  return list_witnesses(client, {});
}

Result<v1::Done> resolve(Client& client, const v1::ResolveRequest& wanted) {
  auto first = pin_in(wanted.pin()), second = pin_in(wanted.second_pin());
  if (!first) return first.refusal();
  if (!second) return second.refusal();
  auto resolved =
      client.resolve_log({wanted.reason(), wanted.worker(), wanted.second()}, *first, *second);
  if (!resolved) return resolved.refusal();
  return v1::Done();
}

Result<v1::CheckEvidenceAnswer> check_evidence_file(const v1::CheckEvidenceRequest& wanted) {
  auto shown = check_evidence(wanted.evidence(), wanted.verifier_key());
  if (shown) return checked_evidence(*shown);
  if (shown.refusal().code != RefusalCode::tampered) return shown.refusal();
  v1::CheckEvidenceAnswer out;  // that it does not hold is the answer
  out.set_fault(shown.refusal().detail);
  return out;
}

Result<v1::CheckProofAnswer> check_proof_file(const v1::CheckProofRequest& wanted) {
  auto proven = check_proof(wanted.proof(), wanted.verifier_key());
  if (proven) return checked_proof(*proven);
  if (proven.refusal().code != RefusalCode::tampered) return proven.refusal();
  // That it does not hold is the answer, and nobody's fault here.
  v1::CheckProofAnswer out;
  out.set_fault(proven.refusal().detail);
  out.set_fault_nl(in_dutch(proven.refusal().detail));
  return out;
}

}  // namespace veerpont::api
