#include "client_sdk/operations/breach.h"

#include <algorithm>
#include <map>
#include <set>

#include "client_sdk/home/access_subject.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/secret_address.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

// One kind of data of one message, as it was for this house.
struct Section {
  Time sent;
  bool ours = false;
  std::optional<Time> read = {}, gone = {};
  // Whoever had everything that is here could have opened it in that time. What we sent, and what
  // was opened once, is here until its retention; what nobody opened, until sharing stopped.
  bool was_open(const BreachQuery& query) const {
    if (sent >= query.until) return false;
    if (ours || (read && *read < query.until)) return true;
    return !gone || *gone > query.from;
  }
};

using Sections = std::map<std::pair<std::string, Category>, Section>;

void take(const CopiedEvent& copy, const ReferralId& referral, const OrgId& us,
          Sections& sections) {
  const v1::AuditEvent& event = copy.event;
  const Time when = time_from_ms(event.time());
  const auto all = crypto::category_set(event.categories()).value_or(CategorySet{});
  const auto mark = [&](const std::string& message, CategorySet categories,
                        std::optional<Time> Section::*what) {
    for (const Category category : categories.list())
      if (const auto found = sections.find({message, category}); found != sections.end())
        if (auto& time = found->second.*what; !time) time = when;
  };
  switch (event.kind()) {
    case v1::EVENT_KIND_SUBMITTED:
      if (event.referral_id() != referral.bytes()) return;
      for (const Category category : all.minus({Category::grant_record}).list())
        sections.emplace(std::pair(event.message_id(), category),
                         Section{when, event.actor() == us.str()});
      return;
    case v1::EVENT_KIND_RELEASED:
      return mark(event.message_id(), all, &Section::read);
    case v1::EVENT_KIND_SHARES_DESTROYED:
      for (const std::string& message : event.message_ids()) mark(message, all, &Section::gone);
      return;
    case v1::EVENT_KIND_MESSAGE_EXPIRED:
      return mark(event.message_id(), CategorySet::all(), &Section::gone);
    default:
      return;
  }
}

BreachRow row_for(Context& context, const ReferralRecord& record) {
  BreachRow row{record.id, record.with.str(), {}};
  if (const auto partner = context.dossier().directory.find(record.with))
    row.title = partner->title;
  row.secret_address = secret_address(context, record).value_or(false);
  return row;
}

void add_open_and_shut(Context& context, const BreachQuery& query, Breach& out) {
  context.dossier().referrals.each({}, std::nullopt, 0, [&](const ReferralRecord& record) {
    Sections sections;
    for (const CopiedEvent& copy : log_of(*context.home, record.id))
      take(copy, record.id, context.org(), sections);
    BreachRow could = row_for(context, record), could_not = could;
    for (const auto& [key, section] : sections) {
      if (section.was_open(query))
        could.categories.add(key.second);
      else if (section.sent < query.until)
        could_not.categories.add(key.second);
    }
    if (!could.categories.empty())
      out.could.push_back(could);
    else if (!could_not.categories.empty())
      out.could_not.push_back(could_not);
    return true;
  });
}

// By referral and person, when first and last.
Status add_read(Context& context, const BreachQuery& query, Breach& out) {
  std::set<std::string> asked;
  for (const std::string& person : query.persons) asked.insert(folded(person));
  std::map<std::pair<ReferralId, std::string>, BreachRow> read;
  AccessFilter filter;
  filter.from = query.from;
  filter.until = query.until;
  for (const AccessEntry& entry : context.dossier().access_log.find(filter)) {
    const auto access = wire::parse<v1::Access>(entry.body);
    if (entry.body.empty() || !access) continue;
    const auto referral = ReferralId::from_bytes(access->referral_id());
    const bool shows = access->kind() != v1::ACCESS_KIND_DENIED && referral;
    if (!shows || (!asked.empty() && !asked.contains(folded(access->person())))) continue;
    const auto record = context.dossier().referrals.find(*referral);
    if (!record) continue;
    const std::pair key(*referral, access->person());
    auto found = read.find(key);
    if (found == read.end()) {
      found = read.emplace(key, row_for(context, *record)).first;
      found->second.person = access->person();
      found->second.first = entry.time;
    }
    BreachRow& row = found->second;
    row.last = entry.time;
    for (const int category : access->categories())
      row.categories.add(static_cast<Category>(category));
  }
  for (auto& [key, row] : read) out.read.push_back(std::move(row));
  return Done{};
}

}  // namespace

Result<Breach> breach(Context& context, const BreachQuery& query, const Actor& actor) {
  if (query.from >= query.until) return invalid("until: is before from");
  if (auto may = may_look(*context.home, actor); !may) return may.refusal();
  v1::Access access = access_by(actor, AccessKind::listed);
  access.set_list("breach " + rfc3339(query.from) + " " + rfc3339(query.until));
  if (auto recorded = record_access(*context.home, access, context.clock.now()); !recorded)
    return recorded.refusal();
  Breach out{query.from, query.until};
  if (auto added = add_read(context, query, out); !added) return added.refusal();
  add_open_and_shut(context, query, out);
  for (auto* rows : {&out.read, &out.could, &out.could_not})
    std::ranges::stable_sort(*rows, [](const BreachRow& one, const BreachRow& other) {
      return one.secret_address && !other.secret_address;
    });
  return out;
}

}  // namespace veerpont::sdk
