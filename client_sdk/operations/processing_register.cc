#include "client_sdk/operations/processing_register.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/csv.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/audit_rows.h"
#include "client_sdk/operations/own_policy.h"
#include "client_sdk/operations/signed_manifest.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostSaid = 2'000;
constexpr char kChanges[] = "register-change";

constexpr const char* kSheets[] = {"refer", "receive", "consult", "inform", "account"};
constexpr const char* kFields[] = {"contact", "officer", "security", "processor", "transfers"};

// What the GDPR calls it; the others somebody of the house must say (basis.GROUND).
const char* usual_basis(Ground ground) {
  switch (ground) {
    case Ground::consent:
      return "6(1)(a), 9(2)(a)";
    case Ground::vital_interest:
      return "6(1)(d), 9(2)(c)";
    case Ground::statutory:
      return "6(1)(c)";
    default:
      return "";
  }
}

bool is_field(const std::string& field) {
  if (std::ranges::count(kFields, field) > 0) return true;
  if (field.starts_with("purpose."))
    return std::ranges::count(kSheets, field.substr(std::string_view("purpose.").size())) > 0;
  return field.starts_with("basis.") &&
         ground_from_id(field.substr(std::string_view("basis.").size())).has_value();
}

v1::RegisterChange change(Context& context, std::uint64_t number) {
  v1::RegisterChange one;
  const std::string key = std::string(kChanges) + "-" + std::to_string(number);
  if (!one.ParseFromString(context.dossier().settings.get(key))) one.Clear();
  return one;
}

std::string sheet_of(const crypto::Grant& grant, const OrgId& us) {
  switch (grant.scope.kind) {
    case ExchangeKind::anonymous_consult:
      return "consult";
    case ExchangeKind::information_request:
      return "inform";
    default:
      return grant.scope.holder == us ? "refer" : "receive";
  }
}

class Register {
 public:
  Register(Context& context, Time until) : context_(context), until_(until) {}

  Result<ProcessingRegister> run() {
    out_.organisation = context_.org().str();
    out_.made = until_;
    read_what_was_said();
    const auto months = months_kept();
    if (!months) return months.refusal();
    std::map<std::string, Sheet> sheets;
    for (const char* id : kSheets) sheets[id];
    for (const GrantId& id : context_.dossier().grants.all()) take(id, sheets);
    for (const char* id : kSheets) {
      const Sheet& sheet = sheets.at(id);
      if (sheet.grants == 0 && std::string_view(id) != "account") continue;
      out_.sheets.push_back(row_of(id, sheet, *months));
    }
    return std::move(out_);
  }

 private:
  struct Sheet {
    std::set<Ground> grounds;
    CategorySet sent, received;
    std::set<OrgId> partners;
    std::uint64_t grants = 0;
  };

  void read_what_was_said() {
    const std::uint64_t count = context_.dossier().settings.length(kChanges);
    for (std::uint64_t number = 1; number <= count; ++number) {
      const v1::RegisterChange one = change(context_, number);
      const Time since = time_from_ms(static_cast<std::int64_t>(one.since_ms()));
      if (since > until_) break;
      said_[one.field()] = {one.field(), one.text(), since, one.person()};
      ++out_.versions;
    }
    for (const auto& [field, said] : said_)
      if (!said.text.empty()) out_.said.push_back(said);
  }

  // The policy as it was then: in months, by category.
  Result<Policy> months_kept() {
    auto policy = own_policy(context_);
    if (!policy) return policy.refusal();
    for (const PolicyVersion& version : policy->versions)
      if (version.since <= until_) return Policy::parse(version.text);
    return Policy::parse(policy->versions.back().text);
  }

