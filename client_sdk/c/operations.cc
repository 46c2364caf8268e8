#include "client_sdk/c/operations.h"

#include <functional>
#include <map>

#include "client_sdk/c/handlers.h"

namespace veerpont::api {
namespace {

using Handler = std::function<Called(Client*, std::string_view)>;

template <class Request, class Run>
Called run(std::string_view json, Run run) {
  Request request;
  Status read = read_json(json.empty() ? "{}" : json, request);
  Called called = read ? run(request) : answer_refused(read.refusal());
  wipe_texts(request);
  return called;
}

template <class Answer>
Called answer_of(Result<Answer> answer) {
  if (!answer) return answer_refused(answer.refusal());
  Called called{0, write_json(*answer, false)};
  wipe_texts(*answer);
  return called;
}

template <class Answer, class Request>
Handler handler(Result<Answer> (*operation)(Client&, const Request&)) {
  return [operation](Client* client, std::string_view json) -> Called {
    if (client == nullptr)
      return answer_refused({RefusalCode::invalid_input, "client: this operation needs a home"});
    return run<Request>(
        json, [&](const Request& request) { return answer_of(operation(*client, request)); });
  };
}
template <class Answer, class Request>
Handler handler(Result<Answer> (*operation)(const Request&)) {
  return [operation](Client*, std::string_view json) -> Called {
    return run<Request>(json,
                        [&](const Request& request) { return answer_of(operation(request)); });
  };
}

using Handlers = std::map<std::string_view, Handler>;

// What the privacy officer asks, and what keeps the log and its accesses.
Handlers officers_handlers() {
  return {{"VerifyLog", handler(verify_log)},
          {"ShowBreach", handler(show_breach)},
          {"Prove", handler(prove)},
          {"CheckProof", handler(check_proof_file)},
          {"DrawSample", handler(draw_sample)},
          {"ExportRows", handler(export_rows)},
          {"CheckExport", handler(check_export)},
          {"ShowRegister", handler(show_register)},
          {"SayInRegister", handler(say_in_register)},
          {"NewRequest", handler(new_request)},
          {"Requests", handler(list_requests)},
          {"ShowRequest", handler(show_request)},
          {"DecideRequest", handler(decide_request)},
          {"ExtendRequest", handler(extend_request)},
          {"AnswerRequest", handler(answer_request)},
          {"ShowVerdict", handler(show_verdict)},
          {"Witnesses", handler(list_witnesses)},
          {"ConfirmWitness", handler(confirm_witness)},
          {"Resolve", handler(resolve)},
          {"CheckEvidence", handler(check_evidence_file)},
          {"ShowFlows", handler(show_flows)},
          {"ShowReport", handler(show_report)},
          {"MakeEvidence", handler(make_evidence)},
          {"Events", handler(list_events)},
          {"Exceptions", handler(list_exceptions)},
          {"ReviewException", handler(review_exception)},
          {"Accesses", handler(list_accesses)},
          {"ReportAccess", handler(report_access)},
          {"RunRetention", handler(run_retention)},
          {"Destructions", handler(list_destructions)},
          {"SyncLog", handler(sync_log)}};
}

Handlers house_handlers() {
  return {{"Whoami", handler(whoami)},
          {"Doctor", handler(doctor)},
          {"Sync", handler(sync)},
          {"Directory", handler(list_directory)},
          {"ConfirmPartner", handler(confirm_partner)},
          {"PublishProfile", handler(publish_profile)},
          {"Route", handler(find_route)},
          {"CheckGrant", handler(check_grant)},
          {"CheckReferral", handler(check_referral)},
          {"RegisterGrant", handler(register_grant)},
          {"Grants", handler(list_grants)},
          {"WithdrawGrant", handler(withdraw)},
          {"Refer", handler(refer)},
          {"ReferSiblings", handler(refer_siblings)},
          {"Reply", handler(reply)},
          {"Renew", handler(renew)},
          {"Referrals", handler(list_referrals)},
          {"ShownReferrals", handler(shown_referrals)},
          {"Timeline", handler(timeline)},
          {"Inbox", handler(list_inbox)},
          {"Open", handler(open)},
          {"Outbox", handler(list_outbox)},
          {"CancelMessage", handler(cancel)},
          {"Due", handler(list_due)},
          {"Schema", handler(schema)},
          {"Join", handler(join_federation)},
          {"ReplaceKeys", handler(replace_keys)},
          {"ShowGrant", handler(show_grant)},
          {"AuthorityChecked", handler(authority_checked)},
          {"Countersign", handler(countersign)},
          {"Workers", handler(list_workers)},
          {"AddWorker", handler(add_worker)},
          {"ChangePin", handler(change_pin)},
          {"RemoveWorker", handler(remove_worker)},
          {"ReadSent", handler(read_sent)},
          {"Rhythm", handler(list_rhythm)},
          {"BeginStay", handler(begin_stay)},
          {"EndStay", handler(end_stay)},
          {"Talked", handler(talked)},
          {"ShowPolicy", handler(show_policy)},
          {"SetPolicy", handler(set_policy)},
          {"ShowSecretWords", handler(show_secret_words)},
          {"PutSecretWords", handler(set_secret_words)},
          {"NewDocument", handler(new_document)}};
}

// By the names of the service's methods.
const Handlers& handlers() {
  static const Handlers all = [] {
    Handlers both = house_handlers();
    both.merge(officers_handlers());
    return both;
  }();
  return all;
}

const google::protobuf::ServiceDescriptor* service() {
  return v1::Empty::descriptor()->file()->FindServiceByName("Veerpont");
}

}  // namespace

std::vector<std::string> operations() {
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(service()->method_count()));
  for (int i = 0; i < service()->method_count(); ++i)
    if (const auto* method = service()->method(i); handlers().contains(method->name()))
      out.push_back(method->options().GetExtension(v1::operation).name());
  return out;
}

Called call(Client* client, std::string_view operation, std::string_view json) {
  for (int i = 0; i < service()->method_count(); ++i) {
    const auto* method = service()->method(i);
    if (method->options().GetExtension(v1::operation).name() != operation) continue;
    return handlers().at(method->name())(client, json);
  }
  return answer_refused({RefusalCode::not_found, "no such operation"});
}

Called answer_refused(const Refusal& refusal) {
  return {exit_code_of(refusal.code), write_json(refused(refusal), false)};
}

}  // namespace veerpont::api
