// The public face: turns, and documents as JSON.
#include "veerpont/veerpont.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "base/private_file.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/check.h"
#include "client_sdk/operations/context.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/doctor.h"
#include "client_sdk/operations/documents.h"
#include "client_sdk/operations/due.h"
#include "client_sdk/operations/exceptions.h"
#include "client_sdk/operations/find.h"
#include "client_sdk/operations/grants.h"
#include "client_sdk/operations/inbox.h"
#include "client_sdk/operations/keys.h"
#include "client_sdk/operations/open.h"
#include "client_sdk/operations/outbox.h"
#include "client_sdk/operations/own_policy.h"
#include "client_sdk/operations/own_words.h"
#include "client_sdk/operations/readers.h"
#include "client_sdk/operations/reading.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/refer.h"
#include "client_sdk/operations/referrals.h"
#include "client_sdk/operations/reply.h"
#include "client_sdk/operations/retention.h"
#include "client_sdk/operations/siblings.h"
#include "client_sdk/operations/stays.h"
#include "client_sdk/operations/stops.h"
#include "client_sdk/operations/sync.h"
#include "client_sdk/operations/verifier.h"
#include "client_sdk/operations/withdraw.h"
#include "client_sdk/operations/workers.h"
#include "crypto/control_code.h"
#include "schemas/document_json.h"
#include "schemas/json_schema.h"
#include "schemas/starting_document.h"
#include "veerpont/api/v1/api.pb.h"

