#include "broker/home/access_points.h"
#include "client_sdk/guard/leak_guard.h"
#include "client_sdk/home/policy.h"
#include "fuzz/targets.h"
#include "rules/grant_draft.h"
#include "rules/municipalities.h"
#include "rules/service_area.h"
#include "schemas/document_json.h"

namespace veerpont::fuzz {
namespace {

const Date kToday = *parse_date("2026-11-24");

}  // namespace

void draft(std::string_view bytes) {
  v1::GrantDraft read;
  if (!read_json(bytes, read)) return;
  const JudgedDraft judged = judge(read, {OrgKind::shelter, OrgKind::youth_team, kToday});
  const auto ground = static_cast<Ground>(judged.draft.ground());
  for (const Finding& finding : judged.findings)
    require(!finding.dutch.empty() && !finding.english.empty(), "a finding says something");
  if (!judged.allowed() || judged.draft.ground() == v1::GROUND_UNSPECIFIED) return;
  const auto end = parse_date(judged.draft.expires());
  require(!end || *end > kToday, "what is allowed ends after today");
  const rules::GrantScope scope{*OrgId::parse("us"), *OrgId::parse("them"), ground, {}, {}, {}, {}};
  if (ground == Ground::consent)
    require(judge_received(judged.draft.record(), scope, {}).empty(),
            "the recipient reads the record in the same way");
}

void text(std::string_view bytes) {
  static const sdk::LeakGuard leaks({"De Zilvermeeuw", "071-9998877"});
  (void)leaks.in_free_text(bytes);
  (void)leaks.in_typed_field(bytes);
  (void)leaks.has_name(bytes);
  const auto words = sdk::secret_words_in(bytes.substr(0, 2'000));
  for (const auto& kind : sdk::LeakGuard(words).in_free_text(bytes))
    require(kind != LeakKind{}, "a kind is one");
  (void)rules::Holidays::parse(bytes);
  if (const auto list = rules::Municipalities::parse(bytes))
    require(!list->on(kToday, "GM0546") || list->name(*list->on(kToday, "GM0546")),
            "who answers for a municipality has a name");
  (void)broker::AccessPoints::parse(bytes);
  (void)rules::Served::parse(bytes);
  (void)sdk::Policy::parse(std::string(bytes));
}

}  // namespace veerpont::fuzz
