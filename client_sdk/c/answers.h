// The rows of a Client as messages of api.proto: what the command line prints and the C face
// answers.
#pragma once

#include "veerpont/api/v1/api.pb.h"
#include "veerpont/veerpont.h"

namespace veerpont::api {

using Categories = google::protobuf::RepeatedField<int>;

CategorySet categories(const Categories& list);
void add(Categories& list, CategorySet set);

// How old an answer is, in the fields as_of and stale.
struct Age {
  std::string as_of;  // empty: the log was never read
  bool stale = true;  // longer ago than a minute
};
Age age_of(Client& client);
template <class Answer>
Answer aged(Answer answer, const Age& age) {
  answer.set_as_of(age.as_of);
  answer.set_stale(age.stale);
  return answer;
}

v1::Refused refused(const Refusal& refusal);
v1::Joined joined(const Joined& done);
v1::Identity identity(const Identity& who);
v1::DoctorAnswer checks(const std::vector<Check>& all);
v1::DirectoryAnswer directory(const std::vector<Partner>& organisations);
v1::RouteAnswer route(const Route& found);
v1::Checked checked(const Checked& said);
v1::RegisteredGrant registered(const RegisteredGrant& made);
v1::Grant grant(const GrantRow& row);
v1::GrantsAnswer grants(const std::vector<GrantRow>& rows);
v1::WithdrawAnswer withdrawn(const WithdrawnGrant& done);
v1::ExceptionsAnswer exceptions(const std::vector<ExceptionRow>& rows);
v1::WorkersAnswer workers(const std::vector<WorkerRow>& rows);
v1::Logged logged(LogIndex index);
v1::Sent sent(const Sent& done);
v1::ReferSiblingsAnswer sent(const std::vector<Sent>& all);
v1::ReferralsAnswer referrals(const std::vector<ReferralRow>& rows);
v1::EventsAnswer events(const std::vector<EventRow>& rows);
v1::BreachAnswer breach(const Breach& found);
v1::CheckProofAnswer checked_proof(const ProvenEventRow& proven);
v1::VerdictAnswer told(const LogVerdict& verdict);
v1::WitnessesAnswer witnesses(const LogWitnesses& all);
v1::ReportAnswer period_report(const PeriodReport& report);
v1::CheckEvidenceAnswer checked_evidence(const CheckedEvidence& checked);
v1::FlowsAnswer flows(const Flows& counted);
v1::InboxAnswer inbox(const std::vector<InboxRow>& rows);
// Wipes `opened.json`. Refuses invalid-input for what is no document.
Result<v1::OpenAnswer> opened(Opened& opened);
v1::PolicyAnswer policy(const OwnPolicy& own);
v1::AccessesAnswer accesses(const std::vector<AccessRow>& rows);
v1::SampleAnswer sample(const Sample& drawn);
v1::CheckExportAnswer checked_export(const CheckedManifest& manifest);
v1::RegisterAnswer processing_register(const ProcessingRegister& all);
v1::SubjectRequestsAnswer subject_requests(const std::vector<SubjectRequestRow>& rows);
v1::SubjectRequestAnswer subject_request(const SubjectRequest& request);
v1::OutboxAnswer outbox(const std::vector<QueuedRow>& rows);
v1::CancelAnswer cancelled(const CancelledMessage& done);
v1::DueAnswer due(const std::vector<DueRow>& rows);
v1::RhythmAnswer rhythm(const std::vector<RhythmRow>& rows);
v1::VerifyAnswer verified(const LogReport& report);

}  // namespace veerpont::api
