#include "client_sdk/log/witnesses.h"

#include <algorithm>
#include <set>

#include "base/limits.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/key_book.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr char kWitnesses[] = "witnesses";

v1::KeptWitnesses kept_in(const std::string& stored) {
  v1::KeptWitnesses kept;
  if (!stored.empty() && !wire::parse_stored(stored, kept))
    throw std::runtime_error("the dossier is damaged: the witnesses");
  return kept;
}

void keep(OpenHome& home, const v1::KeptWitnesses& kept) {
  home.dossier->settings.set(kWitnesses, wire::serialise(kept));
}

std::optional<audit::WitnessPolicy> policy_in(const v1::KeptWitnesses::Named& named) {
  return named.policy().empty() ? std::nullopt : audit::WitnessPolicy::parse(named.policy());
}

std::size_t known_of(OpenHome& home, const audit::WitnessPolicy& policy) {
  return static_cast<std::size_t>(std::ranges::count_if(
      policy.witnesses(), [&](const auto& one) { return counts_here(home, one); }));
}

// The newest of each that counts here.
std::vector<audit::Cosigned> cosigned_here(OpenHome& home, const v1::KeptWitnesses& kept,
                                           const audit::WitnessPolicy& policy) {
  return audit::newest_cosigned({kept.notes().begin(), kept.notes().end()}, policy,
                                [&](const auto& one) { return counts_here(home, one); });
}

// Nobody here could tell whether a quorum of it signed anything.
bool is_unknown_here(OpenHome& home, const std::optional<audit::WitnessPolicy>& policy) {
  return !policy || policy->quorum() == 0 || known_of(home, *policy) < policy->quorum();
}

// Fewer that must sign is something that a person here must hear of.
void follow(v1::KeptWitnesses& kept, const v1::KeptWitnesses::Named& named) {
  v1::KeptWitnesses::Named counts = named;
  const auto before = policy_in(kept.policy()), after = policy_in(named);
  if (before && (!after || after->quorum() < before->quorum())) kept.set_at_once(named.index());
  *kept.mutable_policy() = std::move(counts);
  kept.clear_next();
}

std::string at(std::uint64_t index) { return "event " + std::to_string(index); }

std::optional<v1::AuditEvent> event_in(const StoredEvent& stored) {
  v1::ProvenEvent proven;
  v1::AuditEvent event;
  if (!proven.ParseFromString(stored.proven) || proven.body().empty() ||
      !event.ParseFromString(proven.body()))
    return std::nullopt;
  return event;
}

// Nothing while the times of these events, and of those before them, are when witnesses had them.
std::optional<StoredEvent> mistimed_by(OpenHome& home, const std::vector<audit::Cosigned>& cosigned,
                                       std::size_t quorum, const std::vector<StoredEvent>& page) {
  const auto contradicted = [&](const StoredEvent& stored) {
    const auto event = event_in(stored);
    return event &&
           audit::contradict_time(cosigned, quorum, stored.index, time_from_ms(event->time()));
  };
  for (const StoredEvent& stored : page)  // not stored yet
    if (contradicted(stored)) return stored;
  // Times never decrease: the newest in a tree and the oldest behind it stand for all.
  for (const auto& one : cosigned)
    for (auto& stored : {home.dossier->events.newest_before(LogIndex{one.size}),
                         home.dossier->events.oldest_from(LogIndex{one.size})})
      if (stored && contradicted(*stored)) return stored;
  return std::nullopt;
}

Refusal mistimed_at(const StoredEvent& stored) {
  return tampered(at(stored.index.value) + " says " +
                  rfc3339(time_from_ms(event_in(stored)->time())) +
                  ", which is not when witnesses say that the log had it");
}

