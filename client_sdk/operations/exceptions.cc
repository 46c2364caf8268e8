#include "client_sdk/operations/exceptions.h"

#include <algorithm>

#include "base/kill_point.h"
#include "client_sdk/dossier/grant_record.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/views.h"
#include "client_sdk/operations/partner_names.h"
#include "client_sdk/operations/ready.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostNote = 4000;

std::optional<ExceptionRecord> find(TwoPeople& two_people, const GrantId& grant) {
  for (ExceptionRecord& record : two_people.exceptions())
    if (record.grant == grant) return std::move(record);
  return std::nullopt;
}

std::string method_of(const ExceptionRecord& record) {
  using enum ExceptionRecord::Method;
  if (!record.countersigned) return "";
  return record.method == pin ? "pin" : record.method == login ? "login" : "name";
}

// Sends the Review as it was signed first, so that repeating after a lost answer is the same
// operation. When the key that signed it is compromised since, it is signed anew.
Status review_logged(Context& context, Session& session, const ExceptionRecord& record) {
  std::string body = record.review_body, signature = record.review_signature;
  const auto signed_by_us = wire::parse<v1::Review>(body);
  if (body.empty() || !signed_by_us ||
      signed_by_us->key_id() != context.home->signing_key_id().str()) {
    v1::Review review;
    review.set_organisation(context.org().str());
    review.set_key_id(context.home->signing_key_id().str());
    review.set_grant_id(record.grant.str());
    review.set_operation_id(crypto::random_bytes(16));
    crypto::put_view(review, view_now(*context.home, session, std::nullopt));
    body = wire::serialise(review);
    signature = context.home->signing.sign(crypto::Review::type, body);
    context.home->people().put_review(record.grant, body, signature);
    kill_point("review-stored");
  }
  v1::ClientFrame frame;
  frame.mutable_review()->mutable_review()->set_body(body);
  frame.mutable_review()->mutable_review()->set_signature(signature);
  auto answer = session.request(std::move(frame));
  if (!answer) return answer.refusal();
  kill_point("review-answered");
  auto receipt =
      session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_EXCEPTION_REVIEWED, body);
  if (!receipt) return receipt.refusal();
  context.home->people().set_reviewed(record.grant, time_from_ms(receipt->event.time()),
                                      receipt->index);
  return Done{};
}

}  // namespace

Status countersign(Context& context, const GrantId& grant, const std::string& worker,
                   const crypto::Pin& pin) {
  const auto record = find(context.home->people(), grant);
  if (!record)
    return Refusal{RefusalCode::unknown_grant, "no grant of ours that rests on an exception"};
  const auto row = context.dossier().grants.find(grant);
  const auto sealed = row ? record_in(*row) : std::nullopt;
  const std::string second = sealed ? second_professional(*sealed) : "";
  if (second.empty() || !is_same_person(worker, second))
    return invalid("--worker: only the second professional of the record confirms");
  if (is_same_person(worker, record->registrar))
    return invalid("--worker: whoever registered it cannot confirm it");
  const auto since = context.home->people().confirm(worker, pin, context.clock.now());
  if (!since) return since.refusal();
  context.home->people().countersign(grant, worker, *since > record->registered,
                                     context.clock.now());
  return Done{};
}

Result<std::vector<ExceptionRow>> exceptions(Context& context, bool all) {
  const auto policy = Policy::read(context.home->paths.policy);
  if (!policy) return policy.refusal();
  std::map<GrantId, ReviewFinding> found;  // the newest of each
  for (const ReviewFinding& finding : context.home->people().findings())
    found.insert_or_assign(finding.grant, finding);
  std::vector<ExceptionRow> rows;
  for (const ExceptionRecord& record : context.home->people().exceptions()) {
    if (record.reviewed && !all) continue;
    const auto row = context.dossier().grants.find(record.grant);
    const auto grant = row ? crypto::Grant::parse(row->body)
                           : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant) continue;  // it was refused after all
    const Time by = record.registered + std::chrono::hours(policy->countersign_hours);
    rows.push_back({record.grant, grant->scope.recipient.str(), id_of(grant->scope.ground),
                    record.registered, by, record.countersigned, record.reviewed,
                    by <= record.countersigned.value_or(context.clock.now()), record.registrar,
                    method_of(record), record.pin_after});
    name_partner(context, rows.back(), grant->scope.recipient);
    if (const auto sealed = record_in(*row)) rows.back().second = second_professional(*sealed);
    if (const auto finding = found.find(record.grant); finding != found.end()) {
      rows.back().reviewer = finding->second.person;
      rows.back().verdict = finding->second.verdict;
      rows.back().note = finding->second.note;
    }
  }
  return rows;
}

Result<LogIndex> review(Context& context, const GrantId& grant, const ReviewNote& note) {
  if (!is_name(note.person))
    return invalid("--by: who reviewed it, 1 to 100 characters on one line");
  if (note.note.size() > kMostNote || !has_plain_characters(note.note, Lines::several))
    return invalid("--note: at most 4000 characters, none that cannot be seen");
  auto record = find(context.home->people(), grant);
  if (!record)
    return Refusal{RefusalCode::unknown_grant, "no grant of ours that rests on an exception"};
  if (!record->index) {
    auto session = ready(context);
    if (!session) return session.refusal();
    if (auto logged = review_logged(context, **session, *record); !logged) return logged.refusal();
    record = find(context.home->people(), grant);
  }
  const auto findings = context.home->people().findings();
  const auto same = [&](const ReviewFinding& finding) {
    return finding.grant == grant && finding.person == note.person &&
           finding.verdict == note.verdict && finding.note == note.note;
  };
  if (std::ranges::none_of(findings, same))
    context.home->people().put_finding(
        {grant, context.clock.now(), note.person, note.verdict, note.note});
  return *record->index;
}

}  // namespace veerpont::sdk
