#include "client_sdk/operations/resolve_log.h"

#include "audit/evidence.h"
#include "client_sdk/home/log_verdict.h"
#include "client_sdk/home/refusals.h"
#include "schemas/document_json.h"
#include "schemas/plain_characters.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostReason = 1'000;

}  // namespace

std::optional<LogVerdict> told_verdict(Context& context) {
  const auto verdict = log_verdict(*context.home);
  if (!verdict) return std::nullopt;
  return LogVerdict{verdict->says, verdict->found, verdict->file};
}

Status resolve_log(Context& context, const LogResolution& resolution, const crypto::Pin& first,
                   const crypto::Pin& second) {
  if (!log_verdict(*context.home))
    return Refusal{RefusalCode::not_found, "the log holds: there is nothing to resolve"};
  if (resolution.reason.empty() || resolution.reason.size() > kMostReason ||
      !has_plain_characters(resolution.reason, Lines::one))
    return invalid("reason: 1 to 1000 characters on one line");
  if (is_same_person(resolution.first, resolution.second))
    return invalid("second: another person than the first");
  TwoPeople& people = context.home->people();
  const Time now = context.clock.now();
  if (auto is_them = people.confirm(resolution.first, first, now); !is_them)
    return is_them.refusal();
  if (auto is_them = people.confirm(resolution.second, second, now); !is_them)
    return is_them.refusal();
  return resolve_verdict(*context.home, resolution.reason, resolution.first, resolution.second,
                         now);
}

}  // namespace veerpont::sdk

namespace veerpont {

Result<CheckedEvidence> check_evidence(const std::string& evidence,
                                       const std::string& verifier_key) {
  const auto key = audit::VerifierKey::parse(verifier_key);
  if (!key) return Refusal{RefusalCode::invalid_input, "verifierKey: is none of a log"};
  v1::LogEvidence said;
  if (!read_json(evidence, said) || said.form() != 1)
    return Refusal{RefusalCode::invalid_input, "evidence: is no file of evidence"};
  auto verdict = audit::judge(said, *key);
  if (!verdict) return verdict.refusal();
  return CheckedEvidence{said.says(), said.organisation(),
                         time_from_ms(static_cast<std::int64_t>(said.found())), verdict->convicts,
                         std::move(verdict->shows)};
}

}  // namespace veerpont
