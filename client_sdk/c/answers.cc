#include "client_sdk/c/answers.h"

#include "base/dutch.h"
#include "client_sdk/c/texts.h"
#include "crypto/secret.h"
#include "schemas/document_json.h"

namespace veerpont::api {
namespace {

constexpr auto kStale = std::chrono::minutes(1);

void fill(v1::Finding& out, const Finding& finding) {
  out.set_pointer(finding.pointer);
  out.set_id(finding.id);
  out.set_blocks(finding.blocks);
  out.set_informs(finding.informs);
  out.set_sentence_nl(finding.dutch);
  out.set_sentence_en(finding.english);
}

template <class Stops>
void add_stops(Stops& out, const std::vector<Stop>& stops) {
  for (const Stop& stop : stops) {
    auto& one = *out.Add();
    one.set_stopped(text(stop.when));
    add(*one.mutable_categories(), stop.categories);
  }
}

void fill(v1::Partner& out, const Partner& row) {
  out.set_org(row.org);
  out.set_title(row.title);
  out.set_kind(row.kind);
  out.set_fingerprint(row.fingerprint);
  out.set_control_code(row.control_code);
  for (const std::string& served : row.serves) out.add_serves(served);
  for (const std::string& name : row.serves_names) out.add_serves_names(name);
  out.set_confirmed(row.confirmed);
  out.set_hidden(row.hidden);
  out.set_suspended(row.suspended);
  out.set_crisis_telephone(row.crisis_telephone);
  if (row.reads_from) out.set_reads_from(text(*row.reads_from));
  if (!row.profile.empty() && !read_json(row.profile, *out.mutable_profile())) out.clear_profile();
}

void fill(v1::ReferralRow& out, const ReferralRow& row) {
  out.set_referral_id(row.referral.hex());
  out.set_with(row.with);
  out.set_title(row.title);
  out.set_partner_kind(row.partner_kind);
  out.set_hidden(row.hidden);
  out.set_suspended(row.suspended);
  out.set_role(row.role);
  out.set_state(static_cast<veerpont::v1::ReferralState>(row.state));
  out.set_state_label(label_of(row.state));
  out.set_since(text(row.since));
  out.set_access_by(text(row.access_by));
  out.set_step(row.step);
  out.set_next_actor(row.next_actor);
  out.set_respond_by(text(row.respond_by));
  out.set_overdue(row.overdue);
  out.set_grant_id(row.grant.hex());
  out.set_kind(row.kind);
  out.set_ground(row.ground);
  add(*out.mutable_categories(), row.categories);
  out.set_own_number(row.own_number);
  out.set_age_band(row.age_band);
  out.set_urgency(row.urgency);
  out.set_linked(text(row.linked));
  for (const ReferralId& sibling : row.siblings) out.add_siblings(sibling.hex());
  out.set_sealed_again(row.sealed_again);
  add_stops(*out.mutable_sharing_stopped(), row.stopped);
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

Age age_of(Client& client) {
  const auto time = client.as_of();
  if (!time) return {};
  return {text(*time), SystemClock().now() - *time > kStale};
}

v1::Refused refused(const Refusal& refusal) {
  v1::Refused out;
  auto& one = *out.mutable_refusal();
  one.set_code(std::string(id_of(refusal.code)));
  one.set_detail(refusal.detail);
  one.set_sentence_nl(describe(refusal, Language::dutch));
  one.set_sentence_en(describe(refusal, Language::english));
  return out;
}

v1::Joined joined(const Joined& done) {
  v1::Joined out;
  out.set_org(done.org);
  out.set_fingerprint(done.fingerprint);
  out.set_control_code(done.control_code);
  out.set_broker(done.broker);
  return out;
}

v1::Identity identity(const Identity& who) {
  v1::Identity out;
  out.set_hidden(who.hidden);
  if (!who.profile.empty() && !read_json(who.profile, *out.mutable_profile())) out.clear_profile();
  out.set_org(who.org);
  out.set_title(who.title);
  out.set_kind(who.kind);
  out.set_fingerprint(who.fingerprint);
  out.set_control_code(who.control_code);
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
    one.set_check_nl(in_dutch(check.check));
    one.set_cause_nl(check.refusal ? describe(*check.refusal, Language::dutch)
                                   : in_dutch(check.cause));
    one.set_cure_nl(in_dutch(check.cure));
  }
  return out;
}

v1::DirectoryAnswer directory(const std::vector<Partner>& organisations) {
  v1::DirectoryAnswer out;
  for (const Partner& organisation : organisations) fill(*out.add_organisations(), organisation);
  return out;
}

v1::RouteAnswer route(const Route& found) {
  v1::RouteAnswer out;
  out.set_municipality(found.municipality);
  out.set_name(found.name);
  out.set_basis(static_cast<veerpont::v1::RoutingBasis>(found.basis));
  for (const Partner& organisation : found.organisations)
    fill(*out.add_organisations(), organisation);
  out.set_access_telephone(found.access_telephone);
  return out;
}

v1::Checked checked(const Checked& said) {
  v1::Checked out;
  out.set_allowed(said.allowed);
  for (const Finding& finding : said.findings) fill(*out.add_findings(), finding);
  for (const ConsentRoute route : said.routes) {
    auto& one = *out.add_routes();
    one.set_id(id_of(route));
    one.set_sentence_nl(label_of(route, Language::dutch));
    one.set_sentence_en(label_of(route, Language::english));
  }
  return out;
}

v1::RegisteredGrant registered(const RegisteredGrant& made) {
  v1::RegisteredGrant out;
  out.set_grant_id(made.grant.hex());
  return out;
}

v1::Grant grant(const GrantRow& row) {
  v1::Grant out;
  out.set_grant_id(row.grant.hex());
  out.set_holder(row.holder);
  out.set_recipient(row.recipient);
  out.set_title(row.title);
  out.set_suspended(row.suspended);
  out.set_ground(row.ground);
  out.set_state(row.state);
  out.set_expires(text(row.expires));
  add(*out.mutable_withdrawn_categories(), row.withdrawn_categories);
  add(*out.mutable_categories(), row.outbound);
  if (row.referral) out.set_referral_id(row.referral->hex());
  return out;
}

v1::GrantsAnswer grants(const std::vector<GrantRow>& rows) {
  v1::GrantsAnswer out;
  for (const GrantRow& row : rows) *out.add_grants() = grant(row);
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

v1::ExceptionsAnswer exceptions(const std::vector<ExceptionRow>& rows) {
  v1::ExceptionsAnswer out;
  for (const ExceptionRow& row : rows) {
    auto& one = *out.add_exceptions();
    one.set_grant_id(row.grant.hex());
    one.set_recipient(row.recipient);
    one.set_title(row.title);
    one.set_suspended(row.suspended);
    one.set_ground(row.ground);
    one.set_registered(text(row.registered));
    one.set_registrar(row.registrar);
    one.set_second(row.second);
    one.set_countersign_by(text(row.countersign_by));
    one.set_countersigned(text(row.countersigned));
    one.set_confirmed_by(row.confirmed_by);
    one.set_pin_after(row.pin_after);
    one.set_reviewed(text(row.reviewed));
    one.set_late(row.late);
    one.set_reviewer(row.reviewer);
    if (row.verdict) one.set_verdict(static_cast<veerpont::v1::ReviewVerdict>(*row.verdict));
    one.set_note(row.note);
  }
  return out;
}

v1::WorkersAnswer workers(const std::vector<WorkerRow>& rows) {
  v1::WorkersAnswer out;
  for (const WorkerRow& row : rows) {
    auto& one = *out.add_workers();
    one.set_name(row.name);
    one.set_since(text(row.since));
    one.set_locked_until(text(row.locked_until));
  }
  return out;
}

v1::Logged logged(LogIndex index) {
  v1::Logged out;
  out.set_log_index(index.value);
  return out;
}

v1::Sent sent(const Sent& done) {
  v1::Sent out;
  out.set_referral_id(done.referral.hex());
  out.set_message_id(done.message.hex());
  out.set_log_index(done.index.value);
  if (done.state) out.set_state(static_cast<veerpont::v1::ReferralState>(*done.state));
  return out;
}

v1::ReferSiblingsAnswer sent(const std::vector<Sent>& all) {
  v1::ReferSiblingsAnswer out;
  for (const Sent& one : all) *out.add_sent() = sent(one);
  return out;
}

v1::ReferralsAnswer referrals(const std::vector<ReferralRow>& rows) {
  v1::ReferralsAnswer out;
  for (const ReferralRow& row : rows) fill(*out.add_referrals(), row);
  return out;
}

v1::EventsAnswer events(const std::vector<EventRow>& rows) {
  v1::EventsAnswer out;
  for (const EventRow& row : rows) {
    auto& one = *out.add_events();
    one.set_log_index(row.index.value);
    one.set_time(text(row.time));
    one.set_kind(row.kind);
    one.set_actor(row.actor);
    one.set_title(row.title);
    one.set_suspended(row.suspended);
    one.set_counterpart(row.counterpart);
    one.set_step(row.step);
    one.set_message_id(text(row.message));
    one.set_referral_id(text(row.referral));
    one.set_grant_id(text(row.grant));
    add(*one.mutable_categories(), row.categories);
    if (const auto ground = ground_from_id(row.ground))
      one.set_ground(static_cast<veerpont::v1::Ground>(*ground));
  }
  return out;
}

v1::BreachAnswer breach(const Breach& found) {
  v1::BreachAnswer out;
  const auto fill_rows = [](auto* rows, const std::vector<BreachRow>& from) {
    for (const BreachRow& row : from) {
      auto& one = *rows->Add();
      one.set_referral_id(row.referral.hex());
      one.set_with(row.with);
      one.set_title(row.title);
      one.set_secret_address(row.secret_address);
      add(*one.mutable_categories(), row.categories);
      one.set_person(row.person);
      if (row.first) one.set_first(text(*row.first));
      if (row.last) one.set_last(text(*row.last));
    }
  };
  fill_rows(out.mutable_read(), found.read);
  fill_rows(out.mutable_could(), found.could);
  fill_rows(out.mutable_could_not(), found.could_not);
  return out;
}

v1::VerdictAnswer told(const LogVerdict& verdict) {
  v1::VerdictAnswer out;
  out.set_says(verdict.says);
  out.set_says_nl(in_dutch(verdict.says));
  out.set_found(text(verdict.found));
  out.set_file(verdict.file);
  return out;
}

v1::CheckEvidenceAnswer checked_evidence(const CheckedEvidence& checked) {
  v1::CheckEvidenceAnswer out;
  out.set_holds(true);
  out.set_convicts(checked.convicts);
  out.set_says(checked.says);
  out.set_organisation(checked.organisation);
  out.set_found(text(checked.found));
  for (const std::string& line : checked.shows) out.add_shows(line);
  return out;
}

v1::CheckProofAnswer checked_proof(const ProvenEventRow& proven) {
  v1::CheckProofAnswer out;
  out.set_holds(true);
  *out.mutable_event() = events({proven.event}).events(0);
  out.set_log(proven.log);
  out.set_log_size(proven.size);
  return out;
}

v1::FlowsAnswer flows(const Flows& counted) {
  const auto fill_flow = [](v1::Flow& one, const FlowRow& row) {
    one.set_from(row.from);
    one.set_from_title(row.from_title);
    if (const auto ground = ground_from_id(row.ground))
      one.set_ground(static_cast<veerpont::v1::Ground>(*ground));
    one.set_category(static_cast<veerpont::v1::Category>(row.category));
    one.set_to(row.to);
    one.set_to_title(row.to_title);
    one.set_sent(row.sent);
    one.set_read(row.read);
    one.set_unreadable(row.unreadable);
    one.set_referrals(row.referrals);
  };
  v1::FlowsAnswer out;
  out.set_from(str(counted.from));
  out.set_until(str(counted.until));
  for (const FlowRow& row : counted.rows) fill_flow(*out.add_flows(), row);
  fill_flow(*out.mutable_all(), counted.all);
  out.set_exceptions(counted.exceptions);
  out.set_refused(counted.refused);
  out.set_overdue(counted.overdue);
  out.set_read_after_the_end(counted.read_after_the_end);
  out.set_erased(counted.erased);
  return out;
}

v1::InboxAnswer inbox(const std::vector<InboxRow>& rows) {
  v1::InboxAnswer out;
  for (const InboxRow& row : rows) {
    auto& one = *out.add_messages();
    one.set_message_id(row.message.hex());
    one.set_referral_id(row.referral.hex());
    one.set_from(row.from);
    one.set_title(row.title);
    one.set_suspended(row.suspended);
    one.set_step(row.step);
    one.set_created(text(row.created));
    add(*one.mutable_categories(), row.categories);
    one.set_opened(row.opened);
    one.set_confirmed(row.confirmed);
    one.set_replaces(text(row.replaces));
    add_stops(*one.mutable_sharing_stopped(), row.stopped);
  }
  return out;
}

Result<v1::OpenAnswer> opened(Opened& opened) {
  v1::OpenAnswer out;
  // What was opened is a Referral, or an Update when that is all it carries.
  auto* document = out.mutable_document();
  Status read = read_json(opened.json, *document);
  if (!read) {
    document->Clear();
    read = read_json(opened.json, *document->mutable_update());
  }
  crypto::wipe(opened.json.data(), opened.json.size());
  if (!read) return read.refusal();
  add(*out.mutable_withdrawn(), opened.withdrawn);
  add_stops(*out.mutable_sharing_stopped(), opened.stopped);
  for (const Finding& finding : opened.warnings) fill(*out.add_warnings(), finding);
  return out;
}

v1::PolicyAnswer policy(const OwnPolicy& own) {
  v1::PolicyAnswer out;
  for (const PolicyRule& rule : own.rules) {
    auto& one = *out.add_rules();
    one.set_key(rule.key);
    one.set_yes_no(rule.yes_no);
    one.set_value(static_cast<std::uint32_t>(rule.value));
    one.set_usual(static_cast<std::uint32_t>(rule.usual));
    one.set_least(static_cast<std::uint32_t>(rule.least));
    one.set_most(static_cast<std::uint32_t>(rule.most));
  }
  for (const PolicyVersion& version : own.versions) {
    auto& one = *out.add_versions();
    one.set_since(text(version.since));
    one.set_sha256(version.sha256);
    one.set_person(version.person);
    one.set_changed(version.changed);
    one.set_text(version.text);
  }
  return out;
}

v1::AccessesAnswer accesses(const std::vector<AccessRow>& rows) {
  v1::AccessesAnswer out;
  for (const AccessRow& row : rows) {
    auto& one = *out.add_accesses();
    one.set_number(row.number);
    one.set_time(text(row.time));
    one.set_forgotten(row.forgotten);
    if (row.forgotten) continue;
    one.set_person(row.actor.person);
    one.set_role(static_cast<veerpont::v1::ActorRole>(row.actor.role));
    one.set_purpose(row.actor.purpose);
    one.set_reason(row.actor.reason);
    one.set_kind(static_cast<veerpont::v1::AccessKind>(row.kind));
    one.set_referral_id(text(row.referral));
    one.set_message_id(text(row.message));
    add(*one.mutable_categories(), row.categories);
    one.set_list(row.list);
  }
  return out;
}

v1::SampleAnswer sample(const Sample& drawn) {
  v1::SampleAnswer out;
  out.set_seed(drawn.seed);
  out.set_of(drawn.of);
  for (const SampleRow& row : drawn.rows) {
    auto& one = *out.add_rows();
    *one.mutable_access() = accesses({row.access}).accesses(0);
    for (const SampleReason why : row.why)
      one.add_why(static_cast<veerpont::v1::SampleReason>(why));
  }
  return out;
}

v1::OutboxAnswer outbox(const std::vector<QueuedRow>& rows) {
  v1::OutboxAnswer out;
  for (const QueuedRow& row : rows) {
    auto& one = *out.add_waiting();
    one.set_id(row.id);
    one.set_what(row.what);
    one.set_state(row.state);
    one.set_referral_id(text(row.referral));
    one.set_expires(text(row.expires));
  }
  return out;
}

v1::CancelAnswer cancelled(const CancelledMessage& done) {
  v1::CancelAnswer out;
  out.set_message_id(done.message.hex());
  out.set_perhaps_sent(done.perhaps_sent);
  return out;
}

v1::DueAnswer due(const std::vector<DueRow>& rows) {
  v1::DueAnswer out;
  for (const DueRow& row : rows) {
    auto& one = *out.add_due();
    one.set_grant_id(row.grant.hex());
    one.set_referral_id(text(row.referral));
    one.set_recipient(row.recipient);
    one.set_title(row.title);
    one.set_suspended(row.suspended);
    one.set_reason(static_cast<veerpont::v1::DueReason>(row.reason));
    one.set_due(str(row.day));
    one.set_late(row.late);
    one.set_sentence_nl(label_of(row.reason, Language::dutch));
    one.set_sentence_en(label_of(row.reason, Language::english));
  }
  return out;
}

v1::RhythmAnswer rhythm(const std::vector<RhythmRow>& rows) {
  v1::RhythmAnswer out;
  for (const RhythmRow& row : rows) {
    auto& one = *out.add_talks();
    one.set_stay(row.stay);
    one.set_with(static_cast<veerpont::v1::TalkWith>(row.with));
    one.set_last(text(row.last));
    one.set_due(str(row.due));
    one.set_late(row.late);
  }
  return out;
}

v1::VerifyAnswer verified(const LogReport& report) {
  v1::VerifyAnswer out;
  out.set_verified(true);
  out.set_tree_size(report.tree_size);
  out.set_events(report.events);
  out.set_checked(report.checked);
  out.set_accesses(report.accesses);
  out.set_anchored(report.anchored);
  out.set_anchored_at(text(report.anchored_at));
  return out;
}

}  // namespace veerpont::api
