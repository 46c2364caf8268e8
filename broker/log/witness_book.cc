#include "broker/log/witness_book.h"

#include <algorithm>
#include <set>

#include "audit/checkpoint.h"
#include "base/limits.h"

namespace veerpont::broker {
namespace {

constexpr auto kAskedFor = std::chrono::seconds(5);
constexpr auto kMinute = std::chrono::minutes(1);

}  // namespace

void WitnessBook::read_policies(Snapshot& snapshot) {
  std::vector<audit::WitnessPolicy> found;
  LogIndex at = snapshot.head().size;
  while (found.size() < 2) {
    const auto leaf = snapshot.said_by_operator(v1::EVENT_KIND_WITNESSES_NAMED, at);
    if (!leaf || !leaf->object) break;
    if (auto policy = audit::WitnessPolicy::parse(leaf->object->body()))
      found.push_back(std::move(*policy));
    at = LogIndex{leaf->index.value - 1};  // genesis is before every other event
  }
  const Lock lock(mutex_);
  policies_ = std::move(found);
  witnessed_.reset();
  std::map<std::string, BySize> kept;
  for (const auto& policy : policies_)
    for (const auto& witness : policy.witnesses())
      kept[witness.key.public_key()] = cosignatures_[witness.key.public_key()];
  cosignatures_ = std::move(kept);
}

std::vector<audit::WitnessPolicy> WitnessBook::policies() const {
  const Lock lock(mutex_);
  return policies_;
}

bool WitnessBook::is_witness(const OrgId& org) const {
  const Lock lock(mutex_);
  return std::ranges::any_of(policies_,
                             [&](const auto& policy) { return policy.of(org) != nullptr; });
}

std::shared_ptr<const Published> WitnessBook::to_sign(std::shared_ptr<const Published> newest,
                                                      std::uint64_t at_least) {
  const Lock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const bool signed_already = asked_ && witnessed_ && *witnessed_ >= asked_->checkpoint.size();
  if (!asked_ || signed_already || now - asked_at_ >= kAskedFor) {
    asked_ = newest;
    asked_at_ = now;
  }
  // Who read further already is not what the others wait for.
  return asked_->checkpoint.size() < at_least ? newest : asked_;
}

Status WitnessBook::take(const OrgId& witness, std::uint64_t size, const std::string& cosignature,
                         Prover& prover) {
  Status taken = Refusal{RefusalCode::unknown_key, "no witness of this log"};
  for (const auto& policy : policies()) {
    const audit::Witness* named = policy.of(witness);
    if (named == nullptr) continue;
    taken = take(named->key, size, cosignature, prover);
    if (taken) break;
  }
  return taken;
}

Status WitnessBook::take(const audit::VerifierKey& witness, std::uint64_t size,
                         const std::string& cosignature, Prover& prover) {
  if (size == 0 || size > prover.size()) return Refusal{RefusalCode::malformed, "Cosign.size"};
  const audit::Checkpoint checkpoint{signer_.verifier.name(), size, prover.root_at(size)};
  const auto time = audit::cosigned_at(checkpoint.text(), cosignature, witness);
  if (!time) return Refusal{RefusalCode::bad_signature, "Cosign.cosignature"};
  // Later events are dated from here on, none of the tree is younger, and none behind it older: so
  // no member can find that this log's times contradict its witnesses. A state has its time to the
  // minute.
  const Time now = dated_();
  const Time youngest = audit::TreeState::parse(prover.at().state.state)->time + kMinute;
  const auto behind =
      prover.snapshot().events_for(*OrgId::parse("everyone"), true, LogIndex{size}, 1);
  const Time oldest_behind = behind.empty() ? *time : time_from_ms(behind.front().event.time());
  if (*time > now + limits::cosigned_within ||
      *time < std::max(now, youngest) - limits::cosigned_within ||
      *time > oldest_behind + limits::cosigned_within)
    return Refusal{RefusalCode::clock_skew, "Cosign.cosignature"};
  const std::string note =
      audit::SignedCheckpoint::sign(checkpoint, signer_.verifier, signer_.key).note();
  const Lock lock(mutex_);
  const auto known = cosignatures_.find(witness.public_key());
  if (known == cosignatures_.end())
    return Refusal{RefusalCode::unknown_key, "no witness of this log"};
  auto& own = known->second;
  own[size] = cosignature;
  if (own.size() > kSizesOfOne)  // not the one that is served
    own.erase(own.begin()->first == witnessed_ ? std::next(own.begin()) : own.begin());
  notes_[size] = note;
  std::map<std::uint64_t, std::string> still;  // somebody's
  for (const auto& [key, of_it] : cosignatures_)
    for (const auto& [of_size, signature] : of_it) still[of_size] = notes_.at(of_size);
  notes_ = std::move(still);
  if (quorum() > 0 && signed_by(size) >= quorum() && size >= witnessed_.value_or(0))
    witnessed_ = size;
  return Done{};
}

std::size_t WitnessBook::quorum() const {
  return policies_.empty() ? 0 : policies_.front().quorum();
}

std::size_t WitnessBook::signed_by(std::uint64_t size) const {
  std::size_t found = 0;
  for (const auto& witness : policies_.front().witnesses()) {
    const auto own = cosignatures_.find(witness.key.public_key());
    if (own != cosignatures_.end() && own->second.contains(size)) ++found;
  }
  return found;
}

std::vector<WitnessBook::Note> WitnessBook::newest_of_each() const {
  const Lock lock(mutex_);
  std::set<std::uint64_t> sizes;
  for (const auto& [key, own] : cosignatures_)
    if (!own.empty()) sizes.insert(own.rbegin()->first);
  std::vector<Note> out;
  out.reserve(sizes.size());
  for (const std::uint64_t size : sizes) out.push_back({size, notes_.at(size) + lines_of(size)});
  return out;
}

std::optional<WitnessBook::Note> WitnessBook::witnessed() const {
  const Lock lock(mutex_);
  const auto found = witnessed_ ? notes_.find(*witnessed_) : notes_.end();
  if (found == notes_.end()) return std::nullopt;
  return Note{found->first, found->second + lines_of(found->first)};
}

std::optional<Time> WitnessBook::witnessed_since() const {
  const auto notes = newest_of_each();
  const auto newest = policies();
  if (newest.empty() || newest.front().quorum() == 0) return std::nullopt;
  std::vector<std::string> texts;
  texts.reserve(notes.size());
  for (const Note& note : notes) texts.push_back(note.text);
  auto cosigned = audit::newest_cosigned(texts, newest.front());
  if (cosigned.size() < newest.front().quorum()) return std::nullopt;
  std::ranges::sort(cosigned, std::greater(), &audit::Cosigned::time);
  return cosigned[newest.front().quorum() - 1].time;
}

std::string WitnessBook::lines_under(std::uint64_t size) const {
  const Lock lock(mutex_);
  return lines_of(size);
}

std::string WitnessBook::lines_of(std::uint64_t size) const {
  std::map<std::string, std::string> lines;  // a witness of both policies signs once
  for (const auto& policy : policies_)
    for (const auto& witness : policy.witnesses()) {
      const auto of_it = cosignatures_.find(witness.key.public_key());
      if (of_it == cosignatures_.end()) continue;
      if (const auto found = of_it->second.find(size); found != of_it->second.end())
        lines[witness.key.str()] = audit::signature_line(witness.key, found->second);
    }
  std::string out;
  for (const auto& [key, line] : lines) out += line;
  return out;
}

}  // namespace veerpont::broker