// Of each witness the note of the largest tree; what nobody's newest is goes.
void take_note(v1::KeptWitnesses& kept, const std::string& note) {
  std::vector<std::string> notes{note};
  for (const auto& known : kept.notes())
    if (known != note) notes.push_back(known);
  std::set<std::string> newest;
  for (const auto* named : {&kept.policy(), &kept.next()}) {
    const auto policy = policy_in(*named);
    if (!policy) continue;
    for (const auto& witness : policy->witnesses()) {
      const std::string* best = nullptr;
      audit::Cosigned most;
      for (const auto& one : notes) {
        const auto found = audit::newest_cosigned(
            {one}, *policy, [&](const auto& other) { return other.key == witness.key; });
        if (found.empty() || found.front().size < most.size ||
            (found.front().size == most.size && found.front().time <= most.time))
          continue;
        most = found.front();
        best = &one;
      }
      if (best != nullptr) newest.insert(*best);
    }
  }
  kept.clear_notes();
  for (const auto& one : newest) kept.add_notes(one);
}

// The next policy counts once a quorum of this one signed a tree with it.
void promote(OpenHome& home, v1::KeptWitnesses& kept) {
  const auto policy = policy_in(kept.policy());
  if (!kept.has_next() || !policy) return;
  const auto cosigned = cosigned_here(home, kept, *policy);
  const auto with_it = std::ranges::count_if(
      cosigned, [&](const auto& one) { return one.size > kept.next().index(); });
  if (static_cast<std::size_t>(with_it) >= policy->quorum() || is_unknown_here(home, policy))
    follow(kept, kept.next());
}

}  // namespace

v1::KeptWitnesses kept_witnesses(const OpenHome& home) {
  return kept_in(home.dossier->settings.get(kWitnesses));
}

bool counts_here(OpenHome& home, const audit::Witness& witness) {
  const std::string& key = witness.key.public_key();
  const auto kept = kept_witnesses(home);
  if (std::ranges::find(kept.confirmed(), key) != kept.confirmed().end()) return true;
  if (!witness.org) return false;
  if (*witness.org == home.config.org) return home.cosigner.public_key() == key;
  const auto partner = home.dossier->directory.partner(*witness.org);
  if (!partner || !partner->is_confirmed()) return false;
  const KeyBook keys(home);
  const auto* statement = keys.statement(witness.org->str(), home.dossier->events.cursor());
  return statement != nullptr && statement->fingerprint() == partner->confirmed &&
         statement->body().cosigner_key().public_key() == key;
}

Status learn_witnesses(OpenHome& home, const v1::AuditEvent& event, const v1::ProvenEvent& proven) {
  if (event.kind() != v1::EVENT_KIND_WITNESSES_NAMED) return Done{};
  const std::string& body = proven.object().body();
  const auto policy = audit::WitnessPolicy::parse(body);
  if (!policy || crypto::sha256(body).bytes() != event.object_sha256())
    return tampered("the witnesses that the operator names, " + at(proven.index()));
  v1::KeptWitnesses::Named named;
  named.set_index(proven.index());
  named.set_policy(body);
  auto kept = kept_witnesses(home);
  if (policy->at_once()) kept.set_at_once(proven.index());
  if (policy->at_once() || is_unknown_here(home, policy_in(kept.policy())))
    follow(kept, named);
  else
    *kept.mutable_next() = named;
  keep(home, kept);
  return Done{};
}

Status take_witnessed(OpenHome& home, const Session& session, const v1::EventPage& page,
                      const std::vector<StoredEvent>& events,
                      std::optional<StoredEvent>& mistimed) {
  auto kept = kept_witnesses(home);
  if (!kept.has_policy()) return Done{};
  const std::string was = wire::serialise(kept);
  const auto& ours = session.checkpoint();
  for (const auto& said : page.witnessed()) {
    const auto theirs = audit::SignedCheckpoint::verify(said.note(), home.config.log_key);
    if (!theirs || theirs->size() == 0 || theirs->size() > ours.size())
      return tampered("a checkpoint that witnesses cosigned");
    if (!audit::verify_consistency(theirs->size(), theirs->root(), ours.size(), ours.root(),
                                   audit::hashes_from(said.consistency_proof())))
      return tampered("witnesses cosigned another log than we are shown, a tree of " +
                      std::to_string(theirs->size()));
    if (std::ranges::find(kept.notes(), said.note()) == kept.notes().end())
      take_note(kept, said.note());
  }
  const auto policy = policy_in(kept.policy());
  if (policy && kept.notes_size() > 0 && (!events.empty() || wire::serialise(kept) != was))
    mistimed = mistimed_by(home, cosigned_here(home, kept, *policy), policy->quorum(), events);
  if (mistimed) return mistimed_at(*mistimed);
  promote(home, kept);
  if (wire::serialise(kept) != was) keep(home, kept);
  return Done{};
}

