#include "client_sdk/operations/flows.h"

#include <map>
#include <set>
#include <tuple>

#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "crypto/objects/signed_objects.h"
#include "rules/grant_scope.h"

namespace veerpont::sdk {
namespace {

// The first and the last day of the quarter of this day.
std::pair<Date, Date> quarter_of(const Date& day) {
  const unsigned first = (static_cast<unsigned>(day.month()) - 1) / 3 * 3 + 1;
  const Date from(day.year(), std::chrono::month(first), std::chrono::day(1));
  const auto after = std::chrono::sys_days(from + std::chrono::months(3));
  return {from, Date(after - std::chrono::days(1))};
}

// When sharing under a grant ended, by the log and by the grant itself.
class Ends {
 public:
  explicit Ends(Context& context) : context_(context) {
    EventFilter withdrawals;
    withdrawals.kind = v1::EVENT_KIND_GRANT_WITHDRAWN;
    context.dossier().events.each(withdrawals, [&](const StoredEvent& stored) {
      if (const auto copy = copied(stored)) {
        const auto all = crypto::category_set(copy->event.categories()).value_or(CategorySet{});
        withdrawn_[copy->event.grant_id()].emplace_back(stored.index, all);
      }
      return true;
    });
  }
  // Whether something of these was opened when it was not shared any more.
  bool is_after(const v1::AuditEvent& released, LogIndex index, CategorySet categories) {
    for (const auto& [place, stopped] : withdrawn_[released.grant_id()])
      if (place < index && (stopped.empty() || !(stopped & categories).empty())) return true;
    const auto end = expiry(released.grant_id());
    return end && time_from_ms(released.time()) >= *end;
  }

 private:
  std::optional<Time> expiry(const std::string& grant) {
    const auto known = expires_.find(grant);
    if (known != expires_.end()) return known->second;
    std::optional<Time> found;
    if (const auto id = GrantId::from_bytes(grant))
      if (const auto body = context_.dossier().grants.body(*id))
        if (const auto parsed = crypto::Grant::parse(*body)) found = parsed->scope.expires;
    return expires_.emplace(grant, found).first->second;
  }

  Context& context_;
  std::map<std::string, std::vector<std::pair<LogIndex, CategorySet>>> withdrawn_;
  std::map<std::string, std::optional<Time>> expires_;
};

class Count {
 public:
  Count(Context& context, const EventFilter& wanted)
      : context_(context), wanted_(wanted), ends_(context) {}

  void take(const CopiedEvent& copy) {
    const v1::AuditEvent& event = copy.event;
    const bool in_time = !wanted_.until || time_from_ms(event.time()) < *wanted_.until;
    const auto categories = crypto::category_set(event.categories()).value_or(CategorySet{});
    switch (event.kind()) {
      case v1::EVENT_KIND_SUBMITTED:
        if (in_time) sent(event, copy.index, categories);
        break;
      case v1::EVENT_KIND_RELEASED:
        if (in_time && concerns_us(event) && ends_.is_after(event, copy.index, categories))
          ++out_.read_after_the_end;
        fate(event.message_id(), categories, &Section::read);
        break;
      case v1::EVENT_KIND_SHARES_DESTROYED:
        for (const std::string& message : event.message_ids())
          fate(message, categories, &Section::gone);
        break;
      case v1::EVENT_KIND_MESSAGE_EXPIRED:
        fate(event.message_id(), CategorySet::all(), &Section::gone);
        break;
      case v1::EVENT_KIND_GRANT_REGISTERED:
        if (in_time && is_exception(copy.index)) ++out_.exceptions;
        break;
      case v1::EVENT_KIND_REFUSED:
      case v1::EVENT_KIND_RELEASE_REFUSED:
        if (in_time) ++out_.refused;
        break;
      case v1::EVENT_KIND_REFUSED_SUMMARY:
        if (in_time) out_.refused += event.count();
        break;
      case v1::EVENT_KIND_OVERDUE:
        if (in_time) ++out_.overdue;
        break;
      default:
        break;
    }
  }
  void take_erased() { ++out_.erased; }

