#include "client_sdk/operations/check.h"

#include <algorithm>

#include "base/private_file.h"
#include "client_sdk/dossier/grant_record.h"
#include "client_sdk/guard/leak_guard.h"
#include "client_sdk/guard/plain_text.h"
#include "client_sdk/guard/stays_here.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/document_findings.h"
#include "client_sdk/operations/grants.h"
#include "crypto/objects/signed_objects.h"
#include "rules/grant_draft.h"
#include "rules/municipalities.h"
#include "schemas/categories.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostSecretWords = 1u << 20;

Checked checked(std::vector<Finding> findings, std::vector<ConsentRoute> routes = {}) {
  const bool allowed = std::ranges::none_of(findings, &Finding::blocks);
  return {allowed, std::move(findings), std::move(routes)};
}

Result<LeakGuard> guard_of(const OpenHome& home) {
  auto words = read_file(home.paths.secret_words, kMostSecretWords);
  if (!words && words.refusal().code != RefusalCode::not_found) return words.refusal();
  const auto list = words ? secret_words_in(*words) : std::vector<std::string>();
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!LeakGuard({list[i]}).usable())
      return Refusal{RefusalCode::invalid_input, "secret-words.txt: word " + std::to_string(i + 1) +
                                                     " is not UTF-8, or has a control character"};
  LeakGuard guard(with_municipality_names(list));
  return guard;
}

void append(std::vector<Finding>& to, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(to));
}

Recipient recipient_of(Context& context, const OrgId& org) {
  return {context.dossier().directory.find(org), profile_of(context, org),
          calendar_of(context, org)};
}

// Everything about one document, to whom it goes, under what record: leaks, routing, crisis, aims.
std::vector<Finding> document_findings(Context& context, const v1::Referral& written,
                                       const OrgId& to, const v1::GrantRecord& record,
                                       const std::string& birth_date, const LeakGuard& leaks,
                                       const GuardContext& guarded) {
  const Time now = context.clock.now();
  const Recipient recipient = recipient_of(context, to);
  const v1::Referral document = as_judged(written);
  auto findings = guard(document, "", leaks, guarded);
  append(findings, stays_here_findings(written));
  append(findings, address_findings(document));
  append(findings, child_findings(document, birth_date, amsterdam_date(now)));
  append(findings, routing_findings(document, recipient, amsterdam_date(now)));
  append(findings, crisis_findings(document, recipient, now));
  append(findings, aim_findings(document, contact_is_unsafe(document.authority(), record)));
  return findings;
}

// The same child, or the same own number, to the same organisation a short while ago: that asks
// why.
std::vector<Finding> referred_before(Context& context, const v1::Referral& document,
                                     const OrgId& to, const std::optional<GrantId>& but) {
  const auto policy = Policy::read(context.home->paths.policy);
  const int days = policy ? policy->again_days : Policy().again_days;
  if (!context.dossier().outbox.referred_since(about_child(context, document, to),
                                               context.clock.now() - std::chrono::days(days), but))
    return {};
  return {finding("/identity", ConsentGap::referred_before, false)};
}

}  // namespace

Urgency urgency_of(const v1::Referral& document) {
  const auto urgency = document.routing().urgency();
  return urgency == v1::URGENCY_UNSPECIFIED ? Urgency::regulier : static_cast<Urgency>(urgency);
}

Result<Checked> check(Context& context, std::string_view json, const v1::Referral* referral) {
  auto judged = judge_draft(context, json);
  if (!judged) return judged.refusal();
  auto leaks = guard_of(*context.home);
  if (!leaks) return leaks.refusal();
  const v1::GrantDraft& draft = judged->draft;
  const bool secret =
      draft.secret_address() || (referral != nullptr && referral->routing().secret_address());
  const GuardContext guarded{secret, draft.kind() == v1::EXCHANGE_KIND_ANONYMOUS_CONSULT};
  append(judged->findings, guard(draft.record(), "/record", *leaks, guarded));
  if (referral != nullptr) {
    append(judged->findings, outside(*referral, draft));
    const OrgId to = *OrgId::parse(draft.recipient());
    append(judged->findings, document_findings(context, *referral, to, draft.record(),
                                               draft.birth_date(), *leaks, guarded));
    append(judged->findings, referred_before(context, *referral, to, std::nullopt));
  }
  return checked(std::move(judged->findings), std::move(judged->routes));
}

Result<Checked> check(Context& context, const v1::Referral& document, const GrantId& grant,
                      const std::vector<std::string>& siblings) {
  auto leaks = guard_of(*context.home);
  if (!leaks) return leaks.refusal();
  const auto row = context.dossier().grants.find(grant);
  const auto known =
      row ? crypto::Grant::parse(row->body)
          : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant, "register it first"});
  if (!known) return known.refusal();
  const bool secret = document.routing().secret_address() || notes_of(*row).secret_address();
  const GuardContext guarded{secret, known->scope.kind == ExchangeKind::anonymous_consult,
                             siblings};
  const v1::GrantRecord record = record_in(*row).value_or(v1::GrantRecord());
  auto findings = document_findings(context, document, known->scope.recipient, record,
                                    notes_of(*row).birth_date(), *leaks, guarded);
  append(findings, guard(record, "/grantRecord", *leaks, guarded));  // it goes along
  append(findings, referred_before(context, document, known->scope.recipient, grant));
  return checked(std::move(findings));
}

