#include "audit/evidence.h"

#include <map>

#include "audit/event_table.h"
#include "audit/state_leaf.h"
#include "audit/witness_policy.h"

namespace veerpont::audit {
namespace {

Refusal not_the_logs(std::string what) { return Refusal{RefusalCode::tampered, std::move(what)}; }

std::string at(LogIndex index) { return "event " + std::to_string(index.value); }

class Judge {
 public:
  Judge(const v1::LogEvidence& evidence, const VerifierKey& key) : evidence_(evidence), key_(key) {}

  Result<EvidenceVerdict> run() {
    if (evidence_.form() != 1) return Refusal{RefusalCode::malformed, "LogEvidence.form"};
    if (evidence_.notes().empty()) return Refusal{RefusalCode::malformed, "LogEvidence.notes"};
    for (const auto check : {&Judge::notes, &Judge::events, &Judge::states, &Judge::times})
      if (auto done = (this->*check)(); !done) return done.refusal();
    return std::move(verdict_);
  }

 private:
  void convict(std::string what) {
    verdict_.convicts = true;
    verdict_.shows.push_back(std::move(what));
  }

  Status notes() {
    std::map<std::uint64_t, Hash> roots;
    for (const auto& note : evidence_.notes()) {
      auto checkpoint = SignedCheckpoint::verify(note, key_);
      if (!checkpoint) return not_the_logs("a checkpoint that the log did not sign");
      verdict_.shows.push_back("the log signed a tree of " + std::to_string(checkpoint->size()));
      const auto [known, fresh] = roots.emplace(checkpoint->size(), checkpoint->root());
      if (!fresh && known->second != checkpoint->root())
        convict("two roots for one size, " + std::to_string(checkpoint->size()));
      checkpoints_.push_back(std::move(*checkpoint));
    }
    return Done{};
  }

  Status events() {
    std::map<std::string, LogIndex> numbers;  // of pairs
    for (const auto& proven : evidence_.events()) {
      const SignedCheckpoint& tree = checkpoints_.front();
      auto event = verify_event(proven, tree.size(), tree.root());
      if (!event) return event.refusal();
      verdict_.shows.push_back(at(event->index) + " is in that tree");
      if (event->erased) continue;
      times_.emplace(event->index, time_from_ms(event->event.time()));
      const std::string& object =
          proven.has_key_statement() ? proven.key_statement().body() : proven.object().body();
      if (!object.empty() && row_of(event->event.kind()).signed_type)
        if (const auto field = contradicts(event->event, object))
          convict(at(event->index) + " says something else than its object: " + *field);
      const auto pair = pair_of(event->event);
      if (!pair || !proven.has_pair()) continue;
      if (pair_commitment(proven.pair(), *pair).bytes() != event->event.pair_chain())
        return not_the_logs("the chain of two, " + at(event->index));
      const auto [known, fresh] = numbers.emplace(pair->first.str() + " " + pair->second.str() +
                                                      " " + std::to_string(proven.pair().number()),
                                                  event->index);
      if (!fresh && known->second != event->index)
        convict(at(known->second) + " and " + at(event->index) +
                " have one number in the chain of two");
    }
    return Done{};
  }

  Status states() {
    const SignedCheckpoint& tree = checkpoints_.front();
    std::vector<TreeState> found;
    const auto open = [&](const v1::StateOpening& opening, LogIndex place) -> Status {
      auto state = verify_state(opening, place, tree.size(), tree.root());
      if (!state) return state.refusal();
      verdict_.shows.push_back("the tree states at number " + std::to_string(place.value) + ": " +
                               std::to_string(state->directory.size) + " public events, " +
                               std::to_string(state->withdrawn.size) + " keys");
      found.push_back(*state);
      return Done{};
    };
    const auto fixed = fixed_state_in(tree.size());
    if (evidence_.has_fixed_state() && fixed)
      if (auto opened = open(evidence_.fixed_state(), *fixed); !opened) return opened;
    if (evidence_.has_state() && tree.size() > 0)
      if (auto opened = open(evidence_.state(), LogIndex{tree.size() - 1}); !opened) return opened;
    if (found.size() == 2 && (found[1].directory.size < found[0].directory.size ||
                              found[1].withdrawn.size < found[0].withdrawn.size))
      convict("a list is shorter than it was");
    return Done{};
  }

  // Witnesses that the log names signed when it had what.
  Status times() {
    if (!evidence_.has_witnesses()) return Done{};
    const auto tree = SignedCheckpoint::verify(evidence_.witnesses_note(), key_);
    if (!tree) return not_the_logs("a checkpoint that the log did not sign");
    auto named = verify_event(evidence_.witnesses(), tree->size(), tree->root());
    if (!named) return named.refusal();
    const auto policy = WitnessPolicy::parse(evidence_.witnesses().object().body());
    if (named->event.kind() != v1::EVENT_KIND_WITNESSES_NAMED || !policy)
      return not_the_logs("who the witnesses are");
    const auto cosigned =
        newest_cosigned({evidence_.notes().begin(), evidence_.notes().end()}, *policy);
    for (const Cosigned& one : cosigned)
      verdict_.shows.push_back("a witness cosigned the tree of " + std::to_string(one.size) +
                               " at " + rfc3339(one.time));
    for (const auto& [index, time] : times_)
      if (contradict_time(cosigned, policy->quorum(), index, time))
        convict(at(index) + " says " + rfc3339(time) + ", and a quorum of witnesses another time");
    return Done{};
  }

  const v1::LogEvidence& evidence_;
  const VerifierKey& key_;
  std::map<LogIndex, Time> times_;  // of events that were shown
  std::vector<SignedCheckpoint> checkpoints_;
  EvidenceVerdict verdict_;
};

}  // namespace

Result<EvidenceVerdict> judge(const v1::LogEvidence& evidence, const VerifierKey& key) {
  return Judge(evidence, key).run();
}

}  // namespace veerpont::audit