namespace veerpont {
namespace {

sdk::Connect connection_of(const std::shared_ptr<sdk::OpenHome>& home) {
  return [home](sdk::Deadline deadline) -> Result<std::unique_ptr<sdk::Transport>> {
    auto address = home->config.address();
    if (!address) return address.refusal();
    return sdk::connect_websocket(*address, home->client_identity(), deadline);
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

namespace {

// The request of an operation, "referrals.list", or its answer, "referrals.list/answer"; null: no
// such operation.
const google::protobuf::Descriptor* message_of_operation(std::string_view name) {
  constexpr std::string_view kAnswer = "/answer";
  const bool answer = name.ends_with(kAnswer);
  if (answer) name.remove_suffix(kAnswer.size());
  const auto* service = api::v1::Empty::descriptor()->file()->FindServiceByName("Veerpont");
  for (int i = 0; i < service->method_count(); ++i)
    if (const auto* method = service->method(i);
        method->options().GetExtension(api::v1::operation).name() == name)
      return answer ? method->output_type() : method->input_type();
  return nullptr;
}

Result<const google::protobuf::Descriptor*> document_type(const std::string& kind) {
  const std::map<std::string, const google::protobuf::Descriptor*> kinds{
      {"referral", v1::Referral::descriptor()}, {"update", v1::Update::descriptor()},
      {"grant", v1::GrantDraft::descriptor()},  {"grant-record", v1::GrantRecord::descriptor()},
      {"profile", v1::Profile::descriptor()},   {"siblings", v1::SiblingReferrals::descriptor()}};
  if (const auto found = kinds.find(kind); found != kinds.end()) return found->second;
  if (const auto* message = message_of_operation(kind)) return message;
  return Refusal{RefusalCode::not_found,
                 "a kind of document: referral, update, grant, grant-record, profile, siblings; or "
                 "an operation: referrals.list, referrals.list/answer"};
}

}  // namespace

Result<std::string> document_schema(const std::string& kind) {
  auto type = document_type(kind);
  return type ? Result<std::string>(json_schema(*type, kind)) : type.refusal();
}
Result<std::string> starting_document(const std::string& kind, Language language) {
  auto type = document_type(kind);
  return type ? Result<std::string>(starting_document(*type, language)) : type.refusal();
}

Result<Opened> Message::open(const Actor& actor) { return client_.open(row_.message, actor); }

Client::Client(Home home) {
  auto opened = home.opened_;
  context_ = std::make_unique<sdk::Context>(opened, connection_of(opened));
  // Now, while no other thread uses the keys.
  auto beside = opened->beside();
  withdrawing_ = std::make_unique<sdk::Context>(beside, connection_of(beside));
  readers_ = std::make_unique<sdk::Readers>(opened->keys_alone());
  verifying_ = std::make_unique<sdk::Verifier>(opened->keys_alone());
  reading_ = std::make_unique<sdk::Reading>(opened->keys_alone());
  sync_ = std::make_unique<sdk::Sync>(*context_);
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Status Client::sync(std::chrono::milliseconds patience, bool mail) {
  return in_turn(*context_, [&]() -> Status {
    context_->patience = patience;
    const auto told = [](const auto& done) {
      return done ? Status(Done{}) : Status(done.refusal());
    };
    Status synced = mail ? told(sdk::pull(*context_)) : told(sdk::ready(*context_));
    context_->patience = sdk::Context::kPatience;
    return synced;
  });
}
std::optional<Time> Client::as_of() {
  return readers_->with([](sdk::Context& reader) { return reader.as_of(); });
}
void Client::start(std::function<void()> changed) {
  if (changed) sync_->on_change(std::move(changed));
  sync_->start();
}
int Client::wait_fd() const { return sync_->descriptor(); }
void Client::acknowledge() { sync_->acknowledge(); }

void Client::on_alarm(std::function<void(const std::string&)> tell) {
  context_->on_alarm = std::move(tell);
}

Identity Client::whoami() const {
  return readers_->with([](sdk::Context& reader) -> Identity {
    const auto& config = reader.home->config;
    Identity us{config.org.str(),   config.title,
                id_of(config.kind), reader.home->fingerprint(),
                config.broker,      crypto::control_code(reader.home->fingerprint())};
    if (const auto profile = sdk::profile_of(reader, config.org); profile.ByteSizeLong() > 0)
      us.profile = write_json(profile, false);
    us.hidden = config.hidden;
    return us;
  });
}

std::vector<Check> Client::doctor() {
  const Lock turn(context_->turn);
  return sdk::doctor(*context_);
}

Result<Identity> Client::replace_keys(const Unlock& unlock, bool identity) {
  return in_turn(*context_, [&] {
    auto replaced = sdk::replace_keys(*context_, unlock.inner(), identity);
    readers_->use(context_->home->keys_alone());
    reading_->use(context_->home->keys_alone());
    return replaced;
  });
}

Result<std::vector<Partner>> Client::directory(const std::string& municipality,
                                               std::optional<OrgKind> kind) {
  return in_turn(*context_, [&]() -> Result<std::vector<Partner>> {
    std::string code;
    if (!municipality.empty()) {
      auto known = sdk::municipality_code(*context_, municipality);
      if (!known) return known.refusal();
      code = *known;
    }
    v1::LookUp wanted;
    if (kind) wanted.set_kind(static_cast<v1::OrgKind>(*kind));
    auto found = sdk::look_up(*context_, wanted);
    if (!found) return found.refusal();
    std::vector<Partner> partners;
    for (const auto& partner : *found) {
      auto row = sdk::partner_row(*context_, partner);
      if (!row) return row.refusal();
      if (code.empty() || sdk::serves(*context_, *row, code)) partners.push_back(std::move(*row));
    }
    return partners;
  });
}

Result<Route> Client::route(const Residence& residence) {
  return in_turn(*context_, [&]() -> Result<Route> {
    Residence known = residence;
    for (std::string* typed : {&known.before_the_stay, &known.present, &known.mother_at_birth}) {
      if (typed->empty()) continue;
      auto code = sdk::municipality_code(*context_, *typed);
      if (!code) return code.refusal();
      *typed = *code;
    }
    return sdk::route(*context_, known);
  });
}
Result<LogIndex> Client::publish_profile(std::string_view profile) {
  return in_turn(*context_, [&] { return sdk::publish_profile(*context_, profile); });
}

Status Client::confirm(const std::string& org, const std::string& fingerprint) {
  return in_turn(*context_, [&]() -> Status {
    const auto id = OrgId::parse(org);
    if (!id) return Refusal{RefusalCode::not_found, "organisation"};
    v1::LookUp wanted;
    wanted.set_org(org);
    auto found = sdk::look_up(*context_, wanted);
    if (!found) return found.refusal();
    if (found->size() != 1 || found->front().org != *id)
      return Refusal{RefusalCode::not_found, "no such organisation: " + org};
    std::string compared;
    for (const char c : fingerprint)
      if (c != ' ' && c != ':')
        compared += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const std::string& offered = found->front().fingerprint;
    std::string code = crypto::control_code(offered);
    std::erase(code, ' ');
    if (compared.size() != offered.size() && compared.size() != code.size())
      return Refusal{RefusalCode::invalid_input,
                     "a control code is 60 digits, and a fingerprint 64 hex digits"};
    if (compared != offered && compared != code)
      return Refusal{RefusalCode::tampered, "the broker gives another fingerprint for " + org};
    context_->dossier().directory.confirm_partner(*id, offered);
    return Done{};
  });
}

Result<Checked> Client::check(std::string_view draft, const std::optional<Referral>& referral) {
  return readers_->with([&](sdk::Context& reader) {
    return sdk::check(reader, draft, referral ? &referral->document_->referral : nullptr);
  });
}
Result<Checked> Client::check(const Referral& referral, const GrantId& grant) {
  return readers_->with([&](sdk::Context& reader) {
    return sdk::check(reader, referral.document_->referral, grant);
  });
}
Result<Checked> Client::check(const Referral& sections, const ReferralId& referral) {
  return readers_->with([&](sdk::Context& reader) {
    return sdk::check(reader, sections.document_->referral, referral);
  });
}
Result<Checked> Client::check(const Update& update, const ReferralId& referral) {
  return readers_->with([&](sdk::Context& reader) {
    return sdk::check(reader, update.document_->referral, referral);
  });
}
Result<RegisteredGrant> Client::register_grant(std::string_view draft,
                                               const GrantOptions& options) {
  return in_turn(*context_, [&] { return sdk::register_grant(*context_, draft, options); });
}
Result<std::vector<GrantRow>> Client::grants() {
  return readers_->with([&](sdk::Context& reader) { return sdk::grants(reader); });
}
Status Client::add_worker(const std::string& name, const Pin& pin) {
  return in_turn(*context_, [&] { return sdk::add_worker(*context_, name, pin.inner()); });
}
Status Client::change_pin(const std::string& name, const Pin& old, const Pin& fresh) {
  return in_turn(*context_,
                 [&] { return sdk::change_pin(*context_, name, old.inner(), fresh.inner()); });
}
Status Client::remove_worker(const std::string& name) {
  return in_turn(*context_, [&] { return sdk::remove_worker(*context_, name); });
}
Result<std::vector<std::string>> Client::secret_words() {
  return in_turn(*context_, [&] { return sdk::secret_words(*context_); });
}
Status Client::set_secret_words(const std::vector<std::string>& words, const Actor& actor) {
  return in_turn(*context_, [&] { return sdk::set_secret_words(*context_, words, actor); });
}
Result<OwnPolicy> Client::policy() {
  return in_turn(*context_, [&] { return sdk::own_policy(*context_); });
}
Result<OwnPolicy> Client::set_policy(const std::string& key, int value, const Actor& actor) {
  return in_turn(*context_, [&] { return sdk::change_policy(*context_, key, value, actor); });
}
std::vector<WorkerRow> Client::workers() {
  return readers_->with([&](sdk::Context& reader) { return sdk::workers(reader); });
}
Status Client::countersign(const GrantId& grant, const std::string& worker, const Pin& pin) {
  return in_turn(*context_,
                 [&] { return sdk::countersign(*context_, grant, worker, pin.inner()); });
}
Result<std::vector<ExceptionRow>> Client::exceptions(bool all) {
  return readers_->with([&](sdk::Context& reader) { return sdk::exceptions(reader, all); });
}
Result<LogIndex> Client::review_exception(const GrantId& grant, const ReviewNote& note) {
  return in_turn(*context_, [&] { return sdk::review(*context_, grant, note); });
}
Result<WithdrawnGrant> Client::withdraw_grant(const GrantId& grant, CategorySet categories) {
  return in_turn(*withdrawing_, [&]() -> Result<WithdrawnGrant> {
    if (auto fresh = withdrawing_->home->refresh(); !fresh) return fresh.refusal();
    return sdk::withdraw_grant(*withdrawing_, grant, categories);
  });
}
std::vector<QueuedRow> Client::outbox() {
  return readers_->with([&](sdk::Context& reader) { return sdk::outbox(reader); });
}
std::vector<QueuedRow> Client::refused_later() {
  return readers_->with([&](sdk::Context& reader) { return sdk::refused_later(reader); });
}
Result<CancelledMessage> Client::cancel(const MessageId& message) {
  return in_turn(*context_, [&] { return sdk::cancel(*context_, message); });
}
Result<Sent> Client::refer(const Referral& referral, const GrantId& grant,
                           const ReferOptions& options) {
  return in_turn(*context_, [&] {
    return sdk::refer(*context_, referral.document_->referral, grant, options);
  });
}
Result<Checked> Client::check(const Siblings& siblings) {
  return readers_->with(
      [&](sdk::Context& reader) { return sdk::check(reader, siblings.document_->siblings); });
}
Result<std::vector<Sent>> Client::refer(const Siblings& siblings, const ReferOptions& options) {
  return in_turn(*context_, [&] {
    return sdk::refer_siblings(*context_, siblings.document_->siblings, options);
  });
}
Result<std::vector<DueRow>> Client::due(int days) {
  return readers_->with([&](sdk::Context& reader) { return sdk::due(reader, days); });
}
Status Client::authority_checked(const GrantId& grant, const Date& day) {
  return in_turn(*context_, [&] { return sdk::authority_checked(*context_, grant, day); });
}
Status Client::begin_stay(const std::string& stay, const Date& day) {
  return in_turn(*context_, [&] { return sdk::begin_stay(*context_, stay, day); });
}
Status Client::end_stay(const std::string& stay, const Date& day) {
  return in_turn(*context_, [&] { return sdk::end_stay(*context_, stay, day); });
}
Status Client::talked(const std::string& stay, TalkWith with, const Date& day) {
  return in_turn(*context_, [&] { return sdk::talked(*context_, stay, with, day); });
}
Result<std::vector<RhythmRow>> Client::rhythm() {
  return readers_->with([&](sdk::Context& reader) { return sdk::rhythm(reader); });
}
Result<Retention> Client::run_retention(bool dry_run) {
  return in_turn(*context_, [&] { return sdk::run_retention(*context_, dry_run); });
}
Result<std::vector<std::string>> Client::destruction_notes() {
  return readers_->with([&](sdk::Context& reader) { return sdk::destruction_notes(reader); });
}
Result<Sent> Client::renew(const ReferralId& referral, const GrantId& grant) {
  return in_turn(*context_, [&] { return sdk::renew(*context_, referral, grant); });
}
Result<Sent> Client::reply(const ReferralId& referral, Step step,
                           const std::optional<Update>& update, const ReplyOptions& options) {
  return in_turn(*context_, [&] {
    return sdk::reply(*context_, referral, step,
                      update ? update->document_->referral : v1::Referral(), options);
  });
}
Result<Sent> Client::provide_info(const ReferralId& referral, const Referral& sections,
                                  const ReplyOptions& options) {
  return in_turn(*context_, [&] {
    return sdk::reply(*context_, referral, Step::provide_info, sections.document_->referral,
                      options);
  });
}
std::optional<ReferralId> Client::referral_of(const MessageId& message) {
  return readers_->with([&](sdk::Context& reader) { return sdk::referral_of(reader, message); });
}
Result<std::vector<InboxRow>> Client::inbox(const InboxQuery& query) {
  const auto here = [&] {
    return readers_->with([&](sdk::Context& reader) { return sdk::stored_inbox(reader, query); });
  };
  if (query.wait.count() == 0) return here();
  const sdk::Deadline deadline = std::chrono::steady_clock::now() + query.wait;
  auto seen = sync_->seen();
  sync_->start();
  sync_->wake();
  for (;;) {
    const bool more = sync_->wait_past(seen, deadline);
    seen = sync_->seen();
    if (const auto fault = sync_->fault(); fault && more) return *fault;
    auto rows = here();
    if (!rows.empty() || !more) return rows;
  }
}
Result<Opened> Client::open(const MessageId& message, CategorySet only, const Actor& actor) {
  const auto here = reading_->with([&](sdk::Context& reader) -> std::optional<Result<Opened>> {
    if (!sdk::is_here(reader, message, only)) return std::nullopt;
    return sdk::open(reader, message, only, actor);
  });
  if (here) return *here;
  return in_turn(*context_, [&] { return sdk::open(*context_, message, only, actor); });
}
Result<Opened> Client::sent(const MessageId& message, const Actor& actor) {
  return reading_->with([&](sdk::Context& reader) { return sdk::sent(reader, message, actor); });
}
Result<std::vector<ReferralRow>> Client::find_by_name(const std::string& name, const Actor& actor) {
  const auto recorded =
      reading_->with([&](sdk::Context& reader) { return sdk::record_search(reader, name, actor); });
  if (!recorded) return recorded.refusal();
  // Looking takes as long as there are documents: whoever opens one meanwhile does not wait.
  const auto found =
      readers_->with([&](sdk::Context& reader) { return sdk::find_by_name(reader, name); });
  std::vector<ReferralRow> rows;
  for (const ReferralId& id : found)
    if (auto row = referral(id)) rows.push_back(std::move(*row));
  return rows;
}
Result<std::uint64_t> Client::report_access(const AccessReport& report, const Actor& actor) {
  return reading_->with([&](sdk::Context& reader) {
    return sdk::report_access(*reader.home, report, actor, reader.clock.now());
  });
}
Result<std::vector<AccessRow>> Client::accesses(const AccessQuery& query) {
  return readers_->with([&](sdk::Context& reader) { return sdk::accesses(*reader.home, query); });
}

Result<std::vector<StoppedRow>> Client::newly_stopped() {
  return in_turn(*context_, [&]() -> Result<std::vector<StoppedRow>> {
    return sdk::newly_stopped(*context_);
  });
}

Status Client::receive(const std::function<Then(Message&)>& handle, std::chrono::seconds wait) {
  if (auto synced = sync(sdk::Context::kPatience); !synced) return synced;
  if (wait.count() > 0)
    if (auto arrived = inbox({.wait = wait}); !arrived) return arrived.refusal();
  const auto waiting = readers_->with([](sdk::Context& reader) {
    using State = sdk::InboxRecord::State;
    std::vector<InboxRow> rows;
    for (const auto& record : reader.dossier().inbox.list({{State::stored, State::opened}}))
      rows.push_back(sdk::row_of(reader, record));
    return rows;
  });
  for (const InboxRow& row : waiting) {
    Message message(*this, row);
    if (handle(message) != Then::done) continue;
    if (auto done = in_turn(*context_, [&] { return sdk::mark_done(*context_, row.message); });
        !done)
      return done;
  }
  return Done{};
}

Result<std::vector<ReferralRow>> Client::referrals(const ReferralQuery& query) {
  if (query.shown_to)
    return reading_->with([&](sdk::Context& reader) { return sdk::referrals(reader, query); });
  return readers_->with([&](sdk::Context& reader) { return sdk::referrals(reader, query); });
}
Result<ReferralRow> Client::referral(const ReferralId& referral) {
  return readers_->with([&](sdk::Context& reader) { return sdk::referral(reader, referral); });
}
Result<std::vector<EventRow>> Client::timeline(const ReferralId& referral) {
  return readers_->with([&](sdk::Context& reader) { return sdk::timeline(reader, referral); });
}

}  // namespace veerpont
