// What is said before anything is sent: the rules on a draft, the leak guard on every document.
#include <algorithm>

#include "client_sdk/engine.h"
#include "client_sdk/leak_guard.h"
#include "crypto/private_file.h"
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

void append(std::vector<Finding>& to, std::vector<Finding> more) { std::ranges::move(more, std::back_inserter(to)); }

}  // namespace

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
  }
  return checked(std::move(judged->findings), std::move(judged->routes));
}

Result<Checked> Engine::check(const v1::Referral& document, const GrantId& grant) {
  auto leaks = guard_of(*home_);
  if (!leaks) return leaks.refusal();
  const auto row = home_->dossier->grant(grant);
  const auto known = row ? crypto::Grant::parse(row->body) : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant, "register it first"});
  if (!known) return known.refusal();
  return checked(guard(document, "", *leaks, {document.routing().secret_address(), known->scope.kind == ExchangeKind::anonymous_consult}));
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
  const GuardContext context{may_be_secret(*referral), anonymous};
  return checked(update_only ? guard(document.update(), "", *leaks, context) : guard(document, "", *leaks, context));
}

// Whether the address is, or may be, secret: who has not read the routing does not know.
bool Engine::may_be_secret(const ReferralRecord& referral) {
  if (referral.referrer) {
    const auto sent = home_->dossier->refer_document(referral.id);
    const auto document = sent ? wire::parse<v1::Referral>(sent->reveal()) : Result<v1::Referral>(Refusal{RefusalCode::not_found});
    return !document || !document->has_routing() || document->routing().secret_address();
  }
  using State = InboxRecord::State;
  for (const InboxRecord& record : home_->dossier->inbox_in({State::stored, State::opened, State::done})) {
    if (record.referral != referral.id) continue;
    const auto section = home_->dossier->section(record.message, Category::routing);
    const auto document = section ? wire::parse<v1::Referral>(section->reveal()) : Result<v1::Referral>(Refusal{RefusalCode::not_found});
    if (document) return document->routing().secret_address();
  }
  return true;
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
