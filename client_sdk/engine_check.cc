// What is said before anything is sent: the rules on a draft, the leak guard on every document.
#include <algorithm>

#include "client_sdk/engine.h"
#include "client_sdk/leak_guard.h"
#include "crypto/private_file.h"
#include "schemas/rules/clocks.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostSecretWords = 1u << 20;

Checked checked(std::vector<Finding> findings, std::vector<ConsentRoute> routes = {}) {
  const bool allowed = std::ranges::none_of(findings, &Finding::blocks);
  return {allowed, std::move(findings), std::move(routes)};
}

Result<LeakGuard> guard_of(const OpenHome& home) {
  auto words = crypto::read_file(home.paths.secret_words, kMostSecretWords);
  if (!words && words.refusal().code != RefusalCode::not_found) return words.refusal();
  return LeakGuard(words ? secret_words_in(*words) : std::vector<std::string>());
}

// In a crisis at night somebody calls before writing.
std::vector<Finding> crisis_findings(const v1::Referral& document, Time now) {
  const bool called = !document.routing().crisis_call().whom().empty() && !document.routing().crisis_call().when().empty();
  if (urgency_of(document) != Urgency::crisis || called || rules::is_open_at(now, rules::Holidays::dutch())) return {};
  const auto gap = ConsentGap::crisis_call;
  return {{"/routing/crisisCall", id_of(gap), true, label_of(gap, Language::dutch), label_of(gap, Language::english)}};
}

void append(std::vector<Finding>& to, std::vector<Finding> more) { std::ranges::move(more, std::back_inserter(to)); }

}  // namespace

Urgency urgency_of(const v1::Referral& document) {
  const auto urgency = document.routing().urgency();
  return urgency == v1::URGENCY_UNSPECIFIED ? Urgency::regulier : static_cast<Urgency>(urgency);
}

Result<Checked> Engine::check(std::string_view json, const v1::Referral* referral) {
  auto judged = judge_draft(json);
  if (!judged) return judged.refusal();
  auto leaks = guard_of(*home_);
  if (!leaks) return leaks.refusal();
  const v1::GrantDraft& draft = judged->draft;
  const bool secret = draft.secret_address() || (referral != nullptr && referral->routing().secret_address());
  const GuardContext context{secret, draft.kind() == v1::EXCHANGE_KIND_ANONYMOUS_CONSULT};
  append(judged->findings, guard(draft.record(), "/record", *leaks, context));
  if (referral != nullptr) {
    append(judged->findings, outside(*referral, draft));
    append(judged->findings, guard(*referral, "", *leaks, context));
    append(judged->findings, crisis_findings(*referral, clock_.now()));
  }
  return checked(std::move(judged->findings), std::move(judged->routes));
}

Result<Checked> Engine::check(const v1::Referral& document, const GrantId& grant) {
  auto leaks = guard_of(*home_);
  if (!leaks) return leaks.refusal();
  const auto row = home_->dossier->grant(grant);
  const auto known = row ? crypto::Grant::parse(row->body) : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant, "register it first"});
  if (!known) return known.refusal();
  auto findings = guard(document, "", *leaks, {document.routing().secret_address(), known->scope.kind == ExchangeKind::anonymous_consult});
  append(findings, crisis_findings(document, clock_.now()));
  return checked(std::move(findings));
}

Result<Checked> Engine::check(const v1::Referral& document, const ReferralId& id) {
  auto leaks = guard_of(*home_);
  if (!leaks) return leaks.refusal();
  const auto referral = home_->dossier->referral(id);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  const auto row = home_->dossier->grant(referral->grant);
  const auto grant = row ? crypto::Grant::parse(row->body) : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const bool anonymous = grant && grant->scope.kind == ExchangeKind::anonymous_consult;
  const bool update_only = categories_of(document) == CategorySet{Category::update};
  // Who has not read whether the address is secret is held to it.
  const auto routing = routing_of(*referral);
  const GuardContext context{!routing || routing->routing().secret_address(), anonymous};
  return checked(update_only ? guard(document.update(), "", *leaks, context) : guard(document, "", *leaks, context));
}

std::optional<v1::Referral> Engine::routing_of(const ReferralRecord& referral) {
  const auto parsed = [](const std::optional<crypto::SecretBytes>& bytes) -> std::optional<v1::Referral> {
    auto document = bytes ? wire::parse<v1::Referral>(bytes->reveal()) : Result<v1::Referral>(Refusal{RefusalCode::not_found});
    if (!document || !document->has_routing()) return std::nullopt;
    return std::move(*document);
  };
  if (referral.referrer) return parsed(home_->dossier->refer_document(referral.id));
  using State = InboxRecord::State;
  for (const InboxRecord& record : home_->dossier->inbox_in({State::stored, State::opened, State::done}))
    if (record.referral == referral.id)
      if (auto document = parsed(home_->dossier->section(record.message, Category::routing))) return document;
  return std::nullopt;
}

// Refuses document-blocked when a finding blocks, or asks and nobody said why it goes anyway.
Status Engine::pass(const Result<Checked>& said, const MessageId& message, const std::string& reason) {
  if (!said) return said.refusal();
  if (said->findings.empty()) return Done{};
  const Finding& first = said->findings.front();
  if (!said->allowed || reason.empty()) return Refusal{RefusalCode::document_blocked, first.pointer + " " + first.id};
  home_->dossier->put_reason(message, reason);
  return Done{};
}

}  // namespace veerpont::sdk
