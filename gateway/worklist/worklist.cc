#include "gateway/worklist/worklist.h"

#include <algorithm>

#include "rules/referral_states.h"
#include "rules/working_days.h"

namespace veerpont::gateway {
namespace {

using enum WorkKind;
using enum ReferralState;

constexpr char kCrisis[] = "crisis";  // the short id of Urgency::crisis
constexpr int kReadWithin = 2;        // working days, for what names no time

bool is_ours(const ReferralRow& row) { return row.role == "referrer"; }

const InboxRow* first_unread(const WorkFacts& facts, const ReferralRow& row) {
  // What nobody can open any more is nobody's to read.
  const auto found = std::ranges::find_if(facts.unread, [&](const InboxRow& message) {
    return message.referral == row.referral &&
           std::ranges::none_of(message.stopped,
                                [](const Stop& stop) { return stop.categories.empty(); });
  });
  return found == facts.unread.end() ? nullptr : &*found;
}

WorkKind reading(const ReferralRow& row, const InboxRow& message) {
  if (message.step != id_of(Step::refer)) return read_message;
  if (row.kind == id_of(ExchangeKind::anonymous_consult)) return read_consult;
  if (row.kind == id_of(ExchangeKind::information_request)) return read_request;
  return read_referral;
}

WorkKind of_provider(ReferralState state) {
  switch (state) {
    case in_review:
      return decide;
    case accepted:
      return first_contact;
    case waitlisted:
      return waiting_word;
    case handover_planned:
      return handover;
    case started:
      return progress;
    case paused:
      return resume;
    default:
      return wait;
  }
}

WorkKind of_referrer(const ReferralRow& row) {
  if (row.state == expired) return call_unread;
  if (row.access_by) return access_asked;
  if (row.state == info_requested) return give_info;
  if (row.overdue) return row.state == delivered || row.state == sent ? call_unread : ask_status;
  return row.state == handover_planned ? handover : wait;
}

// By a header alone: so little time has only a crisis, until it was decided on.
bool is_crisis(const WorkFacts& facts, const ReferralRow& row, const rules::Calendar& calendar) {
  const auto referred = facts.referred.find(row.referral);
  const bool undecided = row.state == delivered || row.state == in_review;
  if (!row.respond_by || !undecided || referred == facts.referred.end()) return false;
  const auto crisis = rules::respond_by(Step::refer, Urgency::crisis, referred->second, calendar);
  return crisis && *row.respond_by <= *crisis;
}

// By when a message is read: the earlier of two working days and what we have to do anyway.
Time read_by(const ReferralRow& row, const InboxRow& message, const rules::Calendar& calendar) {
  const Date within =
      rules::working_days_after(amsterdam_date(message.created), kReadWithin, calendar.holidays);
  const Time days = calendar.hours.closing(within, calendar.holidays);
  const auto next = rules::next_actor(row.state);
  const bool our_turn = next && (*next == rules::Role::referrer) == is_ours(row);
  return our_turn && row.respond_by ? std::min(*row.respond_by, days) : days;
}

WorkGroup group_of(const WorkItem& item, Time now) {
  if (item.kind == wait) return WorkGroup::waiting;
  const Date today = amsterdam_date(now);
  const auto day = item.day   ? item.day
                   : item.due ? std::optional(amsterdam_date(*item.due))
                              : std::nullopt;
  if (!day) return WorkGroup::later;
  if (item.due ? *item.due <= now : *day < today) return WorkGroup::late;
  if (*day <= today) return WorkGroup::today;
  const auto ahead = std::chrono::sys_days(*day) - std::chrono::sys_days(today);
  return ahead <= std::chrono::days(7) ? WorkGroup::week : WorkGroup::later;
}

WorkItem of_referral(const WorkFacts& facts, const ReferralRow& row,
                     const rules::Calendar& calendar) {
  WorkItem item{wait, WorkGroup::waiting, row.respond_by};
  item.row = &row;
  item.grant = row.grant;
  item.with = row.with;
  item.title = row.title;
  const InboxRow* message = first_unread(facts, row);
  if (message != nullptr) {
    item.kind = reading(row, *message);
    item.message = message->message;
    if (item.kind == read_message || !item.due) item.due = read_by(row, *message, calendar);
  } else {
    item.kind = is_ours(row) ? of_referrer(row) : of_provider(row.state);
    if (item.kind == access_asked) item.due = row.access_by;
  }
  item.group = row.state == expired && item.kind == call_unread ? WorkGroup::late
                                                                : group_of(item, facts.now);
  if (row.urgency == kCrisis || is_crisis(facts, row, calendar))
    if (item.group != WorkGroup::waiting) item.group = WorkGroup::crisis;
  return item;
}

WorkKind of_due(DueReason reason) {
  switch (reason) {
    case DueReason::end_of_term:
      return renew_consent;
    case DueReason::birthday:
      return renew_birthday;
    case DueReason::authority_check:
      return authority_check;
    case DueReason::end_of_sharing:
      return renew_ground;
  }
  return renew_ground;
}

void add_others(const WorkFacts& facts, std::vector<WorkItem>& items) {
  for (const DueRow& row : facts.due) {
    WorkItem item{of_due(row.reason), WorkGroup::later};
    item.day = row.day;
    item.grant = row.grant;
    item.with = row.recipient;
    item.title = row.title;
    for (const ReferralRow& referral : facts.referrals)
      if (row.referral == referral.referral) item.row = &referral;
    items.push_back(std::move(item));
  }
  for (const RhythmRow& row : facts.talks) {
    WorkItem item{row.with == TalkWith::child ? talk_child : talk_parents, WorkGroup::later};
    item.day = row.due;
    item.stay = row.stay;
    items.push_back(std::move(item));
  }
  for (const ExceptionRow& row : facts.exceptions) {
    const bool named = row.second.empty() || row.second == facts.viewer;
    if (row.countersigned || row.registrar == facts.viewer || !named) continue;
    WorkItem item{confirm_exception, WorkGroup::later, row.countersign_by};
    item.grant = row.grant;
    item.with = row.recipient;
    item.title = row.title;
    items.push_back(std::move(item));
  }
  for (const QueuedRow& row : facts.queued) {
    // What is to be stopped as soon as it is registered is one thing that waits.
    const auto stops = [&](const QueuedRow& other) {
      return other.what == "withdrawal" && other.id == row.id;
    };
    if (row.what == "grant" && std::ranges::any_of(facts.queued, stops)) continue;
    const bool refused = row.state == "refused";
    WorkItem item{refused                       ? not_sent
                  : row.state == "perhaps-sent" ? perhaps_sent
                                                : queued,
                  refused ? WorkGroup::late : WorkGroup::today};
    item.what = row.what;
    if (row.what == "grant" || row.what == "withdrawal")
      item.grant = GrantId::parse(row.id);
    else
      item.message = MessageId::parse(row.id);
    for (const ReferralRow& referral : facts.referrals)
      if (row.referral == referral.referral) item.row = &referral;
    items.push_back(std::move(item));
  }
}

std::optional<Time> moment_of(const WorkItem& item) {
  if (item.due) return item.due;
  return item.day ? std::optional(amsterdam_midnight(*item.day)) : std::nullopt;
}

bool goes_before(const WorkItem& one, const WorkItem& other) {
  if (one.group != other.group) return one.group < other.group;
  const auto mine = moment_of(one), theirs = moment_of(other);
  if (mine.has_value() != theirs.has_value()) return mine.has_value();
  return mine < theirs;
}

}  // namespace

std::vector<WorkItem> worklist(const WorkFacts& facts, const rules::Calendar& calendar) {
  std::vector<WorkItem> items;
  for (const ReferralRow& row : facts.referrals) items.push_back(of_referral(facts, row, calendar));
  const std::size_t referrals = items.size();
  add_others(facts, items);
  for (std::size_t i = referrals; i < items.size(); ++i)
    if (items[i].what.empty()) items[i].group = group_of(items[i], facts.now);
  std::ranges::stable_sort(items, goes_before);
  return items;
}

}  // namespace veerpont::gateway
