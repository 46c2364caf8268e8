#include "broker/sessions/broker.h"

#include <filesystem>
#include <thread>

#include "base/private_file.h"
#include "broker/log/retention.h"
#include "broker/sessions/request_kinds.h"
#include "broker/sessions/session.h"
#include "broker/store/sqlite/store.h"
#include "broker/telemetry/journal.h"
#include "crypto/random.h"
#include "net/certificate_authority.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"
#include "veerpont/v1/keystore.pb.h"

namespace veerpont::broker {
namespace {

constexpr std::size_t kSweepAtOnce = 200;
constexpr std::size_t kEventsAtOnce = 4'096;
constexpr int kEraseAttempts = 20;  // each as fast as reading what was logged meanwhile

std::unique_ptr<LogSigner> signer_from(const Config& config, const crypto::Key32& seed) {
  auto key = crypto::SigningKey::from_seed(seed);
  auto verifier = audit::VerifierKey::create(config.origin(), key.public_key());
  return verifier ? std::make_unique<LogSigner>(LogSigner{std::move(*verifier), std::move(key)})
                  : nullptr;
}

Result<crypto::Unlock> development_unlock(const HomePaths& paths) {
  return crypto::Unlock::credential_file(paths.credential);
}

crypto::SecretBytes taken(std::string* bytes) {
  return crypto::SecretBytes::take(std::move(*bytes));
}

Refusal invalid(std::string what) { return Refusal{RefusalCode::invalid_input, std::move(what)}; }

// Every interface of this machine: where one listens, but not where anybody connects.
bool is_any_address(const Endpoint& endpoint) {
  return endpoint.host == "0.0.0.0" || endpoint.host == "::" || endpoint.host == "*";
}

Status make_folders(const HomePaths& paths) {
  std::error_code error;
  std::filesystem::create_directories(paths.home, error);
  if (error) return Refusal{RefusalCode::local_failure, paths.home};
  if (!std::filesystem::is_empty(paths.home, error) || error)
    return invalid(paths.home + " is not empty");
  std::filesystem::permissions(paths.home, std::filesystem::perms::owner_all, error);
  std::filesystem::create_directory(paths.home + "/vault", error);
  std::filesystem::permissions(paths.home + "/vault", std::filesystem::perms::owner_all, error);
  return error ? Status(Refusal{RefusalCode::local_failure, paths.home}) : Status(Done{});
}

v1::SignedObject policy_of(const Config& config, const LogSigner& signer, Time now) {
  v1::FederationPolicy policy;
  policy.set_name(config.name);
  policy.set_oversight(config.oversight_bodies ? v1::FederationPolicy::OVERSIGHT_BODIES
                                               : v1::FederationPolicy::OVERSIGHT_NONE);
  policy.set_log_verifier_key(signer.verifier.str());
  policy.set_created(to_ms(now));
  v1::SignedObject out;
  out.set_body(wire::serialise(policy));
  return out;
}

// The policy that leaf 0 commits to is what participants were shown; the configuration may not say
// otherwise.
Status agrees_with_genesis(const Config& config, Store& store) {
  const auto genesis = store.snapshot()->event(LogIndex{0});
  auto policy = genesis && genesis->object
                    ? wire::parse<v1::FederationPolicy>(genesis->object->body())
                    : Result<v1::FederationPolicy>(Refusal{RefusalCode::malformed});
  const bool bodies = policy && policy->oversight() == v1::FederationPolicy::OVERSIGHT_BODIES;
  if (!policy || policy->name() != config.name || bodies != config.oversight_bodies)
    return Refusal{RefusalCode::tampered,
                   "veerpontd.toml says another name or oversight than genesis"};
  return Done{};
}

Status take_secrets(const HomePaths& paths, const std::optional<crypto::Unlock>& unlock,
                    BrokerParts& parts) {
  auto own = unlock ? std::nullopt : std::optional(development_unlock(paths));
  if (own && !*own)
    return Refusal{RefusalCode::unlock_failed,
                   "set VEERPONT_PASSPHRASE_FILE or VEERPONT_CREDENTIAL_FILE"};
  auto content = crypto::Keystore::open(paths.keystore, unlock ? *unlock : **own);
  if (!content) return content.refusal();
  auto secrets = wire::parse<v1::BrokerSecrets>(content->reveal());
  if (!secrets || secrets->log_seed().size() != crypto::Key32::size)
    return Refusal{RefusalCode::malformed, "keystore"};
  parts.signer = signer_from(parts.config, crypto::Key32::from(secrets->log_seed()));
  crypto::wipe(secrets->mutable_log_seed()->data(), secrets->log_seed().size());
  parts.ca_key = taken(secrets->mutable_ca_key());
  parts.server_key = taken(secrets->mutable_server_key());
  return parts.signer == nullptr ? Status(invalid("veerpontd.toml: name")) : Status(Done{});
}

Status open_storage(const HomePaths& paths, BrokerParts& parts) {
  parts.store = open_sqlite_store(paths.database);
  auto vault = open_share_vault(paths.vault);
  if (!vault) return vault.refusal();
  parts.vault = std::move(*vault);
  auto high_water = open_high_water(paths.high_water, true);
  if (!high_water) return high_water.refusal();
  parts.high_water = std::move(*high_water);
  parts.clock = std::make_unique<SystemClock>();
  parts.free_space = free_space_of(paths.home);
  parts.ballast = paths.ballast;
  return Done{};
}

CommitterOptions options_of(const BrokerParts& parts) {
  return {parts.config.most_messages, parts.config.most_bytes, parts.config.reserve_bytes,
          parts.free_space,           parts.ballast,           parts.config.ballast_bytes};
}

}  // namespace

Status SessionRegistry::add(const OrgId& org, const std::shared_ptr<Session>& session,
                            std::size_t most) {
  const Lock lock(mutex_);
  auto& own = sessions_[org];
  if (own.size() >= limits::sessions_per_organisation + limits::withdrawal_sessions)
    return Refusal{RefusalCode::busy, std::to_string(limits::sessions_per_organisation) +
                                          " sessions of one organisation"};
  if (count_ >= most + most / 4)
    return Refusal{RefusalCode::busy, std::to_string(most) + " sessions"};
  own.emplace(session.get(), session);
  ++count_;
  return Done{};
}

bool SessionRegistry::may_stay(const OrgId& org, bool withdrawals_only, std::size_t most) {
  const Lock lock(mutex_);
  return withdrawals_only ||
         (sessions_[org].size() <= limits::sessions_per_organisation && count_ <= most);
}

void SessionRegistry::remove(const OrgId& org, const Session* session) {
  const Lock lock(mutex_);
  count_ -= sessions_[org].erase(session);
}

void SessionRegistry::wake(const std::set<OrgId>& orgs) {
  std::vector<std::shared_ptr<Session>> awake;
  {
    const Lock lock(mutex_);
    for (const OrgId& org : orgs)
      if (const auto found = sessions_.find(org); found != sessions_.end())
        for (const auto& [key, session] : found->second)
          if (auto open = session.lock()) awake.push_back(std::move(open));
  }
  for (const auto& session : awake) session->wake();
}

void SessionRegistry::has_answers(std::shared_ptr<Session> session) {
  const Lock lock(mutex_);
  answered_.push_back(std::move(session));
}

void SessionRegistry::send_answers() {
  std::vector<std::shared_ptr<Session>> answered;
  {
    const Lock lock(mutex_);
    answered.swap(answered_);
  }
  for (const auto& session : answered) session->send_answers();
}

void SessionRegistry::close_all() {
  std::vector<std::shared_ptr<Session>> open;
  {
    const Lock lock(mutex_);
    for (const auto& [org, sessions] : sessions_)
      for (const auto& [key, session] : sessions)
        if (auto held = session.lock()) open.push_back(std::move(held));
  }
  for (const auto& session : open) session->goodbye();
}

bool RateLimit::take(const OrgId& org) {
  const Lock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  auto& bucket = buckets_.try_emplace(org, Bucket{static_cast<double>(burst_), now}).first->second;
  bucket.tokens = std::min<double>(
      burst_, bucket.tokens + std::chrono::duration<double>(now - bucket.at).count() * per_second_);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

bool HourlyBudget::has_room(const OrgId& org) {
  const Lock lock(mutex_);
  const Bucket& bucket = refilled(org);
  return bucket.changes >= 1 && bucket.bytes > 0;
}

void HourlyBudget::charge(const OrgId& org, std::size_t bytes) {
  const Lock lock(mutex_);
  Bucket& bucket = refilled(org);
  bucket.changes -= 1;
  bucket.bytes -= static_cast<double>(bytes);
}

HourlyBudget::Bucket& HourlyBudget::refilled(const OrgId& org) {
  const auto now = std::chrono::steady_clock::now();
  Bucket& bucket = buckets_.try_emplace(org, Bucket{changes_, bytes_, now}).first->second;
  const double hours = std::chrono::duration<double>(now - bucket.at).count() / 3600;
  bucket.changes = std::min(changes_, bucket.changes + hours * changes_);
  bucket.bytes = std::min(bytes_, bucket.bytes + hours * bytes_);
  bucket.at = now;
  return bucket;
}

Broker::Broker(HomePaths paths, BrokerParts parts)
    : paths_(std::move(paths)),
      parts_(std::move(parts)),
      metrics_(request_kinds()),
      rate_(parts_.config.submissions_per_second, parts_.config.submissions_burst),
      change_rate_(4 * parts_.config.submissions_per_second, 4 * parts_.config.submissions_burst),
      change_budget_(parts_.config.changes_per_hour, parts_.config.change_bytes_per_hour),
      pool_(std::max(2u, std::thread::hardware_concurrency())),
      reads_(std::max(2u, std::thread::hardware_concurrency()) / 2) {}

Broker::~Broker() {
  drain();
  finish();
}

Status Broker::init(const InitOptions& options, const std::optional<crypto::Unlock>& unlock) {
  const HomePaths paths(options.home);
  Config config;
  config.name = options.name;
  config.listen = options.listen;
  config.admin = options.admin;
  config.oversight_bodies = options.oversight_bodies;
  config.address = options.address.value_or(options.listen);
  if (is_any_address(config.address))
    return invalid(
        "--listen names no address that participants can connect to; say --address HOST:PORT too");
  auto log_key = crypto::SigningKey::generate();
  if (signer_from(config, log_key.seed()) == nullptr)
    return invalid("a federation's name is a URL without scheme, space or plus sign");
  if (auto made = make_folders(paths); !made) return made;

  const crypto::SecretBytes ca_key = net::generate_tls_key();
  const crypto::SecretBytes server_key = net::generate_tls_key();
  config.ca_certificate = net::make_ca_certificate(ca_key, config.name);
  config.server_certificate =
      net::make_server_certificate(ca_key, config.ca_certificate, server_key, config.address.host);
  v1::BrokerSecrets secrets;
  secrets.set_log_seed(std::string(log_key.seed().reveal()));
  secrets.set_ca_key(std::string(ca_key.reveal()));
  secrets.set_server_key(std::string(server_key.reveal()));
  auto content = crypto::SecretBytes::take(wire::serialise(secrets));
  for (auto* secret :
       {secrets.mutable_log_seed(), secrets.mutable_ca_key(), secrets.mutable_server_key()})
    crypto::wipe(secret->data(), secret->size());

  if (!unlock)
    if (auto written = write_private_file(paths.credential, crypto::random_key().reveal());
        !written)
      return written;
  auto own = unlock ? std::nullopt : std::optional(development_unlock(paths));
  if (own && !*own) return own->refusal();
  if (auto created = crypto::Keystore::create(paths.keystore, unlock ? *unlock : **own, content);
      !created)
    return created;
  if (auto written = config.write(options.home); !written) return written;
  if (auto written = write_private_file(paths.access_points, AccessPoints::explanation()); !written)
    return written;

  BrokerParts parts;
  parts.config = config;
  parts.signer = signer_from(config, log_key.seed());
  if (auto opened = open_storage(paths, parts); !opened) return opened;
  if (auto founded = found(parts); !founded) return founded;
  for (const std::string& folder : {paths.home + "/vault", paths.home})
    if (auto synced = sync_folder(folder); !synced) return synced;
  return Done{};
}

Status Broker::found(BrokerParts& parts) {
  Metrics metrics({});
  Committer committer(*parts.store, *parts.vault, *parts.high_water, *parts.signer, *parts.clock,
                      metrics, options_of(parts), [](const auto&) {});
  return committer.found(policy_of(parts.config, *parts.signer, parts.clock->now()));
}

Result<std::unique_ptr<Broker>> Broker::open(const std::string& home,
                                             const std::optional<crypto::Unlock>& unlock) {
  HomePaths paths(home);
  auto config = Config::read(home);
  if (!config) return config.refusal();
  auto lock = HomeLock::take(paths.lock);
  if (!lock) return lock.refusal();
  BrokerParts parts;
  parts.config = std::move(*config);
  if (auto unlocked = take_secrets(paths, unlock, parts); !unlocked) return unlocked.refusal();
  if (auto opened = open_storage(paths, parts); !opened) return opened.refusal();
  if (std::filesystem::exists(paths.frozen))
    return Refusal{RefusalCode::tampered,
                   "a participant showed a newer log than this one; restore the newest database "
                   "and vault, then remove " +
                       paths.frozen};
  auto broker = assemble(paths, std::move(parts));
  if (broker) (*broker)->lock_ = std::move(*lock);
  return broker;
}

Result<std::unique_ptr<Broker>> Broker::assemble(HomePaths paths, BrokerParts parts) {
  std::unique_ptr<Broker> broker(new Broker(std::move(paths), std::move(parts)));
  Broker* self = broker.get();
  BrokerParts& own = broker->parts_;
  broker->clock_guard_ = std::make_unique<ClockGuard>(
      *own.clock, broker->paths_.clock_mark, own.store->snapshot()->head().last_event_time);
  CommitterOptions options = options_of(own);
  options.dated = [self] { return self->clock_guard_->dated(); };
  options.asking = std::filesystem::exists(broker->paths_.asking);
  broker->committer_ = std::make_unique<Committer>(
      *own.store, *own.vault, *own.high_water, *own.signer, *own.clock, broker->metrics_,
      std::move(options), [self](const std::set<OrgId>& orgs) {
        self->sessions_.send_answers();
        self->sessions_.wake(orgs);
      });
  if (auto recovered = broker->committer_->recover(); !recovered) return recovered.refusal();
  if (auto agreed = agrees_with_genesis(own.config, *own.store); !agreed) return agreed.refusal();
  broker->witnesses_.read_policies(*own.store->snapshot());
  return broker;
}

void Broker::start() {
  threaded_ = true;
  committer_->start();
  metrics_.clock_jumped(clock_guard_->jumped());  // before anybody can ask
  started_ = true;
}

void Broker::drain() {
  if (!started_.exchange(false)) return;
  committer_->drain();
  sessions_.close_all();
}

void Broker::finish() { pool_.join(); }

void Broker::freeze(const std::string& shown_checkpoint) {
  committer_->freeze();
  if (!write_private_file(paths_.frozen, shown_checkpoint))
    journal(Level::critical, "frozen-mark-not-written");
}

Result<Outcome> Broker::decide(Request request) {
  return threaded_ ? committer_->run(std::move(request))
                   : committer_->run_alone(std::move(request));
}

Result<std::string> Broker::invite(Participant participant) {
  const std::string token = crypto::random_bytes(32);
  auto done = decide(AdmitRequest{
      participant,
      {crypto::sha256(token), participant.org, clock().now() + limits::invitation_life, {}, {}}});
  if (!done) return done.refusal();
  v1::Invitation invitation;
  invitation.set_org(participant.org.str());
  invitation.set_title(participant.title);
  invitation.set_kind(static_cast<v1::OrgKind>(participant.kind));
  invitation.set_hidden(participant.hidden);
  invitation.set_broker(parts_.config.address.str());
  invitation.set_ca_certificate(parts_.config.ca_certificate);
  invitation.set_log_verifier_key(signer().verifier.str());
  invitation.set_token(crypto::to_hex(token));
  invitation.set_federation(parts_.config.name);
  return write_json(invitation);
}

Status Broker::describe(const OrgId& org, std::optional<std::string> title,
                        std::optional<std::vector<std::string>> serves) {
  auto done = decide(DescribeRequest{org, std::move(title), std::move(serves)});
  return done ? Status(Done{}) : Status(done.refusal());
}

void Broker::read_access_points() {
  auto read = AccessPoints::read(paths_.access_points);
  if (read)
    access_points_.set(std::make_shared<const AccessPoints>(std::move(*read)));
  else
    journal(Level::warning, "access-points-not-read",
            {{"cure", veerpont::describe(read.refusal())}});
}

Status Broker::suspend(const OrgId& org, bool suspend) {
  auto done = decide(SuspendRequest{org, suspend});
  return done ? Status(Done{}) : Status(done.refusal());
}

Status Broker::name_witnesses(const NewWitnesses& wanted) {
  v1::WitnessPolicy policy;
  const auto snapshot = store().snapshot();
  for (const OrgId& org : wanted.members) {
    const auto at = snapshot->statement_at(org, snapshot->head().size);
    const auto leaf = at ? snapshot->event(*at) : std::nullopt;
    auto statement = leaf && leaf->statement
                         ? crypto::KeyStatement::verify(*leaf->statement)
                         : Result<crypto::KeyStatement>(Refusal{RefusalCode::unknown_recipient});
    if (!statement) return Refusal{RefusalCode::unknown_recipient, org.str()};
    auto* witness = policy.add_witnesses();
    witness->set_org(org.str());
    witness->set_verifier_key(
        audit::VerifierKey::create(audit::witness_name(config().origin(), org),
                                   statement->body().cosigner_key().public_key(),
                                   audit::SignatureType::cosignature)
            ->str());
  }
  for (const auto& [key, url] : wanted.others) {
    auto* witness = policy.add_witnesses();
    witness->set_verifier_key(key);
    witness->set_url(url);
  }
  policy.set_quorum(wanted.quorum);
  policy.set_reason(wanted.reason);
  policy.set_at_once(wanted.at_once);
  v1::SignedObject object;
  object.set_body(wire::serialise(policy));
  if (!audit::WitnessPolicy::parse(object.body()))
    return invalid("witnesses: at most 16, each once, and a quorum of more than half of them");
  if (wanted.at_once && wanted.reason.empty())
    return invalid("reason: everyone reads why the witnesses change at once");
  auto done = decide(WitnessesRequest{std::move(object)});
  if (!done) return done.refusal();
  witnesses_.read_policies(*store().snapshot());
  return Done{};
}

Status Broker::confirm_alone(const std::string& reason) {
  if (!committer_->asking())
    return Refusal{RefusalCode::not_found, "no copy of the log waits for its witnesses"};
  if (reason.empty()) return invalid("reason: everyone reads why nobody was asked");
  v1::LogRestored said;
  said.set_reason(reason);
  v1::SignedObject object;
  object.set_body(wire::serialise(said));
  auto done = decide(RestoredRequest{std::move(object)});
  if (!done) return done.refusal();
  stop_asking("operator");
  return Done{};
}

void Broker::heard_witnesses() {
  if (!committer_->asking() || committer_->frozen() || saw_more_) return;
  const auto signed_by_them = witnesses_.witnessed();
  if (!signed_by_them || signed_by_them->size < committer_->published()->checkpoint.size()) return;
  if (auto confirmed = committer_->confirm(); !confirmed)
    return journal(Level::critical, "log-not-confirmed",
                   {{"error", veerpont::describe(confirmed.refusal())}});
  stop_asking("witnesses");
}

void Broker::stop_asking(const char* how) {
  std::error_code ignored;  // where it stays, the next start asks again
  std::filesystem::remove(paths_.asking, ignored);
  journal(Level::info, "log-confirmed",
          {{"by", how}, {"log", std::to_string(committer_->published()->checkpoint.size())}});
}

void Broker::when_renewed(std::function<void(const std::string&)> use) {
  const Lock lock(sweep_mutex_);
  use_certificate_ = std::move(use);
  renew_server_certificate();
}

void Broker::renew_server_certificate() {
  if (!use_certificate_) return;  // nobody shows one
  Config& config = parts_.config;
  const Time now = clock().now();
  const bool good =
      net::certificate_begin(config.server_certificate) <= now &&
      net::certificate_end(config.server_certificate) > now + limits::certificate_renewal;
  if (good || clock_guard_->jumped()) return;  // one of a wrong clock would outlive it
  std::string fresh = net::make_server_certificate(ca_key(), config.ca_certificate, server_key(),
                                                   config.address.host);
  if (!write_private_file(paths_.server_certificate, fresh)) {
    journal(Level::critical, "certificate-not-written",
            {{"cure", "free some disk; it is tried again every minute"}});
    return;
  }
  config.server_certificate = fresh;
  journal(Level::info, "certificate-renewed", {{"until", rfc3339(net::certificate_end(fresh))}});
  use_certificate_(fresh);
}

void Broker::sweep(const std::function<bool()>& stop) {
  const Lock lock(sweep_mutex_);
  renew_server_certificate();  // first: also when the disk is full, and at once when the clock was
                               // accepted
  read_access_points();
  // A batch each minute: counts of refusals are logged when their hour is over, and a disk that was
  // full is tried again.
  if (auto barrier = decide(BarrierRequest{}); !barrier) return;
  const bool jumped = clock_guard_->jumped();
  metrics_.clock_jumped(jumped);
  clock_guard_->keep_mark();
  if (jumped) {
    journal(Level::warning, "sweep-waits",
            {{"cure", "the clock jumped; check it, then: veerpontd clock accept"}});
    return;
  }
  for (;;) {
    const Due due = store().snapshot()->due_before(clock().now(), kSweepAtOnce);
    if (due.messages.empty() && due.grants.empty() && due.overdue.empty()) break;
    auto done = decide(SweepRequest{due.messages, due.grants, due.overdue});
    if (!done || !done->logged) return;
    journal(Level::info, "swept",
            {{"messages", std::to_string(due.messages.size())},
             {"grants", std::to_string(due.grants.size())},
             {"overdue", std::to_string(due.overdue.size())}});
  }
  erase_old_events(stop);
}

void Broker::erase_old_events(const std::function<bool()>& stop) {
  const Time now = clock().now();
  if (erased_at_ != Time{} && now < erased_at_ + std::chrono::hours(24)) return;
  const Date day = amsterdam_date(now) - std::chrono::years(config().event_years);
  const Time cutoff =
      amsterdam_midnight(day.ok() ? day : Date(day.year() / day.month() / std::chrono::last));
  const auto reads = [&](ErasureScan& scan, Snapshot& snapshot) {
    while (!stop()) {
      const auto leaves =
          snapshot.events_for(*OrgId::parse("everyone"), true, scan.seen(), kEventsAtOnce);
      for (const Leaf& leaf : leaves) scan.take(leaf);
      if (leaves.empty()) return true;
    }
    return false;
  };
  const auto oldest =
      store().snapshot()->events_for(*OrgId::parse("everyone"), true, LogIndex{0}, 1);
  const bool younger = oldest.empty() || time_from_ms(oldest.front().event.time()) >= cutoff;
  ErasureScan scan;
  if (!younger && !reads(scan, *store().snapshot())) return;
  for (int busy = 0; !younger;) {
    auto snapshot = store().snapshot();
    if (!reads(scan, *snapshot)) return;  // what was logged meanwhile
    Erase what = scan.erasable(*snapshot, cutoff);
    const LogIndex seen = audit::event_place(snapshot->head().size, 0);
    snapshot.reset();  // an older view keeps what is erased in the write-ahead log
    if (what.events.empty()) break;
    const std::size_t events = what.events.size();
    const auto done = decide(EraseRequest{std::move(what), seen});
    if (done) {
      scan.erased();
      journal(Level::info, "events-erased", {{"events", std::to_string(events)}});
    } else if (done.refusal().code != RefusalCode::busy || ++busy == kEraseAttempts) {
      journal(Level::warning, "events-not-erased",
              {{"why", std::string(id_of(done.refusal().code))}});
      return;  // the next minute's sweep tries again
    }
  }
  erased_at_ = now;
}

}  // namespace veerpont::broker
