#include "client_sdk/operations/own_policy.h"

#include <algorithm>

#include "base/private_file.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/accesses.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr char kSetting[] = "policy-versions";
constexpr int kMostVersions = 100;
constexpr std::size_t kMostText = 64u << 10;  // bytes of one that is kept

Result<std::string> text_of(const Context& context) {
  auto text = read_file(context.home->paths.policy, kMostText);
  if (!text && text.refusal().code == RefusalCode::not_found) return Policy::defaults();
  return text;
}

v1::PolicyVersions versions_of(Context& context) {
  v1::PolicyVersions kept;
  if (!kept.ParseFromString(context.dossier().settings.get(kSetting))) kept.Clear();
  return kept;
}

void add(Context& context, v1::PolicyVersions& kept, const std::string& text,
         const std::string& person, const std::string& changed) {
  auto* fresh = kept.add_versions();
  fresh->set_since_ms(static_cast<std::uint64_t>(to_ms(context.clock.now())));
  fresh->set_person(person);
  fresh->set_changed(changed);
  fresh->set_text(text);
  std::rotate(kept.mutable_versions()->rbegin(), kept.mutable_versions()->rbegin() + 1,
              kept.mutable_versions()->rend());
  while (kept.versions_size() > kMostVersions) kept.mutable_versions()->RemoveLast();
  context.dossier().settings.set(kSetting, wire::serialise(kept));
}

std::string spoken(const PolicyRule& rule, int value) {
  return rule.yes_no ? (value == 1 ? "true" : "false") : std::to_string(value);
}

}  // namespace

Result<OwnPolicy> own_policy(Context& context) {
  auto text = text_of(context);
  if (!text) return text.refusal();
  const auto policy = Policy::parse(*text);
  if (!policy) return policy.refusal();
  v1::PolicyVersions kept = versions_of(context);
  if (kept.versions_size() == 0 || kept.versions(0).text() != *text)
    add(context, kept, *text, "", "");
  OwnPolicy out;
  for (const auto& held : policy->rules())
    out.rules.push_back({held.key, held.yes_no, held.value, held.usual, held.least, held.most});
  for (const auto& one : kept.versions())
    out.versions.push_back({time_from_ms(static_cast<std::int64_t>(one.since_ms())),
                            crypto::to_hex(crypto::sha256(one.text()).bytes()), one.person(),
                            one.changed(), one.text()});
  return out;
}

Result<OwnPolicy> change_policy(Context& context, const std::string& key, int value,
                                const Actor& actor) {
  auto before = own_policy(context);  // what somebody wrote by hand is a version of its own
  if (!before) return before.refusal();
  auto fresh = Policy::with(before->versions.front().text, key, value);
  if (!fresh) return fresh.refusal();
  const auto& rule = *std::ranges::find(before->rules, key, &PolicyRule::key);
  const std::string changed = key + ": " + spoken(rule, rule.value) + " → " + spoken(rule, value);
  v1::Access access = access_by(actor, AccessKind::changed);
  access.set_list("policy " + changed);
  if (auto logged = record_access(*context.home, access, context.clock.now()); !logged)
    return logged.refusal();
  if (auto written = write_private_file(context.home->paths.policy, *fresh); !written)
    return written.refusal();
  v1::PolicyVersions kept = versions_of(context);
  add(context, kept, *fresh, actor.person, changed);
  return own_policy(context);
}

}  // namespace veerpont::sdk
