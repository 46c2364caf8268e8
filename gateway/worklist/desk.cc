#include "gateway/worklist/desk.h"

#include <algorithm>
#include <set>
#include <span>

#include "client_sdk/c/answers.h"
#include "gateway/people/roles.h"
#include "gateway/worklist/prefill.h"
#include "rules/profile.h"
#include "rules/referral_states.h"
#include "schemas/document_json.h"
#include "schemas/short_id.h"

namespace veerpont::gateway {
namespace {

constexpr std::size_t kPage = 50, kMostPage = 200, kMostItems = 2'000;
constexpr int kDueAhead = 30;  // days
constexpr auto kExpiredShown = std::chrono::days(30);

template <class Request>
Result<Request> request_in(std::string_view json) {
  Request wanted;
  if (auto read = read_json(json, wanted); !read) return read.refusal();
  return wanted;
}

template <class Answer>
Result<std::string> json_of(const Result<Answer>& answer) {
  if (!answer) return answer.refusal();
  return write_json(*answer, false);
}

template <class Answer>
Answer aged(Client& house) {
  return api::aged(Answer(), api::age_of(house));
}

v1::Draft draft_of(const Draft& draft) {
  v1::Draft out;
  out.set_draft(draft.id);
  out.set_version(draft.version);
  out.set_saved(rfc3339(draft.saved));
  out.set_body(std::string(draft.body.reveal()));
  return out;
}

ActorRole role_in_log(const Session& session) {
  if (session.by_program) return ActorRole::system;
  return has_role(session.person, ActorRole::worker) ? ActorRole::worker : ActorRole::team_lead;
}

// The two lists of codes are one.
static_assert(static_cast<int>(WorkKind::not_sent) == v1::WorkKind_MAX);
static_assert(static_cast<int>(WorkGroup::waiting) == v1::WorkGroup_MAX);

ExchangeKind kind_of(const ReferralRow& row) {
  const auto* value = value_of_short_id(veerpont::v1::ExchangeKind_descriptor(), row.kind);
  return value == nullptr ? ExchangeKind::referral : static_cast<ExchangeKind>(value->number());
}

void add_allowed(const ReferralRow& row, v1::ReferralPage& page) {
  const auto role = row.role == "referrer" ? rules::Role::referrer : rules::Role::provider;
  const ExchangeKind kind = kind_of(row);
  const auto* steps = veerpont::v1::Step_descriptor();
  for (int i = 1; i < steps->value_count(); ++i) {
    const auto step = static_cast<Step>(steps->value(i)->number());
    if (step != Step::refer && rules::after_step(row.state, role, step, kind))
      page.add_allowed(static_cast<veerpont::v1::Step>(step));
  }
}

}  // namespace

v1::NumberedReferral Desk::numbered(const Session& session, const ReferralRow& row) {
  v1::NumberedReferral out;
  out.set_number(work_.number_of(row.referral));
  *out.mutable_referral() = std::move(*api::referrals({row}).mutable_referrals(0));
  const auto held = work_.assignment(row.referral);
  const auto person = held ? people_.person(held->login) : std::nullopt;
  if (person && !person->blocked()) {  // what somebody had who is gone, nobody has
    out.mutable_holder()->set_login(held->login);
    out.mutable_holder()->set_name(person->name());
    out.mutable_holder()->set_you(held->login == session.person.login());
  }
  return out;
}

Result<ReferralRow> Desk::row_of(const std::string& number) {
  const Refusal unknown{RefusalCode::not_found, "no such referral"};
  const auto referral =
      number.starts_with("V-") ? work_.referral_of(number) : ReferralId::parse(number);
  if (!referral) return unknown;
  auto row = house_.referral(*referral);
  return row ? row : Result<ReferralRow>(unknown);
}

Result<WorkFacts> Desk::facts(const Session& session) {
  WorkFacts facts;
  facts.now = clock_.now();
  auto referrals = house_.referrals({.open_only = true});
  if (!referrals) return referrals.refusal();
  ReferralQuery ended;
  ended.states = {ReferralState::expired};
  auto expired = house_.referrals(ended);
  if (!expired) return expired.refusal();
  auto unread = house_.inbox();
  if (!unread) return unread.refusal();
  auto due = house_.due(kDueAhead);
  if (!due) return due.refusal();
  auto talks = house_.rhythm();
  if (!talks) return talks.refusal();
  auto exceptions = house_.exceptions();
  if (!exceptions) return exceptions.refusal();
  facts.referrals = std::move(*referrals);
  // Nobody opened these in time: somebody calls, and refers anew.
  for (ReferralRow& row : *expired)
    if (row.role == "referrer" && row.since && *row.since > facts.now - kExpiredShown)
      facts.referrals.push_back(std::move(row));
  facts.unread = std::move(*unread);
  facts.due = std::move(*due);
  facts.talks = std::move(*talks);
  facts.exceptions = std::move(*exceptions);
  facts.queued = house_.outbox();
  for (QueuedRow& row : house_.refused_later()) facts.queued.push_back(std::move(row));
  facts.viewer = session.person.name();
  // How a referral ended is still to be read.
  std::set<ReferralId> known;
  for (const ReferralRow& row : facts.referrals) known.insert(row.referral);
  for (const InboxRow& message : facts.unread)
    if (known.insert(message.referral).second)
      if (const auto row = house_.referral(message.referral)) facts.referrals.push_back(*row);
  for (const ReferralRow& row : facts.referrals) {
    if (row.role == "referrer" || row.state > ReferralState::in_review) continue;
    const auto messages = house_.inbox({.all = true, .referral = row.referral});
    if (!messages) return messages.refusal();
    for (const InboxRow& message : *messages)
      if (message.step == id_of(Step::refer)) facts.referred.emplace(row.referral, message.created);
  }
  return facts;
}

rules::Calendar Desk::calendar() const {
  veerpont::v1::Profile ours;
  if (const std::string said = house_.whoami().profile; said.empty() || !read_json(said, ours))
    return {rules::Holidays::dutch()};
  return {rules::Holidays::dutch(), opening_hours_of(ours)};
}

Result<v1::WorkItemsAnswer> Desk::work_items(const Session& session,
                                             const v1::WorkItemsRequest& wanted) {
  const auto known = facts(session);
  if (!known) return known.refusal();
  auto answer = aged<v1::WorkItemsAnswer>(house_);
  const auto all = worklist(*known, calendar());
  const std::size_t shown = std::min(
      {all.size(), kMostItems, wanted.has_limit() ? std::size_t{wanted.limit()} : kMostItems});
  answer.set_left_off(static_cast<std::uint32_t>(all.size() - shown));
  for (const WorkItem& item : std::span(all).first(shown)) {
    v1::WorkItem& out = *answer.add_items();
    out.set_kind(static_cast<v1::WorkKind>(item.kind));
    out.set_group(static_cast<v1::WorkGroup>(item.group));
    if (item.due) out.set_due(rfc3339(*item.due));
    if (item.day) out.set_due_day(str(*item.day));
    if (item.message) out.set_message_id(item.message->hex());
    if (item.grant) out.set_grant_id(item.grant->hex());
    out.set_stay(item.stay);
    out.set_what(item.what);
    out.set_with(item.with);
    out.set_title(item.title);
    if (item.row == nullptr) continue;
    v1::NumberedReferral about = numbered(session, *item.row);
    out.set_number(about.number());
    *out.mutable_referral() = std::move(*about.mutable_referral());
    if (about.has_holder()) *out.mutable_holder() = std::move(*about.mutable_holder());
  }
  return answer;
}

v1::StateAnswer Desk::state() {
  auto answer = aged<v1::StateAnswer>(house_);
  answer.set_queued(static_cast<std::uint32_t>(house_.outbox().size()));
  if (const auto verdict = house_.log_verdict()) *answer.mutable_log() = api::told(*verdict);
  return answer;
}

std::vector<Unread> Desk::unread() {
  std::vector<Unread> all;
  const auto known = facts({});
  if (!known) return all;
  for (const WorkItem& item : worklist(*known, calendar())) {
    if (!item.message || item.row == nullptr || !item.what.empty()) continue;
    const auto came = std::ranges::find(known->unread, *item.message, &InboxRow::message);
    if (came == known->unread.end()) continue;
    const auto held = work_.assignment(item.row->referral);
    const bool urgent = item.group == WorkGroup::crisis ||
                        (item.due && *item.due - clock_.now() < std::chrono::hours(24));
    const auto person = held ? people_.person(held->login) : std::nullopt;
    const bool there = person && !person->blocked();
    all.push_back({there ? held->login : "", came->created, urgent});
  }
  return all;
}

Result<v1::NumberedReferralsAnswer> Desk::referrals(const Session& session,
                                                    const v1::NumberedReferralsRequest& wanted) {
  ReferralQuery query;
  query.open_only = wanted.open_only();
  query.limit = wanted.has_limit() ? std::min<std::size_t>(wanted.limit(), kMostPage) : kPage;
  if (!wanted.after().empty()) {
    query.after = work_.referral_of(wanted.after());
    if (!query.after) return Refusal{RefusalCode::not_found, "after: no such referral"};
  }
  const auto rows = house_.referrals(query);
  if (!rows) return rows.refusal();
  auto answer = aged<v1::NumberedReferralsAnswer>(house_);
  for (const ReferralRow& row : *rows) *answer.add_referrals() = numbered(session, row);
  return answer;
}

Result<v1::NumberedReferralsAnswer> Desk::find(const Session& session,
                                               const v1::FindRequest& wanted) {
  const Actor actor{session.person.name(), role_in_log(session), {}, {}};
  const auto rows = house_.find_by_name(wanted.name(), actor);
  if (!rows) return rows.refusal();
  auto answer = aged<v1::NumberedReferralsAnswer>(house_);
  for (const ReferralRow& row : *rows) *answer.add_referrals() = numbered(session, row);
  return answer;
}

v1::Note Desk::note_of(const std::string& number, const Note& note) {
  v1::Note out;
  out.set_number(number);
  out.set_text(std::string(note.text.reveal()));
  const auto person = people_.person(note.login);
  out.set_by(person ? person->name() : "");
  out.set_written(rfc3339(note.written));
  return out;
}

Result<v1::Note> Desk::put_note(const Session& session, const v1::NoteRequest& wanted) {
  const auto row = row_of(wanted.number());
  if (!row) return row.refusal();
  const Time now = clock_.now();
  if (auto put = work_.put_note(row->referral, session.person.login(), wanted.text(), now); !put)
    return put.refusal();
  return note_of(work_.number_of(row->referral),
                 {session.person.login(), now, crypto::SecretBytes::copy(wanted.text())});
}

v1::NotesAnswer Desk::notes() {
  v1::NotesAnswer answer;
  for (const auto& [referral, note] : work_.notes(clock_.now()))
    *answer.add_notes() = note_of(work_.number_of(referral), note);
  return answer;
}

Result<v1::ReferralPage> Desk::page(const Session& session, const std::string& number) {
  const auto row = row_of(number);
  if (!row) return row.refusal();
  const auto events = house_.timeline(row->referral);
  if (!events) return events.refusal();
  const auto messages = house_.inbox({.all = true, .referral = row->referral});
  if (!messages) return messages.refusal();
  auto page = aged<v1::ReferralPage>(house_);
  *page.mutable_about() = numbered(session, *row);
  add_allowed(*row, page);
  *page.mutable_messages() = std::move(*api::inbox(*messages).mutable_messages());
  *page.mutable_events() = std::move(*api::events(*events).mutable_events());
  for (const ReferralId& id : row->siblings)
    if (const auto sibling = house_.referral(id))
      *page.add_siblings() = numbered(session, *sibling);
  if (row->linked)  // that it followed on
    if (const auto before = house_.referral(*row->linked))
      *page.add_siblings() = numbered(session, *before);
  const Identity us = house_.whoami();
  page.set_org(us.org);
  page.set_own_title(us.title);
  return page;
}

Result<std::string> Desk::version_of(const std::string& number) {
  const auto row = row_of(number);
  if (!row) return row.refusal();
  const auto events = house_.timeline(row->referral);
  if (!events) return events.refusal();
  return std::to_string(events->empty() ? 0 : events->back().index.value);
}

Result<v1::NumberedReferral> Desk::assign(const Session& session, const v1::AssignRequest& wanted) {
  const auto row = row_of(wanted.number());
  if (!row) return row.refusal();
  const auto held = numbered(session, *row);
  const bool take_over = wanted.take_over() || !held.has_holder();
  const std::string to = wanted.to().empty() ? session.person.login() : wanted.to();
  if (to != session.person.login()) {
    if (!has_role(session.person, ActorRole::team_lead))
      return Refusal{RefusalCode::not_allowed, "to: a team lead's to say"};
    const auto person = people_.person(to);
    if (!person || !is_colleague(*person))
      return Refusal{RefusalCode::not_found, "to: no colleague has this log-in name"};
  }
  if (auto done = work_.assign(row->referral, to, take_over, clock_.now()); !done)
    return Refusal{done.refusal().code, held.holder().name()};
  return numbered(session, *row);
}

v1::ColleaguesAnswer Desk::colleagues() {
  v1::ColleaguesAnswer answer;
  for (const auto& person : people_.people()) {
    if (!is_colleague(person)) continue;
    auto& row = *answer.add_colleagues();
    row.set_login(person.login());
    row.set_name(person.name());
    row.set_team(person.team());
  }
  return answer;
}

Status Desk::needs_to_know(const Session& session, std::string_view json) {
  api::v1::OpenRequest wanted;  // what reads a sent message has no other fields
  if (auto read = read_json(json, wanted); !read) return read;
  if (wanted.actor().reason().find_first_not_of(" \t\n") != std::string::npos) return Done{};
  const auto message = MessageId::parse(wanted.message_id());
  const auto referral = message ? house_.referral_of(*message) : std::nullopt;
  if (!referral) return Done{};  // the operation says so
  const auto held = work_.assignment(*referral);
  return held && held->login == session.person.login()
             ? Status(Done{})
             : Status(Refusal{RefusalCode::reason_needed});
}

Result<v1::NumberedReferral> Desk::release(const Session& session, const std::string& number) {
  const auto row = row_of(number);
  if (!row) return row.refusal();
  work_.release(row->referral, session.person.login());
  return numbered(session, *row);
}

Result<std::string> Desk::prefill(const std::string& login, std::string_view json) {
  const auto wanted = request_in<v1::PrefillRequest>(json);
  if (!wanted) return wanted.refusal();
  const auto body = prefilled(*wanted);
  if (!body) return body.refusal();
  const auto draft = work_.begin_draft(login, *body, clock_.now());
  if (!draft) return draft.refusal();
  v1::PrefillAnswer answer;
  answer.set_draft(draft->id);
  answer.set_workbench(origin_ + "/concept/" + draft->id + "/waar");
  return write_json(answer, false);
}

Result<std::string> Desk::call_drafts(const std::string& operation, const std::string& login,
                                      std::string_view json) {
  if (operation == "drafts.list") {
    v1::DraftsAnswer answer;
    for (const Draft& draft : work_.drafts_of(login)) *answer.add_drafts() = draft_of(draft);
    return write_json(answer, false);
  }
  if (operation == "drafts.prefill") return prefill(login, json);
  Result<Draft> draft = Refusal{RefusalCode::not_found};
  if (operation == "drafts.begin") {
    const auto wanted = request_in<v1::BeginDraftRequest>(json);
    if (!wanted) return wanted.refusal();
    draft = work_.begin_draft(login, wanted->body(), clock_.now());
  } else if (operation == "drafts.save") {
    const auto wanted = request_in<v1::SaveDraftRequest>(json);
    if (!wanted) return wanted.refusal();
    draft =
        work_.save_draft(login, wanted->draft(), wanted->version(), wanted->body(), clock_.now());
  } else {
    const auto wanted = request_in<v1::DraftRequest>(json);
    if (!wanted) return wanted.refusal();
    if (operation == "drafts.remove") {
      auto removed = work_.remove_draft(login, wanted->draft());
      return removed ? Result<std::string>("{}") : removed.refusal();
    }
    draft = work_.draft(login, wanted->draft());
  }
  if (!draft) return draft.refusal();
  return write_json(draft_of(*draft), false);
}

Result<std::string> Desk::call(const std::string& operation, const Session& session,
                               std::string_view json) {
  if (operation.starts_with("drafts.")) return call_drafts(operation, session.person.login(), json);
  if (operation == "state.show") return write_json(state(), false);
  if (operation == "notes.list") return write_json(notes(), false);
  if (operation == "work-items.list") {
    const auto wanted = request_in<v1::WorkItemsRequest>(json);
    return wanted ? json_of(work_items(session, *wanted)) : wanted.refusal();
  }
  if (operation == "notes.put") {
    const auto wanted = request_in<v1::NoteRequest>(json);
    return wanted ? json_of(put_note(session, *wanted)) : wanted.refusal();
  }
  if (operation == "numbered-referrals.find") {
    const auto wanted = request_in<v1::FindRequest>(json);
    return wanted ? json_of(find(session, *wanted)) : wanted.refusal();
  }
  if (operation == "numbered-referrals.list") {
    const auto wanted = request_in<v1::NumberedReferralsRequest>(json);
    return wanted ? json_of(referrals(session, *wanted)) : wanted.refusal();
  }
  if (operation == "colleagues.list") return write_json(colleagues(), false);
  if (operation == "assignments.take") {
    const auto wanted = request_in<v1::AssignRequest>(json);
    return wanted ? json_of(assign(session, *wanted)) : wanted.refusal();
  }
  const auto wanted = request_in<v1::NumberRequest>(json);
  if (!wanted) return wanted.refusal();
  return operation == "assignments.give-back" ? json_of(release(session, wanted->number()))
                                              : json_of(page(session, wanted->number()));
}

}  // namespace veerpont::gateway
