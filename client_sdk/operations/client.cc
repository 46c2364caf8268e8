// The public face: turns, and documents as JSON.
#include "veerpont/veerpont.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "base/private_file.h"
#include "client_sdk/operations/engine.h"
#include "rules/referral_states.h"
#include "schemas/document_json.h"
#include "schemas/json_schema.h"

namespace veerpont {
namespace {

template <class Call>
auto in_turn(sdk::Engine& engine, Call call) {
  const std::lock_guard turn(engine.turn());
  auto result = call();
  if (!result) engine.drop_if_broken(result.refusal().code);
  return result;
}

sdk::Connect connection_of(const std::shared_ptr<sdk::OpenHome>& home) {
  return [home]() -> Result<std::unique_ptr<sdk::Transport>> {
    auto address = home->config.address();
    if (!address) return address.refusal();
    return sdk::connect_websocket(*address, home->client_identity());
  };
}

template <class Document>
Result<std::shared_ptr<const sdk::Document>> referral_from(
    std::string_view json, Document* target, const std::shared_ptr<sdk::Document>& whole) {
  if (auto read = read_json(json, *target); !read) return read.refusal();
  return std::shared_ptr<const sdk::Document>(whole);
}

}  // namespace

Result<Unlock> Unlock::credential_file(const std::string& path) {
  auto inner = crypto::Unlock::credential_file(path);
  if (!inner) return inner.refusal();
  return Unlock(std::make_shared<crypto::Unlock>(std::move(*inner)));
}
Result<Unlock> Unlock::passphrase_file(const std::string& path) {
  auto inner = crypto::Unlock::passphrase_file(path);
  if (!inner) return inner.refusal();
  return Unlock(std::make_shared<crypto::Unlock>(std::move(*inner)));
}
Unlock Unlock::passphrase(std::string text) {
  return Unlock(std::make_shared<crypto::Unlock>(
      crypto::Unlock::passphrase(crypto::SecretBytes::take(std::move(text)))));
}

Result<Pin> Pin::from_file(const std::string& path) {
  auto inner = crypto::Pin::file(path);
  if (!inner) return inner.refusal();
  return Pin(std::make_shared<crypto::Pin>(std::move(*inner)));
}
Result<Pin> Pin::typed(std::string digits) {
  auto inner = crypto::Pin::from(crypto::SecretBytes::take(std::move(digits)));
  if (!inner) return inner.refusal();
  return Pin(std::make_shared<crypto::Pin>(std::move(*inner)));
}

Result<Home> Home::open(const std::string& folder, const Unlock& unlock) {
  crypto::initialise();
  auto opened = sdk::OpenHome::open(folder, unlock.inner());
  if (!opened) return opened.refusal();
  return Home(std::move(*opened));
}

Result<Referral> Referral::from_json(std::string_view json) {
  auto whole = std::make_shared<sdk::Document>();
  auto read = referral_from(json, &whole->referral, whole);
  if (!read) return read.refusal();
  return Referral(std::move(*read));
}
Result<Referral> Referral::from_json_file(const std::string& path) {
  auto text = read_file(path, limits::document_json_bytes);
  if (!text) return text.refusal();
  return from_json(*text);
}
Result<Update> Update::from_json(std::string_view json) {
  auto whole = std::make_shared<sdk::Document>();
  auto read = referral_from(json, whole->referral.mutable_update(), whole);
  if (!read) return read.refusal();
  return Update(std::move(*read));
}
Result<Update> Update::from_json_file(const std::string& path) {
  auto text = read_file(path, limits::document_json_bytes);
  if (!text) return text.refusal();
  return from_json(*text);
}

Result<Siblings> Siblings::from_json(std::string_view json) {
  auto read = std::make_shared<sdk::SiblingDocument>();
  if (auto parsed = read_json(json, read->siblings); !parsed) return parsed.refusal();
  return Siblings(std::move(read));
}
Result<Siblings> Siblings::from_json_file(const std::string& path) {
  auto text = read_file(path, limits::document_json_bytes);
  if (!text) return text.refusal();
  return from_json(*text);
}

Result<std::string> document_schema(const std::string& kind) {
  const std::map<std::string, const google::protobuf::Descriptor*> kinds{
      {"referral", v1::Referral::descriptor()}, {"update", v1::Update::descriptor()},
      {"grant", v1::GrantDraft::descriptor()},  {"grant-record", v1::GrantRecord::descriptor()},
      {"profile", v1::Profile::descriptor()},   {"siblings", v1::SiblingReferrals::descriptor()}};
  const auto found = kinds.find(kind);
  if (found == kinds.end())
    return Refusal{RefusalCode::not_found,
                   "a kind of document: referral, update, grant, grant-record, profile, siblings"};
  return json_schema(found->second, kind);
}

Result<Opened> Message::open(const OpenedBy& by) { return engine_.open(row_.message, {}, by); }

Client::Client(Home home) {
  auto opened = home.opened_;
  engine_ = std::make_unique<sdk::Engine>(opened, connection_of(opened));
  auto beside = opened->beside();  // now, while no other thread uses the keys
  withdrawing_ = std::make_unique<sdk::Engine>(beside, connection_of(beside));
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

void Client::on_alarm(std::function<void(const std::string&)> tell) {
  engine_->on_alarm(std::move(tell));
}

Identity Client::whoami() const {
  const auto& config = engine_->home().config;
  return {config.org.str(), config.title, id_of(config.kind), engine_->home().fingerprint(),
          config.broker};
}

std::vector<Check> Client::doctor() {
  const std::lock_guard turn(engine_->turn());
  return engine_->doctor();
}

Result<Identity> Client::replace_keys(const Unlock& unlock, bool identity) {
  return in_turn(*engine_, [&] { return engine_->replace_keys(unlock.inner(), identity); });
}

Result<std::vector<Partner>> Client::directory(const std::string& municipality,
                                               std::optional<OrgKind> kind) {
  return in_turn(*engine_, [&]() -> Result<std::vector<Partner>> {
    v1::LookUp wanted;
    if (kind) wanted.set_kind(static_cast<v1::OrgKind>(*kind));
    auto found = engine_->look_up(wanted);
    if (!found) return found.refusal();
    std::vector<Partner> partners;
    for (const auto& partner : *found) {
      auto row = engine_->partner_row(partner);
      if (!row) return row.refusal();
      if (municipality.empty() || engine_->serves(*row, municipality))
        partners.push_back(std::move(*row));
    }
    return partners;
  });
}

Result<Route> Client::route(const Residence& residence) {
  return in_turn(*engine_, [&] { return engine_->route(residence); });
}
Result<LogIndex> Client::publish_profile(std::string_view profile) {
  return in_turn(*engine_, [&] { return engine_->publish_profile(profile); });
}

Status Client::confirm(const std::string& org, const std::string& fingerprint) {
  return in_turn(*engine_, [&]() -> Status {
    const auto id = OrgId::parse(org);
    if (!id) return Refusal{RefusalCode::not_found, "organisation"};
    v1::LookUp wanted;
    wanted.set_org(org);
    auto found = engine_->look_up(wanted);
    if (!found) return found.refusal();
    if (found->size() != 1 || found->front().org != *id)
      return Refusal{RefusalCode::not_found, "no such organisation: " + org};
    std::string compared;
    for (const char c : fingerprint)
      if (c != ' ' && c != ':')
        compared += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (compared.size() != 64)
      return Refusal{RefusalCode::invalid_input, "a fingerprint is 64 hex digits"};
    if (compared != found->front().fingerprint)
      return Refusal{RefusalCode::tampered, "the broker gives another fingerprint for " + org};
    engine_->home().dossier->directory.confirm_partner(*id, compared);
    return Done{};
  });
}

Result<Checked> Client::check(std::string_view draft, const std::optional<Referral>& referral) {
  return in_turn(*engine_, [&] {
    return engine_->check(draft, referral ? &referral->document_->referral : nullptr);
  });
}
Result<Checked> Client::check(const Referral& referral, const GrantId& grant) {
  return in_turn(*engine_, [&] { return engine_->check(referral.document_->referral, grant); });
}
Result<Checked> Client::check(const Referral& sections, const ReferralId& referral) {
  return in_turn(*engine_, [&] { return engine_->check(sections.document_->referral, referral); });
}
Result<Checked> Client::check(const Update& update, const ReferralId& referral) {
  return in_turn(*engine_, [&] { return engine_->check(update.document_->referral, referral); });
}
Result<RegisteredGrant> Client::register_grant(std::string_view draft,
                                               const GrantOptions& options) {
  return in_turn(*engine_, [&] { return engine_->register_grant(draft, options); });
}
Result<std::vector<GrantRow>> Client::grants() {
  return in_turn(*engine_, [&] { return engine_->grants(); });
}
Status Client::add_worker(const std::string& name, const Pin& pin) {
  return in_turn(*engine_, [&] { return engine_->add_worker(name, pin.inner()); });
}
Status Client::change_pin(const std::string& name, const Pin& old, const Pin& fresh) {
  return in_turn(*engine_, [&] { return engine_->change_pin(name, old.inner(), fresh.inner()); });
}
Status Client::remove_worker(const std::string& name) {
  return in_turn(*engine_, [&] { return engine_->remove_worker(name); });
}
std::vector<WorkerRow> Client::workers() {
  const std::lock_guard turn(engine_->turn());
  return engine_->workers();
}
Status Client::countersign(const GrantId& grant, const std::string& worker, const Pin& pin) {
  return in_turn(*engine_, [&] { return engine_->countersign(grant, worker, pin.inner()); });
}
Result<std::vector<ExceptionRow>> Client::exceptions(bool all) {
  return in_turn(*engine_, [&] { return engine_->exceptions(all); });
}
Result<LogIndex> Client::review_exception(const GrantId& grant, const ReviewNote& note) {
  return in_turn(*engine_, [&] { return engine_->review(grant, note); });
}
Result<WithdrawnGrant> Client::withdraw_grant(const GrantId& grant, CategorySet categories) {
  return in_turn(*withdrawing_, [&]() -> Result<WithdrawnGrant> {
    if (auto fresh = withdrawing_->home().refresh(); !fresh) return fresh.refusal();
    return withdrawing_->withdraw_grant(grant, categories);
  });
}
std::vector<QueuedRow> Client::outbox() {
  const std::lock_guard turn(engine_->turn());
  return engine_->outbox();
}
Result<CancelledMessage> Client::cancel(const MessageId& message) {
  return in_turn(*engine_, [&] { return engine_->cancel(message); });
}
Result<Sent> Client::refer(const Referral& referral, const GrantId& grant,
                           const ReferOptions& options) {
  return in_turn(*engine_,
                 [&] { return engine_->refer(referral.document_->referral, grant, options); });
}
Result<Checked> Client::check(const Siblings& siblings) {
  return in_turn(*engine_, [&] { return engine_->check(siblings.document_->siblings); });
}
Result<std::vector<Sent>> Client::refer(const Siblings& siblings, const ReferOptions& options) {
  return in_turn(*engine_,
                 [&] { return engine_->refer_siblings(siblings.document_->siblings, options); });
}
Result<std::vector<DueRow>> Client::due(int days) {
  return in_turn(*engine_, [&] { return engine_->due(days); });
}
Status Client::authority_checked(const GrantId& grant, const Date& day) {
  return in_turn(*engine_, [&] { return engine_->authority_checked(grant, day); });
}
Status Client::begin_stay(const std::string& stay, const Date& day) {
  return in_turn(*engine_, [&] { return engine_->begin_stay(stay, day); });
}
Status Client::end_stay(const std::string& stay, const Date& day) {
  return in_turn(*engine_, [&] { return engine_->end_stay(stay, day); });
}
Status Client::talked(const std::string& stay, TalkWith with, const Date& day) {
  return in_turn(*engine_, [&] { return engine_->talked(stay, with, day); });
}
Result<std::vector<RhythmRow>> Client::rhythm() {
  return in_turn(*engine_, [&] { return engine_->rhythm(); });
}
Result<Retention> Client::run_retention(bool dry_run) {
  return in_turn(*engine_, [&] { return engine_->run_retention(dry_run); });
}
Result<std::vector<std::string>> Client::destruction_notes() {
  return in_turn(*engine_, [&] { return engine_->destruction_notes(); });
}
Result<Sent> Client::renew(const ReferralId& referral, const GrantId& grant) {
  return in_turn(*engine_, [&] { return engine_->renew(referral, grant); });
}
Result<Sent> Client::reply(const ReferralId& referral, Step step,
                           const std::optional<Update>& update, const ReplyOptions& options) {
  return in_turn(*engine_, [&] {
    return engine_->reply(referral, step, update ? update->document_->referral : v1::Referral(),
                          options);
  });
}
Result<Sent> Client::provide_info(const ReferralId& referral, const Referral& sections,
                                  const ReplyOptions& options) {
  return in_turn(*engine_, [&] {
    return engine_->reply(referral, Step::provide_info, sections.document_->referral, options);
  });
}
Result<std::vector<InboxRow>> Client::inbox(bool all, std::chrono::seconds wait) {
  return in_turn(*engine_, [&] { return engine_->inbox(all, wait); });
}
Result<Opened> Client::open(const MessageId& message, CategorySet only, const OpenedBy& by) {
  return in_turn(*engine_, [&] { return engine_->open(message, only, by); });
}

Result<std::vector<StoppedRow>> Client::newly_stopped() {
  return in_turn(*engine_, [&] { return engine_->newly_stopped(); });
}

Status Client::receive(const std::function<Then(Message&)>& handle, std::chrono::seconds wait) {
  return in_turn(*engine_, [&]() -> Status {
    auto fetched = engine_->inbox(false, wait);
    if (!fetched) return fetched.refusal();
    using State = sdk::InboxRecord::State;
    for (const auto& record :
         engine_->home().dossier->inbox.in_state({State::stored, State::opened})) {
      Message message(*engine_, engine_->row_of(record));
      if (handle(message) != Then::done) continue;
      if (auto done = engine_->mark_done(record.message); !done) return done;
    }
    return Done{};
  });
}

Result<std::vector<ReferralRow>> Client::referrals(bool open_only) {
  return in_turn(*engine_, [&]() -> Result<std::vector<ReferralRow>> {
    if (auto session = engine_->ready(); !session) return session.refusal();
    std::vector<ReferralRow> rows;
    const std::string& me = engine_->home().config.org.str();
    for (const auto& r : engine_->home().dossier->referrals.all()) {
      if (open_only && !rules::is_open(r.state)) continue;
      const auto next = rules::next_actor(r.state);
      const bool us = next && (*next == rules::Role::referrer) == r.referrer;
      rows.push_back({r.id, r.with.str(), r.referrer ? "referrer" : "provider",
                      !next ? ""
                      : us  ? me
                            : r.with.str(),
                      r.state, rules::is_open(r.state) ? r.respond_by : std::nullopt, r.grant,
                      r.linked});
      rows.back().siblings = engine_->home().dossier->referrals.siblings_of(r.id);
      rows.back().sealed_again = engine_->home().dossier->outbox.sealed_again(r.id);
      rows.back().stopped = engine_->stopped(r.grant);
      rows.back().overdue =
          rows.back().respond_by && *rows.back().respond_by <= engine_->clock().now();
    }
    // What waits longest first; then by when; what has no time, last.
    const auto key = [](const ReferralRow& row) {
      return std::pair(!row.respond_by.has_value(), row.respond_by.value_or(Time{}));
    };
    std::ranges::stable_sort(
        rows, [&](const ReferralRow& a, const ReferralRow& b) { return key(a) < key(b); });
    return rows;
  });
}

Result<std::vector<EventRow>> Client::timeline(const ReferralId& referral) {
  return in_turn(*engine_, [&]() -> Result<std::vector<EventRow>> {
    if (auto session = engine_->ready(); !session) return session.refusal();
    if (!engine_->home().dossier->referrals.find(referral))
      return Refusal{RefusalCode::unknown_referral};
    return sdk::list_events(engine_->home(), referral);
  });
}

Result<LogReport> Client::audit_sync() {
  return in_turn(*engine_, [&]() -> Result<LogReport> {
    if (auto session = engine_->ready(); !session) return session.refusal();
    return sdk::verify_events(engine_->home());
  });
}
Result<LogReport> Client::audit_verify() {
  return in_turn(*engine_, [&]() -> Result<LogReport> {
    if (auto session = engine_->ready(); !session) return session.refusal();
    return sdk::verify_events(engine_->home());
  });
}
Result<std::vector<EventRow>> Client::audit_list() {
  return in_turn(*engine_, [&] { return sdk::list_events(engine_->home(), std::nullopt); });
}

}  // namespace veerpont