  void take(const GrantId& id, std::map<std::string, Sheet>& sheets) {
    const auto body = context_.dossier().grants.body(id);
    const auto grant = body ? crypto::Grant::parse(*body)
                            : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant || grant->scope.not_before > until_) return;
    const bool ours = grant->scope.holder == context_.org();
    Sheet& sheet = sheets.at(sheet_of(*grant, context_.org()));
    ++sheet.grants;
    sheet.grounds.insert(grant->scope.ground);
    sheet.partners.insert(ours ? grant->scope.recipient : grant->scope.holder);
    // With what every grant lets through without naming it.
    const CategorySet out = grant->scope.outbound | CategorySet{Category::grant_record},
                      back = grant->scope.inbound | CategorySet{Category::update};
    sheet.sent = sheet.sent | (ours ? out : back);
    sheet.received = sheet.received | (ours ? back : out);
  }

  std::string said(const std::string& field, const char* usual) const {
    const auto found = said_.find(field);
    return found == said_.end() || found->second.text.empty() ? usual : found->second.text;
  }

  RegisterSheet row_of(const std::string& id, const Sheet& sheet, const Policy& policy) const {
    RegisterSheet row;
    row.id = id;
    row.purpose = said("purpose." + id, "");
    for (const Ground ground : sheet.grounds)
      row.bases.push_back({id_of(ground), said("basis." + id_of(ground), usual_basis(ground))});
    row.sent = sheet.sent;
    row.received = sheet.received;
    for (const OrgId& org : sheet.partners) {
      const auto known = context_.dossier().directory.find(org);
      row.partners.push_back(
          {org.str(), known ? known->title : "", known ? id_of(known->kind) : ""});
    }
    row.grants = sheet.grants;
    for (const Category category : (sheet.sent | sheet.received).list())
      row.months.emplace_back(category, policy.retention_of(category));
    return row;
  }

  Context& context_;
  Time until_;
  ProcessingRegister out_;
  std::map<std::string, RegisterWord> said_;
};

std::string csv_of(const ProcessingRegister& all) {
  std::string out = csv_line({"sheet", "purpose", "bases", "sent", "received", "partners",
                              "months kept", "grants"}) +
                    "\r\n";
  for (const RegisterSheet& sheet : all.sheets) {
    std::string bases, partners, months;
    for (const RegisterBasis& basis : sheet.bases)
      bases += (bases.empty() ? "" : "; ") + basis.ground +
               (basis.articles.empty() ? "" : ": " + basis.articles);
    for (const RegisterPartner& one : sheet.partners)
      partners += (partners.empty() ? "" : "; ") + (one.title.empty() ? one.org : one.title);
    for (const auto& [category, number] : sheet.months)
      months += (months.empty() ? "" : "; ") + id_of(category) + ": " + std::to_string(number);
    out += csv_line({sheet.id, sheet.purpose, bases, ids_of(sheet.sent), ids_of(sheet.received),
                     partners, months, std::to_string(sheet.grants)}) +
           "\r\n";
  }
  for (const RegisterWord& word : all.said) out += csv_line({word.field, word.text}) + "\r\n";
  return out;
}

}  // namespace

Result<ProcessingRegister> processing_register(Context& context, const std::optional<Date>& on) {
  const Time now = context.clock.now();
  if (!on) return Register(context, now).run();
  if (*on > amsterdam_date(now)) return invalid("on: this day is not there yet");
  const Time end = amsterdam_midnight(Date(std::chrono::sys_days(*on) + std::chrono::days(1)));
  return Register(context, std::min(now, end - std::chrono::milliseconds(1))).run();
}

Status say_in_register(Context& context, const std::string& field, const std::string& text,
                       const Actor& actor) {
  if (!is_field(field))
    return invalid(
        "field: contact, officer, security, processor, transfers, purpose.SHEET or basis.GROUND");
  if (text.size() > kMostSaid || !has_plain_characters(text, Lines::several))
    return invalid("text: at most 2000 bytes, none that cannot be seen");
  const Time now = context.clock.now();
  v1::Access access = access_by(actor, AccessKind::changed);
  access.set_list("register " + field);
  if (auto logged = record_access(*context.home, access, now); !logged) return logged.refusal();
  v1::RegisterChange one;
  one.set_since_ms(static_cast<std::uint64_t>(to_ms(now)));
  one.set_person(actor.person);
  one.set_field(field);
  one.set_text(text);
  context.dossier().settings.append(kChanges, [&](std::uint64_t) { return wire::serialise(one); });
  return Done{};
}

Result<HandedOver> hand_over_register(Context& context, const ExportQuery& query) {
  if (query.format != "csv") return invalid("format: csv; the register has no other form");
  auto all = processing_register(context, query.events.until);
  if (!all) return all.refusal();
  return hand_over(
      context,
      {"register", "csv", query.events.until ? "until=" + str(*query.events.until) : "",
       all->sheets.size()},
      ".csv", csv_of(*all));
}

}  // namespace veerpont::sdk
