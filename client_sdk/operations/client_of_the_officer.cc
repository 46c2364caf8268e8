// The public face, for the privacy officer: what the log says, what is handed over, who asks what.
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/breach.h"
#include "client_sdk/operations/evidence_page.h"
#include "client_sdk/operations/export_rows.h"
#include "client_sdk/operations/flows.h"
#include "client_sdk/operations/period_report.h"
#include "client_sdk/operations/processing_register.h"
#include "client_sdk/operations/prove.h"
#include "client_sdk/operations/readers.h"
#include "client_sdk/operations/reading.h"
#include "client_sdk/operations/resolve_log.h"
#include "client_sdk/operations/sample.h"
#include "client_sdk/operations/subject_requests.h"
#include "client_sdk/operations/verifier.h"
#include "client_sdk/operations/witness.h"
#include "veerpont/veerpont.h"

namespace veerpont {

Result<LogReport> Client::audit_sync() {
  if (auto synced = sync(sdk::Context::kPatience, false); !synced) return synced.refusal();
  return audit_verify(false);
}
Result<LogReport> Client::audit_verify(bool full) { return verifying_->run(full); }
Result<std::vector<EventRow>> Client::audit_list(const EventQuery& query) {
  return readers_->with(
      [&](sdk::Context& reader) { return sdk::list_events(*reader.home, query); });
}
Result<Breach> Client::breach(const BreachQuery& query, const Actor& actor) {
  return in_turn(*context_, [&] { return sdk::breach(*context_, query, actor); });
}
Result<Sample> Client::sample(const SampleQuery& query) {
  return readers_->with([&](sdk::Context& reader) { return sdk::sample(reader, query); });
}
Result<HandedOver> Client::audit_export(const ExportQuery& query, const Actor& actor) {
  return reading_->with(
      [&](sdk::Context& reader) { return sdk::export_rows(reader, query, actor); });
}
Result<ProcessingRegister> Client::processing_register(const std::optional<Date>& on) {
  return reading_->with([&](sdk::Context& reader) { return sdk::processing_register(reader, on); });
}
Status Client::say_in_register(const std::string& field, const std::string& text,
                               const Actor& actor) {
  return reading_->with(
      [&](sdk::Context& reader) { return sdk::say_in_register(reader, field, text, actor); });
}
Result<std::uint64_t> Client::new_request(const SubjectRequestDraft& draft, const Actor& actor) {
  return reading_->with(
      [&](sdk::Context& reader) { return sdk::new_request(reader, draft, actor); });
}
Result<std::vector<SubjectRequestRow>> Client::requests() {
  return readers_->with([&](sdk::Context& reader) { return sdk::requests(reader); });
}
Result<SubjectRequest> Client::request(std::uint64_t number, const Actor& actor) {
  return reading_->with(
      [&](sdk::Context& reader) { return sdk::show_request(reader, number, actor); });
}
Status Client::decide_request(std::uint64_t number, const PartDecision& decision,
                              const Actor& actor) {
  return reading_->with(
      [&](sdk::Context& reader) { return sdk::decide_request(reader, number, decision, actor); });
}
Status Client::extend_request(std::uint64_t number, const std::string& reason, const Actor& actor) {
  return reading_->with(
      [&](sdk::Context& reader) { return sdk::extend_request(reader, number, reason, actor); });
}
Result<SubjectRequest> Client::answer_request(std::uint64_t number, const std::string& second,
                                              const Pin& pin, const Actor& actor) {
  return reading_->with([&](sdk::Context& reader) {
    return sdk::answer_request(reader, number, second, pin.inner(), actor);
  });
}
Result<std::string> Client::evidence_page(const ReferralId& referral, Language language,
                                          const Actor& actor) {
  return reading_->with(
      [&](sdk::Context& reader) { return sdk::evidence_page(reader, referral, language, actor); });
}
Result<PeriodReport> Client::period_report(const ReportQuery& query) {
  return reading_->with([&](sdk::Context& reader) { return sdk::period_report(reader, query); });
}
Result<Cosigned> Client::cosign() {
  return in_turn(*context_, [&] { return sdk::cosign(*context_); });
}
Result<LogWitnesses> Client::witnesses() {
  return readers_->with([&](sdk::Context& reader) { return sdk::witnesses(reader); });
}
Status Client::confirm_witness(const std::string& verifier_key) {
  return in_turn(*context_, [&] { return sdk::confirm_witness(*context_, verifier_key); });
}
std::optional<LogVerdict> Client::log_verdict() {
  return readers_->with([&](sdk::Context& reader) { return sdk::told_verdict(reader); });
}
Status Client::resolve_log(const LogResolution& resolution, const Pin& first, const Pin& second) {
  return in_turn(*context_, [&] {
    return sdk::resolve_log(*context_, resolution, first.inner(), second.inner());
  });
}
Result<EventProof> Client::audit_prove(LogIndex index) {
  return readers_->with([&](sdk::Context& reader) { return sdk::prove(reader, index); });
}
Result<Flows> Client::flows(const EventQuery& query) {
  return readers_->with([&](sdk::Context& reader) { return sdk::flows(reader, query); });
}

}  // namespace veerpont