// The record alone, which a renewal or a first message carries.
Status pass_record(Context& context, const v1::GrantRecord& record, const std::string& base,
                   const GuardContext& guarded) {
  auto leaks = guard_of(*context.home);
  if (!leaks) return leaks.refusal();
  for (const Finding& finding : guard(record, base, *leaks, guarded))
    if (finding.blocks)
      return Refusal{RefusalCode::document_blocked, finding.pointer + " " + finding.id};
  return Done{};
}

Result<Checked> check(Context& context, const v1::Referral& document, const ReferralId& id) {
  auto leaks = guard_of(*context.home);
  if (!leaks) return leaks.refusal();
  const auto referral = context.dossier().referrals.find(id);
  if (!referral) return Refusal{RefusalCode::unknown_referral};
  const auto row = context.dossier().grants.find(referral->grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const bool anonymous = grant && grant->scope.kind == ExchangeKind::anonymous_consult;
  const bool update_only = categories_of(document) == CategorySet{Category::update};
  // Who has not read whether the address is secret is held to it; and everybody, from the first
  // message on that says so.
  const v1::Referral known = known_of(context, *referral);
  const bool secret = !known.has_routing() || known.routing().secret_address() ||
                      document.routing().secret_address() || was_called_secret(context, *referral);
  const GuardContext guarded{secret, anonymous};
  auto findings = update_only ? guard(document.update(), "", *leaks, guarded)
                              : guard(as_judged(document), "", *leaks, guarded);
  append(findings, stays_here_findings(document));
  if (grant && !referral->referrer)
    append(findings, wanted_findings(document.update(), grant->scope.outbound));
  append(findings,
         aim_findings(document, contact_is_unsafe(known.authority(), known.grant_record())));
  return checked(std::move(findings));
}

// Whether some message of this referral, sent or opened here, or the draft of its grant, calls the
// address secret.
bool was_called_secret(Context& context, const ReferralRecord& referral) {
  const auto grant = context.dossier().grants.find(referral.grant);
  if (grant && notes_of(*grant).secret_address()) return true;
  const auto says_so = [](const crypto::SecretBytes& bytes) {
    const auto document = wire::parse<v1::Referral>(bytes.reveal());
    return document && document->routing().secret_address();
  };
  for (const OutboxRow& sent : context.dossier().outbox.sent_in(referral.id))
    if (sent.document.size() > 0 && says_so(sent.document)) return true;
  using State = InboxRecord::State;
  for (const InboxRecord& message : context.dossier().inbox.list(
           {{State::stored, State::opened, State::done}, {}, referral.id})) {
    const auto routing = context.dossier().inbox.section(message.message, Category::routing);
    if (routing && says_so(*routing)) return true;
  }
  return false;
}

// What this home knows of the child: what it sent first, or what somebody here opened of it.
v1::Referral known_of(Context& context, const ReferralRecord& referral) {
  v1::Referral known;
  const auto add = [&](const std::optional<crypto::SecretBytes>& bytes) {
    auto part = bytes ? wire::parse<v1::Referral>(bytes->reveal())
                      : Result<v1::Referral>(Refusal{RefusalCode::not_found});
    if (part) known.MergeFrom(*part);
  };
  if (referral.referrer) {
    add(context.dossier().outbox.refer_document(referral.id));
    const auto row = context.dossier().grants.find(referral.grant);
    if (auto record = row ? record_in(*row) : std::nullopt)
      *known.mutable_grant_record() = std::move(*record);
    return known;
  }
  using State = InboxRecord::State;
  for (const InboxRecord& message :
       context.dossier().inbox.list({{State::stored, State::opened, State::done}, {}, referral.id}))
    if (message.step == Step::refer)
      for (const Category category : message.categories.list())
        add(context.dossier().inbox.section(message.message, category));
  return known;
}

AboutChild about_child(const Context& context, const v1::Referral& document, const OrgId& to) {
  const v1::Identity& child = document.identity();
  const auto keyed = [&](const char* what, std::initializer_list<std::string> texts) {
    crypto::Transcript transcript(what);
    transcript.bytes(context.home->storage_key.reveal()).short_text(to.str());
    for (const std::string& text : texts) transcript.bytes(text);
    return transcript.sha256().str();
  };
  AboutChild about;
  const std::string names = folded(child.given_names() + " " + child.family_name());
  if (!names.empty() && !child.birth_date().empty())
    about.child = keyed("veerpont/same-child/v1", {names, child.birth_date()});
  if (!child.referral_number().empty())
    about.own_number = keyed("veerpont/own-number/v1", {child.referral_number()});
  return about;
}

// Refuses document-blocked when a finding blocks, or asks and nobody said why it goes anyway.
Status pass(Context& context, const Result<Checked>& said, const MessageId& message,
            const Reasons& reasons) {
  if (!said) return said.refusal();
  for (const auto& [pointer, reason] : reasons)
    if (!has_plain_characters(reason, Lines::several))
      return Refusal{RefusalCode::invalid_input, "--reason: has a character that cannot be seen"};
  const auto open = without_reason(said->findings, reasons);
  if (!open.empty())
    return Refusal{RefusalCode::document_blocked, open.front().pointer + " " + open.front().id};
  for (const Finding& finding : said->findings)
    for (const std::string& pointer : {finding.pointer, std::string()})
      if (const auto reason = reasons.find(pointer); !finding.informs && reason != reasons.end())
        context.dossier().outbox.put_reason(message, pointer, reason->second);
  return Done{};
}

}  // namespace veerpont::sdk
