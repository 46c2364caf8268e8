#include "client_sdk/c/answers.h"

#include "schemas/document_json.h"

namespace veerpont::api {
namespace {

std::string text(const std::optional<Time>& time) { return time ? rfc3339(*time) : std::string(); }

template <class Id>
std::string text(const std::optional<Id>& id) {
  return id ? id->hex() : std::string();
}

}  // namespace

CategorySet categories(const Categories& list) {
  CategorySet set;
  for (const int number : list) set.add(static_cast<Category>(number));
  return set;
}

void add(Categories& list, CategorySet set) {
  for (const Category category : set.list()) list.Add(static_cast<int>(category));
}

v1::Identity identity(const Identity& who) {
  v1::Identity out;
  out.set_org(who.org);
  out.set_title(who.title);
  out.set_kind(who.kind);
  out.set_fingerprint(who.fingerprint);
  out.set_broker(who.broker);
  return out;
}

v1::DoctorAnswer checks(const std::vector<Check>& all) {
  v1::DoctorAnswer out;
  for (const Check& check : all) {
    auto& one = *out.add_checks();
    one.set_check(check.check);
    one.set_ok(check.ok);
    one.set_cause(check.cause);
    one.set_cure(check.cure);
    one.set_warns(check.warns);
  }
  return out;
}

v1::Checked checked(const Checked& said) {
  v1::Checked out;
  out.set_allowed(said.allowed);
  for (const Finding& finding : said.findings) {
    auto& one = *out.add_findings();
    one.set_pointer(finding.pointer);
    one.set_id(finding.id);
    one.set_blocks(finding.blocks);
    one.set_sentence_nl(finding.dutch);
    one.set_sentence_en(finding.english);
  }
  for (const ConsentRoute route : said.routes)
    out.add_routes(static_cast<veerpont::v1::ConsentRoute>(route));
  return out;
}

v1::WithdrawAnswer withdrawn(const WithdrawnGrant& done) {
  v1::WithdrawAnswer out;
  out.set_passed_on(done.passed_on);
  out.set_complete(done.complete);
  if (done.index) out.set_log_index(done.index->value);
  out.set_shares_destroyed(done.shares_destroyed);
  for (const CategoryFate& fate : done.categories) {
    auto& one = *out.add_categories();
    one.set_category(static_cast<veerpont::v1::Category>(fate.category));
    one.set_opened_by(fate.opened_by);
    one.set_opened(text(fate.opened));
  }
  return out;
}

v1::Sent sent(const Sent& done) {
  v1::Sent out;
  out.set_referral(done.referral.hex());
  out.set_message(done.message.hex());
  out.set_log_index(done.index.value);
  if (done.state) out.set_state(static_cast<veerpont::v1::ReferralState>(*done.state));
  return out;
}

v1::EventsAnswer events(const std::vector<EventRow>& rows, const std::string& as_of) {
  v1::EventsAnswer out;
  out.set_as_of(as_of);
  for (const EventRow& row : rows) {
    auto& one = *out.add_events();
    one.set_log_index(row.index.value);
    one.set_time(rfc3339(row.time));
    one.set_kind(row.kind);
    one.set_actor(row.actor);
    one.set_step(row.step);
    one.set_message(text(row.message));
  }
  return out;
}

void fill(v1::Partner& out, const Partner& row) {
  out.set_org(row.org);
  out.set_title(row.title);
  out.set_kind(row.kind);
  out.set_fingerprint(row.fingerprint);
  for (const std::string& served : row.serves) out.add_serves(served);
  out.set_confirmed(row.confirmed);
  out.set_hidden(row.hidden);
  out.set_crisis_telephone(row.crisis_telephone);
  if (!row.profile.empty() && !read_json(row.profile, *out.mutable_profile())) out.clear_profile();
}

void fill(v1::Grant& out, const GrantRow& row) {
  out.set_grant(row.grant.hex());
  out.set_holder(row.holder);
  out.set_recipient(row.recipient);
  out.set_ground(row.ground);
  out.set_state(row.state);
  out.set_expires(rfc3339(row.expires));
  add(*out.mutable_withdrawn_categories(), row.withdrawn_categories);
}

void fill(v1::ReferralRow& out, const ReferralRow& row) {
  out.set_referral(row.referral.hex());
  out.set_with(row.with);
  out.set_title(row.title);
  out.set_partner_kind(row.partner_kind);
  out.set_hidden(row.hidden);
  out.set_suspended(row.suspended);
  out.set_role(row.role);
  out.set_state(static_cast<veerpont::v1::ReferralState>(row.state));
  out.set_since(text(row.since));
  out.set_step(row.step);
  out.set_next_actor(row.next_actor);
  out.set_respond_by(text(row.respond_by));
  out.set_overdue(row.overdue);
  out.set_grant(row.grant.hex());
  out.set_kind(row.kind);
  out.set_ground(row.ground);
  add(*out.mutable_categories(), row.categories);
  out.set_own_number(row.own_number);
  out.set_linked(text(row.linked));
  for (const ReferralId& sibling : row.siblings) out.add_siblings(sibling.hex());
  out.set_sealed_again(row.sealed_again);
  for (const Stop& stop : row.stopped) fill(*out.add_sharing_stopped(), stop);
}

void fill(v1::InboxRow& out, const InboxRow& row) {
  out.set_message(row.message.hex());
  out.set_referral(row.referral.hex());
  out.set_from(row.from);
  out.set_step(row.step);
  out.set_created(rfc3339(row.created));
  add(*out.mutable_categories(), row.categories);
  out.set_opened(row.opened);
  out.set_confirmed(row.confirmed);
  out.set_replaces(text(row.replaces));
  for (const Stop& stop : row.stopped) fill(*out.add_sharing_stopped(), stop);
}

void fill(v1::Stop& out, const Stop& stop) {
  out.set_when(rfc3339(stop.when));
  add(*out.mutable_categories(), stop.categories);
}

void fill(v1::OutboxAnswer::Row& out, const QueuedRow& row) {
  out.set_id(row.id);
  out.set_what(row.what);
  out.set_state(row.state);
  out.set_referral(text(row.referral));
  out.set_expires(text(row.expires));
}

void fill(v1::DueAnswer::Row& out, const DueRow& row) {
  out.set_grant(row.grant.hex());
  out.set_referral(text(row.referral));
  out.set_recipient(row.recipient);
  out.set_reason(static_cast<veerpont::v1::DueReason>(row.reason));
  out.set_day(str(row.day));
  out.set_late(row.late);
}

}  // namespace veerpont::api
