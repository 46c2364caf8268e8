// Each operation of api.proto over a Client. Used by operations.cc alone.
#pragma once

#include "client_sdk/c/answers.h"
#include "crypto/secret.h"
#include "schemas/document_json.h"

namespace veerpont::api {

inline Refusal invalid(std::string what) {
  return Refusal{RefusalCode::invalid_input, std::move(what)};
}

// The JSON of a document, which wipes itself.
class DocumentJson {
 public:
  explicit DocumentJson(const google::protobuf::Message& message)
      : text_(write_json(message, false)) {}
  ~DocumentJson() { crypto::wipe(text_.data(), text_.size()); }
  DocumentJson(const DocumentJson&) = delete;
  DocumentJson& operator=(const DocumentJson&) = delete;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

template <class Document>
Result<Document> document_in(const google::protobuf::Message& message) {
  return Document::from_json(DocumentJson(message).text());
}

// Overwrites every text in a request or an answer: content, PINs.
void wipe_texts(google::protobuf::Message& message);

// A field that must be an id.
template <class Id>
Result<Id> id_in(const std::string& text, const char* field) {
  const auto id = Id::parse(text);
  if (!id)
    return Refusal{RefusalCode::invalid_input,
                   std::string(field) + ": is 32 hex digits in lower case"};
  return *id;
}
// One that may be absent.
template <class Id>
Result<std::optional<Id>> optional_id_in(const std::string& text, const char* field) {
  if (text.empty()) return std::optional<Id>();
  auto id = id_in<Id>(text, field);
  if (!id) return id.refusal();
  return std::optional(*id);
}
// A PIN that came as text, wiped where it is kept.
inline Result<Pin> pin_in(std::string digits) { return Pin::typed(std::move(digits)); }
Result<Date> day_in(const std::string& text, const char* field);
Result<Actor> actor_in(const v1::Actor& actor);

// Sharing: grants, referrals, messages.
Result<v1::Checked> check_grant(Client&, const v1::CheckGrantRequest&);
Result<v1::Checked> check_referral(Client&, const v1::CheckReferralRequest&);
Result<v1::RegisteredGrant> register_grant(Client&, const v1::RegisterGrantRequest&);
Result<v1::GrantsAnswer> list_grants(Client&, const v1::Empty&);
Result<v1::Grant> show_grant(Client&, const v1::GrantRequest&);
Result<v1::WithdrawAnswer> withdraw(Client&, const v1::WithdrawRequest&);
Result<v1::DueAnswer> list_due(Client&, const v1::DueRequest&);
Result<v1::Sent> refer(Client&, const v1::ReferRequest&);
Result<v1::ReferSiblingsAnswer> refer_siblings(Client&, const v1::ReferSiblingsRequest&);
Result<v1::Sent> reply(Client&, const v1::ReplyRequest&);
Result<v1::Sent> renew(Client&, const v1::RenewRequest&);
Result<v1::ReferralsAnswer> list_referrals(Client&, const v1::ReferralsRequest&);
Result<v1::ReferralsAnswer> shown_referrals(Client&, const v1::ShownReferralsRequest&);
Result<v1::EventsAnswer> timeline(Client&, const v1::TimelineRequest&);
Result<v1::InboxAnswer> list_inbox(Client&, const v1::InboxRequest&);
Result<v1::OpenAnswer> open(Client&, const v1::OpenRequest&);
Result<v1::OpenAnswer> read_sent(Client&, const v1::ReadSentRequest&);
Result<v1::OutboxAnswer> list_outbox(Client&, const v1::Empty&);
Result<v1::CancelAnswer> cancel(Client&, const v1::CancelRequest&);

// The organisation's own house: who we are, whom we know, who looked, what we keep.
Result<v1::Identity> whoami(Client&, const v1::Empty&);
Result<v1::DoctorAnswer> doctor(Client&, const v1::Empty&);
Result<v1::SyncAnswer> sync(Client&, const v1::SyncRequest&);
Result<v1::Identity> replace_keys(Client&, const v1::ReplaceKeysRequest&);
Result<v1::DirectoryAnswer> list_directory(Client&, const v1::DirectoryRequest&);
Result<v1::Done> confirm_partner(Client&, const v1::ConfirmRequest&);
Result<v1::Logged> publish_profile(Client&, const v1::PublishProfileRequest&);
Result<v1::RouteAnswer> find_route(Client&, const v1::RouteRequest&);
Result<v1::Done> authority_checked(Client&, const v1::AuthorityCheckedRequest&);
Result<v1::Done> countersign(Client&, const v1::CountersignRequest&);
Result<v1::ExceptionsAnswer> list_exceptions(Client&, const v1::ExceptionsRequest&);
Result<v1::Logged> review_exception(Client&, const v1::ReviewRequest&);
Result<v1::WorkersAnswer> list_workers(Client&, const v1::Empty&);
Result<v1::Done> add_worker(Client&, const v1::AddWorkerRequest&);
Result<v1::Done> change_pin(Client&, const v1::ChangePinRequest&);
Result<v1::Done> remove_worker(Client&, const v1::WorkerRequest&);
Result<v1::AccessesAnswer> list_accesses(Client&, const v1::AccessesRequest&);
Result<v1::ReportAccessAnswer> report_access(Client&, const v1::ReportAccessRequest&);
Result<v1::RhythmAnswer> list_rhythm(Client&, const v1::Empty&);
Result<v1::Done> begin_stay(Client&, const v1::StayRequest&);
Result<v1::Done> end_stay(Client&, const v1::StayRequest&);
Result<v1::Done> talked(Client&, const v1::TalkRequest&);
Result<v1::RetentionAnswer> run_retention(Client&, const v1::RetentionRequest&);
Result<v1::DestructionsAnswer> list_destructions(Client&, const v1::Empty&);
Result<v1::PolicyAnswer> show_policy(Client&, const v1::Empty&);
Result<v1::PolicyAnswer> set_policy(Client&, const v1::SetPolicyRequest&);
Result<v1::SecretWords> show_secret_words(Client&, const v1::Empty&);
Result<v1::SecretWords> set_secret_words(Client&, const v1::SetSecretWordsRequest&);
Result<v1::VerifyAnswer> verify_log(Client&, const v1::VerifyRequest&);
Result<v1::VerifyAnswer> sync_log(Client&, const v1::Empty&);
Result<v1::BreachAnswer> show_breach(Client&, const v1::BreachRequest&);
Result<v1::ProveAnswer> prove(Client&, const v1::ProveRequest&);
Result<v1::CheckProofAnswer> check_proof_file(const v1::CheckProofRequest&);
Result<v1::SampleAnswer> draw_sample(Client&, const v1::SampleRequest&);
Result<v1::HandedOver> export_rows(Client&, const v1::ExportRequest&);
Result<v1::CheckExportAnswer> check_export(const v1::CheckExportRequest&);
Result<v1::RegisterAnswer> show_register(Client&, const v1::RegisterRequest&);
Result<v1::RegisterAnswer> say_in_register(Client&, const v1::SayInRegisterRequest&);
Result<v1::SubjectRequestNumber> new_request(Client&, const v1::NewSubjectRequest&);
Result<v1::SubjectRequestsAnswer> list_requests(Client&, const v1::Empty&);
Result<v1::SubjectRequestAnswer> show_request(Client&, const v1::ShowSubjectRequest&);
Result<v1::Done> decide_request(Client&, const v1::DecideSubjectRequest&);
Result<v1::Done> extend_request(Client&, const v1::ExtendSubjectRequest&);
Result<v1::SubjectRequestAnswer> answer_request(Client&, const v1::AnswerSubjectRequest&);
Result<v1::VerdictAnswer> show_verdict(Client&, const v1::Empty&);
Result<v1::WitnessesAnswer> list_witnesses(Client&, const v1::Empty&);
Result<v1::WitnessesAnswer> confirm_witness(Client&, const v1::ConfirmWitnessRequest&);
Result<v1::Done> resolve(Client&, const v1::ResolveRequest&);
Result<v1::CheckEvidenceAnswer> check_evidence_file(const v1::CheckEvidenceRequest&);
Result<v1::EvidenceAnswer> make_evidence(Client&, const v1::EvidenceRequest&);
Result<v1::ReportAnswer> show_report(Client&, const v1::ReportRequest&);
Result<v1::FlowsAnswer> show_flows(Client&, const v1::FlowsRequest&);
Result<v1::EventsAnswer> list_events(Client&, const v1::EventsRequest&);

// Without a home.
Result<v1::Joined> join_federation(const v1::JoinRequest&);
Result<v1::SchemaAnswer> schema(const v1::SchemaRequest&);
Result<v1::NewDocumentAnswer> new_document(const v1::NewDocumentRequest&);

}  // namespace veerpont::api
