// Grants on vital-interest or conflict-of-duties: the second professional confirms, the privacy officer reviews.
#include "client_sdk/engine.h"
#include "client_sdk/grant_record.h"
#include "client_sdk/policy.h"
#include "schemas/kill_point.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

std::optional<ExceptionRecord> find(Dossier& dossier, const GrantId& grant) {
  for (const ExceptionRecord& record : dossier.exceptions())
    if (record.grant == grant) return record;
  return std::nullopt;
}

// Whom the sealed record names second.
std::string second_professional(Dossier& dossier, const GrantId& grant) {
  const auto row = dossier.grant(grant);
  const auto record = row ? record_in(*row) : std::nullopt;
  return record && record->professionals_size() > 1 ? record->professionals(1) : "";
}

}  // namespace

Status Engine::countersign(const GrantId& grant, const std::string& worker) {
  const auto record = find(*home_->dossier, grant);
  if (!record) return Refusal{RefusalCode::unknown_grant, "no grant of ours that rests on an exception"};
  if (worker.empty() || worker != second_professional(*home_->dossier, grant))
    return Refusal{RefusalCode::invalid_input, "--worker: only the second professional of the record confirms"};
  home_->dossier->countersign(grant, worker, clock_.now());
  return Done{};
}

Result<std::vector<ExceptionRow>> Engine::exceptions(bool all) {
  const auto policy = Policy::read(home_->paths.policy);
  if (!policy) return policy.refusal();
  std::vector<ExceptionRow> rows;
  for (const ExceptionRecord& record : home_->dossier->exceptions()) {
    if (record.reviewed && !all) continue;
    const auto row = home_->dossier->grant(record.grant);
    const auto grant = row ? crypto::Grant::parse(row->body) : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant) continue;  // it was refused after all
    const Time by = record.registered + std::chrono::hours(policy->countersign_hours);
    rows.push_back({record.grant, grant->scope.recipient.str(), id_of(grant->scope.ground), record.registered, by, record.countersigned, record.reviewed,
                    !record.countersigned && by <= clock_.now()});
  }
  return rows;
}

Result<LogIndex> Engine::review(const GrantId& grant) {
  const auto record = find(*home_->dossier, grant);
  if (!record) return Refusal{RefusalCode::unknown_grant, "no grant of ours that rests on an exception"};
  if (record->index) return *record->index;
  auto session = ready();
  if (!session) return session.refusal();
  v1::Review review;
  review.set_organisation(home_->config.org.str());
  review.set_key_id(home_->signing_key_id().str());
  review.set_grant_id(grant.str());
  // From the content, so that repeating after a lost answer is the same operation.
  review.set_operation_id(crypto::Transcript("veerpont/review-operation/v1").bytes(grant.bytes()).sha256().str().substr(0, 16));
  v1::ClientFrame frame;
  auto* object = frame.mutable_review()->mutable_review();
  object->set_body(wire::serialise(review));
  object->set_signature(home_->signing.sign(crypto::PayloadType::review, object->body()));
  const std::string body = object->body();
  auto answer = (*session)->request(std::move(frame));
  if (!answer) return answer.refusal();
  kill_point("review-answered");
  auto receipt = (*session)->verify_receipt(answer->receipt().event(), v1::EVENT_KIND_EXCEPTION_REVIEWED, body);
  if (!receipt) return receipt.refusal();
  home_->dossier->set_reviewed(grant, time_from_ms(receipt->event.time()), receipt->index);
  return receipt->index;
}

}  // namespace veerpont::sdk
