#include "broker/log/committer.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <random>

#include "base/kill_point.h"
#include "base/limits.h"
#include "broker/telemetry/journal.h"
#include "crypto/random.h"

namespace veerpont::broker {

// One batch in the making; nothing of it is visible before COMMIT.
struct Committer::Work {
  std::unique_ptr<Batch> batch;
  Facts facts;
  Ledger ledger;
  RefusalBudget refusals;
  Time now;
  Room room;
  Time dated;  // of its events
  std::vector<Change> changes = {};
  std::shared_ptr<std::vector<Leaf>> leaves = std::make_shared<std::vector<Leaf>>();
  std::vector<GrantKeys> keys_created = {};
  std::vector<GrantKeys> keys_to_destroy = {};
  std::vector<Result<Outcome>> outcomes = {};  // in the order of the jobs
  std::set<OrgId> concerned = {};
  bool participants_changed = false;
};

Committer::Committer(Store& store, ShareVault& vault, HighWater& high_water,
                     const LogSigner& signer, const Clock& clock, Metrics& metrics,
                     CommitterOptions options, std::function<void(const std::set<OrgId>&)> answered)
    : store_(store),
      vault_(vault),
      high_water_(high_water),
      signer_(signer),
      clock_(clock),
      metrics_(metrics),
      options_(std::move(options)),
      answered_(std::move(answered)) {}

Committer::~Committer() { drain(); }

Status Committer::found(const v1::SignedObject& policy) {
  term_ = store_.claim();
  auto done = run_alone(GenesisRequest{policy});
  return done ? Status(Done{}) : Status(done.refusal());
}

Status Committer::recover() {
  term_ = store_.claim();
  const auto snapshot = store_.snapshot();
  auto ledger = Ledger::open(*snapshot, signer_.verifier);
  if (!ledger) return ledger.refusal();
  const std::uint64_t size = ledger->size();
  auto mark = high_water_.read();
  if (!mark) return mark.refusal();
  asking_ = options_.asking;
  if (!*mark && !asking_)
    return Refusal{
        RefusalCode::tampered,
        "the high-water file is missing; put it back, or make a backup of this database, "
        "restore it and ask the witnesses: veerpontd restore --ask-witnesses"};
  if (!*mark) *mark = Mark{size, ledger->root()};
  if ((*mark)->size > size)
    return Refusal{RefusalCode::tampered,
                   "the database is older than what was published (" + std::to_string(size) +
                       " of " + std::to_string((*mark)->size) +
                       " events); restore the newer database, never serve this one"};
  const auto node = audit::node_reader([&](audit::TileId id) { return snapshot->tile(id); });
  if (audit::root_at((*mark)->size, node) != (*mark)->root)
    return Refusal{RefusalCode::tampered,
                   "the database is not the one that was published; restore the right one, never "
                   "serve this one"};
  if ((*mark)->size < size && !asking_)
    if (auto raised = high_water_.raise({size, ledger->root()}); !raised) return raised;

  // A crash may have come between a COMMIT and the destruction of the keys it ended, or before a
  // key's COMMIT.
  std::vector<GrantKeys> dead = snapshot->tombstones();
  std::map<GrantId, CategorySet> live;
  for (const auto& [grant, categories] : snapshot->live_grants()) live[grant] = categories;
  // Of a copy that may be old, grants that it does not know may live.
  for (const auto& [grant, categories] : asking_ ? decltype(vault_.list())() : vault_.list())
    dead.emplace_back(grant, categories.minus(live[grant]));
  if (auto destroyed = vault_.destroy(dead); !destroyed) return destroyed;

  ledger_ = std::move(*ledger);
  if (!ledger_.is_closed() && size > 0 && !asking_) begin_lists(*snapshot);
  auto participants = std::make_shared<Participants>();
  for (auto& participant : snapshot->participants())
    participants->emplace(participant.org, std::move(participant));
  publish(store_.snapshot()->head().checkpoint, std::move(participants));
  return Done{};
}

void Committer::begin_lists(Snapshot& snapshot) {
  std::vector<Leaf> directory;
  for (LogIndex next{0};;) {
    auto page = snapshot.events_for(*OrgId::parse("everyone"), false, next, limits::event_page);
    if (page.empty()) break;
    next = LogIndex{page.back().index.value + 1};
    for (Leaf& leaf : page) directory.push_back(std::move(leaf));
  }
  Ledger ledger = ledger_;
  ledger.begin_lists(directory, snapshot.withdrawal_keys());
  ledger.close();
  const LogHead head = ledger.seal(signer_, term_);
  if (store_.begin(term_)->commit(crypto::random_bytes(16), {}, {}, ledger.growth(), head) !=
          Commit::committed ||
      !high_water_.raise({head.size.value, ledger.root()}))
    throw std::runtime_error("the log's first state cannot be written");
  ledger.forget_growth();
  ledger_ = std::move(ledger);
}

void Committer::start() {
  {
    const Lock lock(mutex_);
    draining_ = false;
  }
  thread_ = std::thread([this] { loop(); });
}

void Committer::drain() {
  {
    const Lock lock(mutex_);
    draining_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Committer::submit(Request request, Answer answer) {
  {
    const Lock lock(mutex_);
    if (!draining_) {
      const bool withdraws = std::holds_alternative<Verified<crypto::Withdrawal>>(request);
      const std::string org = org_of(request);
      queue_.push({std::move(request), std::move(answer)}, org, withdraws);
      wake_.notify_one();
      return;
    }
  }
  answer(Refusal{RefusalCode::busy, "the broker is stopping"});
  answered_({});
}

Result<Outcome> Committer::run(Request request) {
  std::promise<Result<Outcome>> promise;
  auto future = promise.get_future();
  submit(std::move(request),
         [&](Result<Outcome> outcome) { promise.set_value(std::move(outcome)); });
  return future.get();
}

Result<Outcome> Committer::run_alone(Request request) {
  std::optional<Result<Outcome>> got;
  std::vector<Job> jobs;
  jobs.push_back(
      {std::move(request), [&](Result<Outcome> outcome) { got.emplace(std::move(outcome)); }});
  run_batch(std::move(jobs));
  return std::move(*got);
}

std::shared_ptr<const Published> Committer::published() const { return published_.get(); }

void Committer::freeze() {
  frozen_ = true;
  metrics_.frozen();
}

Status Committer::confirm() {
  const Lock lock(mark_mutex_);
  if (!asking_ || frozen_) return Done{};
  const auto now = published();
  if (auto raised = high_water_.raise({now->checkpoint.size(), now->checkpoint.root()}); !raised)
    return raised;
  asking_ = false;
  return Done{};
}

void Committer::loop() {
  for (;;) {
    std::vector<Job> jobs;
    {
      const Lock lock(mutex_);
      while (!draining_ && queue_.empty()) wake_.wait(mutex_);
      closing_ = queue_.empty();
      jobs = queue_.take(limits::batch_requests);
    }
    const bool last = closing_;
    try {
      run_batch(std::move(jobs));  // the last one is empty: what is left to be said
      if (last) return;
    } catch (const std::exception& broken) {
      // The outcome of this batch is unknown to us; a restart finds out. Going on could acknowledge
      // what is lost.
      journal(Level::critical, "commit-failed", {{"error", broken.what()}});
      std::_Exit(1);
    }
  }
}

void Committer::run_batch(std::vector<Job> jobs) {
  const auto began = std::chrono::steady_clock::now();
  if (frozen_) {
    for (Job& job : jobs)
      job.answer(Refusal{RefusalCode::busy, "signing has stopped; the operator must act"});
    return answered_({});
  }
  const bool asking = asking_;
  const std::size_t refused = std::erase_if(jobs, [&](Job& job) {
    if (std::holds_alternative<RestoredRequest>(job.request) == asking) return false;
    job.answer(asking
                   ? Refusal{RefusalCode::busy,
                             "a copy of the log was put back: it waits for its witnesses"}
                   : Refusal{RefusalCode::not_found, "no copy of the log waits for its witnesses"});
    return true;
  });
  if (jobs.empty() && (asking || refused > 0)) return answered_({});
  keep_ballast();
  std::vector<const Request*> requests;
  requests.reserve(jobs.size());
  for (const Job& job : jobs) requests.push_back(&job.request);
  auto done = attempt(requests);
  if (!done) done = attempt_stopping(requests);
  metrics_.batch(jobs.size(), done->events,
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  metrics_.storage_full(storage_full());
  for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].answer(std::move(done->outcomes[i]));
  if (done->events > 0) kill_point("after-answer");
  answered_(done->concerned);
}

std::optional<Committer::Attempt> Committer::attempt(const std::vector<const Request*>& requests) {
  auto batch = store_.begin(term_);
  reusable_ = batch->reusable_bytes();
  Work work{std::move(batch),
            {},
            ledger_,
            refusals_,
            clock_.now(),
            room(),
            options_.dated ? options_.dated() : clock_.now()};
  std::vector<Question> questions;
  for (const Request* request : requests)
    for (Question& question : questions_of(*request)) questions.push_back(std::move(question));
  for (const OrgId& org : work.refusals.organisations())
    questions.push_back(AskOrg{org});  // their chains, for the summaries
  work.facts = work.batch->load(questions);
  for (auto& [id, grant] : work.facts.grants) grant.keys_present = vault_.present(id);
  if (work.room == Room::ample) log_summaries(work);
  for (const Request* request : requests) decide_one(*request, work);
  if (!commit(work)) return std::nullopt;
  add_leaves(work);
  return Attempt{std::move(work.outcomes), std::move(work.concerned), work.leaves->size()};
}

Committer::Attempt Committer::attempt_stopping(const std::vector<const Request*>& requests) {
  Attempt all;
  std::vector<const Request*> stopping;
  for (const Request* request : requests)
    if (stops(*request)) stopping.push_back(request);
  std::optional<Attempt> done;
  while (!stopping.empty() && !done && ballast_ && ballast_->cut()) {
    ballast_owed_ = ballast_->owed();
    done = attempt(stopping);
  }
  set_full(true);  // for all others it is
  std::size_t place = 0;
  for (const Request* request : requests) {
    if (done && stops(*request))
      all.outcomes.push_back(std::move(done->outcomes[place++]));
    else
      all.outcomes.emplace_back(Refusal{RefusalCode::storage_full});
  }
  if (done) {
    all.concerned = std::move(done->concerned);
    all.events = done->events;
  }
  return all;
}

// Free pages of the database are room; what the ballast lacks is not.
Room Committer::room() const {
  const std::uint64_t free = options_.free_space() + reusable_;
  return room_in(free - std::min<std::uint64_t>(free, ballast_owed_), options_.reserve_bytes);
}

// Written at first where it leaves the reserve, and after it was cut when there is plenty.
void Committer::keep_ballast() {
  if (options_.ballast.empty()) return;
  if (!ballast_) ballast_.emplace(options_.ballast, options_.ballast_bytes);
  const std::uint64_t missing = ballast_->missing();
  const auto now = std::chrono::steady_clock::now();
  if (missing == 0 || (ballast_tried_ && now < *ballast_tried_ + std::chrono::minutes(1))) return;
  const std::uint64_t least =
      (ballast_->owed() > 0 ? 4 : 1) * std::uint64_t{options_.reserve_bytes} + missing;
  if (options_.free_space() < least) return;
  ballast_tried_ = now;  // where writing fails for another reason, not at every batch
  if (!ballast_->fill()) journal(Level::warning, "ballast-not-filled");
  ballast_owed_ = ballast_->owed();
}

// Answers carry their event, so that no reader has to look it up.
void Committer::add_leaves(Work& work) {
  if (work.leaves->empty()) return;
  for (auto& outcome : work.outcomes) {
    if (!outcome || !outcome->logged) continue;
    const auto leaf = std::ranges::lower_bound(*work.leaves, outcome->index, {}, &Leaf::index);
    if (leaf != work.leaves->end() && leaf->index == outcome->index)
      outcome->leaf = std::shared_ptr<const Leaf>(work.leaves, &*leaf);
  }
}

bool Committer::commit(Work& work) {
  if (work.leaves->empty() && work.changes.empty() && !full_) {
    work.batch.reset();
    refusals_ = std::move(work.refusals);
    return true;
  }
  if (!work.leaves->empty()) add_random_keys(work);
  work.ledger.close();
  const LogHead head = work.leaves->empty() ? work.batch->head() : work.ledger.seal(signer_, term_);
  kill_point("before-commit");
  const bool keys_safe = static_cast<bool>(vault_.sync());
  if (!work.keys_created.empty()) kill_point("after-vault-create");
  const Commit done = keys_safe ? work.batch->commit(crypto::random_bytes(16), work.changes,
                                                     *work.leaves, work.ledger.growth(), head)
                                : Commit::full;
  work.batch.reset();
  set_full(done == Commit::full);
  if (done == Commit::full) {
    // What cannot be destroyed now is of no use to anyone, and is destroyed at the next start.
    if (!vault_.destroy(work.keys_created)) journal(Level::warning, "vault-not-written");
    return false;
  }
  kill_point("after-commit");
  if (done != Commit::committed) throw std::runtime_error("another veerpontd took this store over");
  if (!work.leaves->empty()) {
    const Lock lock(mark_mutex_);
    if (!high_water_.raise({head.size.value, work.ledger.root()}))
      throw std::runtime_error("the high-water file cannot be written");
    asking_ = false;
  }
  kill_point("after-mark");
  if (!work.keys_to_destroy.empty()) kill_point("before-destroy");
  if (!vault_.destroy(work.keys_to_destroy))
    throw std::runtime_error("the share vault cannot be written");
  work.ledger.forget_growth();
  ledger_ = std::move(work.ledger);
  refusals_ = std::move(work.refusals);
  publish(head.checkpoint, participants_after(work));
  kill_point("after-publish");
  return true;
}

void Committer::set_full(bool full) {
  if (full_.exchange(full) == full) return;
  if (full)
    journal(Level::critical, "storage-full",
            {{"cure",
              "free some disk, or make it writable again; nothing that was acknowledged is lost"}});
  else
    journal(Level::info, "storage-back");
}

void Committer::decide_one(const Request& request, Work& work) {
  Decision decision =
      decide(work.facts, request,
             {work.now, std::max(work.dated, work.ledger.last_event_time()), work.ledger.next(),
              options_.most_messages, options_.most_bytes, work.room});
  if (const auto* permit = std::get_if<Permit>(&decision))
    if (auto untrue = untrue_view(request, *permit, [&](const auto& pair, std::uint64_t number) {
          return pair_leaf(pair, number, work);
        }))
      decision = std::move(*untrue);
  Result<Outcome> outcome = Outcome{};
  if (auto* deny = std::get_if<Deny>(&decision)) {
    log_refusal(*deny, work);
    outcome = deny->refusal;
  } else if (auto* known = std::get_if<Known>(&decision)) {
    outcome->index = known->index;
    outcome->logged = true;
    outcome->state = known->state;
    outcome->certificate = std::move(known->certificate);
    if (auto unwrapped = unwrap_shares(known->released, outcome->shares); !unwrapped)
      outcome = unwrapped.refusal();
  } else {
    take_permit(request, std::move(std::get<Permit>(decision)), work, outcome);
  }
  work.outcomes.push_back(std::move(outcome));
}

// Of this batch, or stored before it.
std::optional<Hash> Committer::pair_leaf(const audit::OrgPair& pair, std::uint64_t number,
                                         const Work& work) {
  if (const auto head = work.facts.pairs.find(pair);
      head != work.facts.pairs.end() && head->second.next == number + 1)
    return head->second.last_leaf;
  for (const Leaf& leaf : *work.leaves)
    if (leaf.pair && leaf.pair->number() == number && audit::pair_of(leaf.event) == pair)
      return audit::leaf_hash(leaf.commitment.bytes());
  return work.batch->pair_leaf(pair, number);
}

Status Committer::wrap_shares(const SubmitRequest& submit, CategorySet categories,
                              std::vector<Change>& changes) {
  const auto& header = submit.header;
  for (std::size_t i = 0; i < submit.shares.size(); ++i) {
    const Category category = header.sections[i].category;
    if (!categories.has(category)) continue;
    auto wrapped = vault_.wrap(header.grant, category, header.message, submit.shares[i]);
    if (!wrapped) return wrapped.refusal();
    changes.push_back(PutShare{{header.message, category, header.grant, std::move(*wrapped)}});
  }
  return Done{};
}

Status Committer::unwrap_shares(const std::vector<ShareFact>& shares,
                                std::vector<crypto::Key32>& out) {
  for (const ShareFact& share : shares) {
    auto unwrapped = vault_.unwrap(share.grant, share.category, share.message, share.wrapped);
    if (!unwrapped) return unwrapped.refusal();
    out.push_back(std::move(*unwrapped));
  }
  return Done{};
}

void Committer::take_permit(const Request& request, Permit permit, Work& work,
                            Result<Outcome>& answer) {
  work.keys_created.insert(work.keys_created.end(), permit.keys_to_create.begin(),
                           permit.keys_to_create.end());
  const auto prepared = [&]() -> Status {
    if (!permit.keys_to_create.empty()) kill_point("before-vault-create");
    if (auto created = vault_.create(permit.keys_to_create); !created) return created;
    if (const auto* submit = std::get_if<SubmitRequest>(&request))
      if (auto wrapped = wrap_shares(*submit, permit.shares_to_put, permit.changes); !wrapped)
        return wrapped;
    return unwrap_shares(permit.released, answer->shares);
  }();
  if (!prepared) {
    answer = prepared.refusal();
    return;
  }
  answer->index = permit.answered_by.value_or(work.ledger.next());
  answer->logged = !permit.events.empty();
  answer->state = permit.state;
  if (const auto* enrol = std::get_if<EnrolRequest>(&request))
    answer->certificate = enrol->certificate;
  for (EventDraft& draft : permit.events) {
    if (draft.event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN)
      answer->shares_destroyed = draft.event.count();
    for (const std::string* org : {&draft.event.actor(), &draft.event.counterpart()})
      if (!org->empty()) work.concerned.insert(*OrgId::parse(*org));
    place(std::move(draft), work);
  }
  for (Change& change : permit.changes) {
    broker::apply(work.facts, change);
    if (const auto* tombstone = std::get_if<Tombstone>(&change))
      work.keys_to_destroy.emplace_back(tombstone->grant, tombstone->categories);
    work.participants_changed =
        work.participants_changed || std::holds_alternative<PutParticipant>(change) ||
        std::holds_alternative<Describe>(change) || std::holds_alternative<Enrol>(change) ||
        std::holds_alternative<SetSuspended>(change) ||
        std::holds_alternative<PutStatement>(change);
    work.changes.push_back(std::move(change));
  }
}

void Committer::place(EventDraft draft, Work& work) {
  Chains chains{work.facts.chains, work.facts.pairs,
                [&](const audit::OrgPair& pair) { return work.batch->pair_head(pair); }};
  work.leaves->push_back(work.ledger.place(std::move(draft), work.dated, chains));
  const v1::AuditEvent& event = work.leaves->back().event;
  if (event.kind() != v1::EVENT_KIND_GRANT_WITHDRAWN) return;
  const GrantFact& grant = work.facts.grants.at(*GrantId::from_bytes(event.grant_id()));
  const auto categories = crypto::category_set(event.categories()).value_or(CategorySet{});
  for (const Hash& key : audit::withdrawal_keys(grant.sha256, categories))
    work.ledger.withdraw(key);
}

void Committer::add_random_keys(Work& work) {
  if (options_.random_keys_a_day == 0) return;
  constexpr double kDay = 86'400'000;
  std::random_device device;
  std::exponential_distribution<double> pause(options_.random_keys_a_day / kDay);
  const auto later = [&] { return std::chrono::milliseconds(1 + std::llround(pause(device))); };
  if (!random_key_due_) random_key_due_ = work.now + later();
  for (; *random_key_due_ <= work.now; *random_key_due_ += later())
    work.ledger.withdraw(*Hash::from_bytes(crypto::random_bytes(Hash::size)));
}

void Committer::log_refusal(Deny& deny, Work& work) {
  if (!deny.event) return;
  const OrgId actor = *OrgId::parse(deny.event->event.actor());
  if (work.room != Room::ample)
    return work.refusals.count(actor, work.now);  // told in the summary, when there is room
  if (!work.refusals.take(actor, work.now)) return;
  work.concerned.insert(actor);
  place(std::move(*deny.event), work);
}

// The refusals that had no event of their own: how many, when their hour is over or the broker
// stops.
void Committer::log_summaries(Work& work) {
  for (const auto& [org, count] : work.refusals.summaries(work.now, closing_)) {
    v1::AuditEvent summary;
    summary.set_kind(v1::EVENT_KIND_REFUSED_SUMMARY);
    summary.set_actor(org.str());
    summary.set_count(count);
    work.concerned.insert(org);
    place({std::move(summary), {}, {}}, work);
  }
}

std::shared_ptr<const Participants> Committer::participants_after(const Work& work) const {
  const auto before = published();
  auto participants = before ? before->participants : std::make_shared<const Participants>();
  if (!work.participants_changed) return participants;
  auto changed = std::make_shared<Participants>(*participants);
  for (const auto& [org, participant] : work.facts.participants)
    changed->insert_or_assign(org, participant);
  return changed;
}

void Committer::publish(const std::string& checkpoint,
                        std::shared_ptr<const Participants> participants) {
  auto verified = audit::SignedCheckpoint::verify(checkpoint, signer_.verifier);
  std::vector<audit::SharedTile> edge;
  for (const audit::TileNodes& tile : ledger_.edge())
    edge.push_back(std::make_shared<const audit::TileNodes>(tile));
  metrics_.log_size(verified->size());
  published_.set(std::make_shared<const Published>(
      Published{std::move(*verified), std::move(edge), *ledger_.state(), ledger_.fixed_state(),
                std::move(participants)}));
}

}  // namespace veerpont::broker