  Flows result() {
    std::map<Key, FlowRow> rows;
    std::map<Key, std::set<std::string>> referrals;
    std::set<std::string> all;
    for (const auto& [id, section] : sections_) {
      FlowRow& row = rows[section.key];
      for (FlowRow* sum : {&row, &out_.all}) {
        ++sum->sent;
        sum->read += section.read ? 1 : 0;
        sum->unreadable += !section.read && section.gone ? 1 : 0;
      }
      referrals[section.key].insert(section.referral);
      all.insert(section.referral);
    }
    for (auto& [key, row] : rows) {
      std::tie(row.from, row.ground, row.category, row.to) = key;
      row.referrals = referrals[key].size();
      out_.rows.push_back(row);
    }
    out_.all.referrals = all.size();
    return std::move(out_);
  }

 private:
  using Key = std::tuple<std::string, std::string, Category, std::string>;
  struct Section {
    Key key;
    std::string referral;
    bool read = false, gone = false;
  };

  bool concerns_us(const v1::AuditEvent& event) const { return concerns(event, context_.org()); }
  bool is_exception(LogIndex index) {
    const int ground = context_.dossier().events.ground_of(index);
    return ground != 0 && rules::is_exception(static_cast<Ground>(ground));
  }
  void sent(const v1::AuditEvent& event, LogIndex index, CategorySet categories) {
    const int ground = context_.dossier().events.ground_of(index);
    const bool fits = wanted_.ground == 0 || wanted_.ground == ground;
    if (!concerns_us(event) || !fits) return;
    for (const Category category : categories.list()) {
      const bool asked = wanted_.categories.empty() || wanted_.categories.has(category);
      if (category == Category::grant_record || !asked) continue;
      sections_.emplace(
          std::pair(event.message_id(), category),
          Section{{event.actor(), ground == 0 ? "" : id_of(static_cast<Ground>(ground)), category,
                   event.counterpart()},
                  event.referral_id()});
    }
  }
  void fate(const std::string& message, CategorySet categories, bool Section::*what) {
    for (const Category category : categories.list())
      if (const auto found = sections_.find({message, category}); found != sections_.end())
        found->second.*what = true;
  }

  Context& context_;
  const EventFilter& wanted_;
  Ends ends_;
  Flows out_;
  std::map<std::pair<std::string, Category>, Section> sections_;
};

}  // namespace

Result<Flows> flows(Context& context, const EventQuery& query) {
  EventQuery asked = query;
  const auto [first, last] = quarter_of(amsterdam_date(context.clock.now()));
  if (!asked.from && !asked.until) std::tie(asked.from, asked.until) = std::pair(first, last);
  if (!asked.from || !asked.until) return invalid("from, until: name both days, or none");
  asked.kind = {};
  asked.newest_first = false;
  asked.after = std::nullopt;
  auto filter = filter_of(asked);
  if (!filter) return filter.refusal();
  Count count(context, *filter);
  // What was sent in the period may be opened after it.
  EventFilter all;
  all.from = filter->from;
  all.with = filter->with;
  context.dossier().events.each(all, [&](const StoredEvent& stored) {
    if (const auto copy = copied(stored))
      count.take(*copy);
    else
      count.take_erased();
    return true;
  });
  Flows out = count.result();
  const auto title = [&](const std::string& org) {
    const auto id = OrgId::parse(org);
    const auto known = id ? context.dossier().directory.find(*id) : std::nullopt;
    return known ? known->title : std::string();
  };
  for (FlowRow& row : out.rows) {
    row.from_title = title(row.from);
    row.to_title = title(row.to);
  }
  out.from = *asked.from;
  out.until = *asked.until;
  return out;
}

}  // namespace veerpont::sdk
