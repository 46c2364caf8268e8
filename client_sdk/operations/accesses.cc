#include "client_sdk/operations/accesses.h"

#include "client_sdk/home/access_subject.h"
#include "client_sdk/home/refusals.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostWords = 1'000;  // of a purpose, a reason, what a list was of

bool is_said(const std::string& text) {
  return text.size() <= kMostWords && has_plain_characters(text, Lines::several);
}

AccessRow row_of(const AccessEntry& entry) {
  AccessRow row{entry.number, entry.time, {}, AccessKind::opened};
  const auto access = wire::parse<v1::Access>(entry.body);
  row.forgotten = entry.body.empty() || !access;
  if (row.forgotten) return row;
  row.actor = {access->person(), static_cast<ActorRole>(access->role()), access->purpose(),
               access->reason()};
  row.kind = static_cast<AccessKind>(access->kind());
  row.referral = ReferralId::from_bytes(access->referral_id());
  row.message = MessageId::from_bytes(access->message_id());
  for (const int category : access->categories())
    row.categories.add(static_cast<Category>(category));
  row.list = access->list();
  return row;
}

}  // namespace

Status may_look(OpenHome& home, const Actor& actor) {
  if (actor.person.empty())
    return invalid("--worker: content is shown to a person who says who they are");
  if (!is_name(actor.person)) return invalid("--worker: a name is 1 to 100 characters on one line");
  if (!is_said(actor.purpose) || !is_said(actor.reason))
    return invalid("--purpose, --why: at most 1000 characters, none that cannot be seen");
  if (!home.people().has_worker(actor.person))
    return Refusal{RefusalCode::not_found,
                   "nobody of this name set a PIN; look in the list of workers"};
  return Done{};
}

v1::Access access_by(const Actor& actor, AccessKind kind) {
  v1::Access access;
  access.set_person(actor.person);
  access.set_role(static_cast<v1::ActorRole>(actor.role));
  access.set_purpose(actor.purpose);
  access.set_reason(actor.reason);
  access.set_kind(static_cast<v1::AccessKind>(kind));
  return access;
}

Result<std::uint64_t> record_access(OpenHome& home, const v1::Access& access, Time when) {
  try {
    return home.dossier->access_log.append(subject_of(access), wire::serialise(access), when);
  } catch (const std::exception&) {
    return Refusal{RefusalCode::local_failure,
                   "the access log cannot be written, so nothing is shown"};
  }
}

Result<std::uint64_t> report_access(OpenHome& home, const AccessReport& report, const Actor& actor,
                                    Time when) {
  using enum AccessKind;
  if (report.kind == opened || report.kind == read_again || report.kind == own)
    return invalid("kind: listed, exported, searched or printed; what is opened reports itself");
  if (!is_said(report.list))
    return invalid("list: at most 1000 characters, none that cannot be seen");
  if (!report.referral && !report.message && report.list.empty())
    return invalid("referral, message or list: say what was seen");
  if (auto may = may_look(home, actor); !may) return may.refusal();
  v1::Access access = access_by(actor, report.kind);
  if (report.referral) access.set_referral_id(report.referral->str());
  if (report.message) access.set_message_id(report.message->str());
  for (const Category category : report.categories.list())
    access.add_categories(static_cast<v1::Category>(category));
  access.set_list(report.list);
  return record_access(home, access, when);
}

Result<std::vector<AccessRow>> accesses(OpenHome& home, const AccessQuery& query) {
  AccessFilter filter{folded(query.person), query.referral};
  if (query.from) filter.from = amsterdam_midnight(*query.from);
  if (query.until)
    filter.until =
        amsterdam_midnight(Date(std::chrono::sys_days(*query.until) + std::chrono::days(1)));
  filter.after = query.after;
  filter.limit = query.limit;
  std::vector<AccessRow> rows;
  for (const AccessEntry& entry : home.dossier->access_log.find(filter))
    rows.push_back(row_of(entry));
  return rows;
}

}  // namespace veerpont::sdk