void add_witnesses(const OpenHome& home, const v1::EventPage& page, v1::LogEvidence& evidence) {
  const auto kept = kept_witnesses(home);
  if (!kept.has_policy()) return;
  std::set<std::string> notes(kept.notes().begin(), kept.notes().end());
  for (const auto& said : page.witnessed())
    if (audit::SignedCheckpoint::verify(said.note(), home.config.log_key))
      notes.insert(said.note());
  for (const auto& note : notes) evidence.add_notes(note);
  const auto named = home.dossier->events.find(LogIndex{kept.policy().index()});
  if (!named || !evidence.mutable_witnesses()->ParseFromString(named->proven)) return;
  evidence.set_witnesses_note(named->checkpoint);
}

Status looked_at_witnesses(OpenHome& home) {
  return home.dossier->settings.change(kWitnesses,
                                       [](const std::string& stored) -> Result<std::string> {
                                         v1::KeptWitnesses kept = kept_in(stored);
                                         kept.clear_at_once();
                                         return wire::serialise(kept);
                                       });
}

Status confirm_named(OpenHome& home, const audit::VerifierKey& key) {
  return home.dossier->settings.change(
      kWitnesses, [&](const std::string& stored) -> Result<std::string> {
        v1::KeptWitnesses kept = kept_in(stored);
        bool named = false;
        for (const auto* one : {&kept.policy(), &kept.next()})
          if (const auto policy = policy_in(*one))
            named = named || std::ranges::find(policy->witnesses(), key, &audit::Witness::key) !=
                                 policy->witnesses().end();
        if (!named) return Refusal{RefusalCode::not_found, "no witness of this log has that key"};
        if (std::ranges::find(kept.confirmed(), key.public_key()) == kept.confirmed().end())
          kept.add_confirmed(key.public_key());
        kept.clear_at_once();
        return wire::serialise(kept);
      });
}

std::optional<WitnessedNow> witnessed_now(OpenHome& home) {
  const auto kept = kept_witnesses(home);
  const auto policy = policy_in(kept.policy());
  if (!policy || policy->quorum() == 0) return std::nullopt;
  auto cosigned = cosigned_here(home, kept, *policy);
  if (cosigned.size() < policy->quorum()) return std::nullopt;
  WitnessedNow now;
  std::ranges::sort(cosigned, std::greater(), &audit::Cosigned::size);
  now.size = cosigned[policy->quorum() - 1].size;
  std::ranges::sort(cosigned, std::greater(), &audit::Cosigned::time);
  now.since = cosigned[policy->quorum() - 1].time;
  return now;
}

Status is_witnessed_now(OpenHome& home, Time now) {
  const auto policy = policy_in(kept_witnesses(home).policy());
  if (!policy || policy->quorum() == 0)
    return Refusal{RefusalCode::expired, "the log has no witnesses"};
  if (const std::size_t known = known_of(home, *policy); known < policy->quorum())
    return Refusal{RefusalCode::expired, "of the log's witnesses, " + std::to_string(known) +
                                             " are confirmed here, and " +
                                             std::to_string(policy->quorum()) + " must be"};
  const auto found = witnessed_now(home);
  if (!found)
    return Refusal{RefusalCode::expired, "no quorum of witnesses has cosigned the log yet"};
  if (found->since + limits::witness_fresh < now)
    return Refusal{RefusalCode::expired,
                   "the newest cosignatures of a quorum are of " + rfc3339(found->since)};
  return Done{};
}

}  // namespace veerpont::sdk
